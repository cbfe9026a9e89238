"""Reader of BEIR folders: corpus.jsonl, queries.jsonl, and those of qrels/train.tsv, dev.tsv, test.tsv that exist.

One folder for each language (`path: mine/{language}`), or one folder whose lines name their language in a field. The
layout is that of Thakur et al. 2021 (NeurIPS Datasets and Benchmarks), without languages. Two more fields may
be in a line, as `export_benchmark` writes them: `split` (of a query or a passage), and `group` of a passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import Field

from switchrank.data.reading import SPLITS, BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.table_rows import Row, in_pieces, json_rows, relevance_at, rows_of, split_at, text_at

_FIELD = "language"
_QRELS = ("query-id", "corpus-id", "score")


class Beir(SourceSettings):
    """A folder in BEIR's layout, one for each language or one for all."""

    format: Literal["beir"]
    path: str = Field(
        description="The folder, with {language} where there is one for each language; otherwise each line of "
        "corpus.jsonl and queries.jsonl names its language in the field `language`, or all are English. The fields "
        "`split` and `group` are optional."
    )
    same_passages: bool = Field(
        True,
        description="Whether an id of a passage means the same passage in every language. If not, each language has "
        "passages and judgements of its own, and no id is in two languages.",
    )

    @property
    def parallel(self) -> bool:
        return self.same_passages

    def folder(self, language: str) -> Path:
        """The folder of a language."""
        return Path(self.path.replace("{language}", language))

    def qrels(self, split: str, language: str) -> Path:
        """The judgements of a split; a split that has none has no such file."""
        return self.folder(language) / "qrels" / f"{split}.tsv"

    def missing_qrels(self, split: Split, language: str) -> str | None:
        path = self.qrels(split, language)
        return None if path.is_file() else f"the file {path}"

    def files(self, part: Part, language: str) -> list[str]:
        names = {"passages": ["corpus.jsonl"], "queries": ["queries.jsonl"]}.get(part, [])
        found = [self.folder(language) / name for name in names]
        if part in ("queries", "qrels"):
            found += [path for split in SPLITS if (path := self.qrels(split, language)).is_file()]
        return [str(path) for path in found]


Source = Beir


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`. A passage is its title, if it has one, and its text."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        schema = dict.fromkeys(("doc_id", "group", "split"), pl.String)
        yield from in_pieces(self._documents(languages), schema)

    def _documents(self, languages: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
        seen: set[str] = set()
        for language in languages:
            for place, row in self._lines("corpus.jsonl", language):
                name = text_at(place, row, "_id")
                if name not in seen:
                    seen.add(name)
                    group = text_at(place, row, "group") if row.get("group") is not None else name
                    yield name, group, _split(place, row)

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        rows = (
            (text_at(place, row, "_id"), _passage(place, row)) for place, row in self._lines("corpus.jsonl", language)
        )
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        judged = any(self.source.qrels(other, language).is_file() for other in SPLITS)
        every = not judged and split == "test"  # nothing is judged, so all queries are for testing
        asked = {name for piece in self.qrels(split, language) for name in piece["query_id"]}
        rows = (
            (name, text_at(place, row, "text"))
            for place, row in self._lines("queries.jsonl", language)
            for name, own in [(text_at(place, row, "_id"), _split(place, row))]
            if (own == split if own else name in asked or every)
        )
        yield from in_pieces(rows, dict.fromkeys(("query_id", "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        path = self.source.qrels(split, language)
        rows = (
            (text_at(place, row, "query-id"), text_at(place, row, "corpus-id"), relevance_at(place, row, "score"))
            for place, row in (rows_of(path, _QRELS) if path.is_file() else ())
        )
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})

    def _lines(self, name: str, language: str) -> Iterator[Row]:
        own_folder = "{language}" in self.source.path
        for place, row in json_rows(self.source.folder(language) / name):
            if own_folder or row.get(_FIELD, "en") == language:
                yield place, row


def _passage(place: str, row: Mapping[str, Any]) -> str:
    title = str(row.get("title") or "").strip()
    text = text_at(place, row, "text")
    return f"{title} {text}" if title else text


def _split(place: str, row: Mapping[str, Any]) -> Split | None:
    return split_at(place, row, "split") if row.get("split") is not None else None
