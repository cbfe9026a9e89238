"""Reader of MIRACL: each of 18 languages has its own Wikipedia passages and its own queries.

Zhang et al. 2023 (TACL, arXiv 2210.09984). The passages of a language are JSON lines (`docid`, `title`, `text`) in
several gzip files, the queries `id TAB text`, the judgements TREC's four columns. The published ids of queries and
passages repeat in other languages for other texts, so an id has its language before it here: `ar:151236#1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, field_validator

from switchrank.data.reading import BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.separated import cells_of, numbers_in
from switchrank.data.table_rows import Row, in_pieces, rows_of, text_at
from switchrank.errors import SwitchRankError
from switchrank.settings import fillable

_PLACES = ("language",)


class Miracl(SourceSettings):
    """MIRACL's files."""

    format: Literal["miracl"]
    corpus: str = Field(
        description="The passages of a language: `*` stands for the numbers of its files, as in "
        "`miracl-corpus-v1.0-{language}/docs-*.jsonl.gz`."
    )
    topics: dict[Split, str] = Field(
        {"test": "resources/miracl-topics-{language}-dev"},
        description="Queries of each split, with {language}; of train only the English ones are read. MIRACL's dev is "
        "the split `test` here, as its own test has no public judgements.",
    )
    qrels: dict[Split, str] = Field(
        {"test": "resources/miracl-qrels-{language}-dev"}, description="Judgements of each split, with {language}."
    )

    @field_validator("corpus")
    @classmethod
    def _path(cls, value: str) -> str:
        return fillable(value, _PLACES)

    @field_validator("topics", "qrels")
    @classmethod
    def _paths(cls, value: dict[Split, str]) -> dict[Split, str]:
        return {split: fillable(path, _PLACES) for split, path in value.items()}

    @property
    def parallel(self) -> bool:
        return False

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return None if self.path_of(self.qrels, split, language) else f"a file of them under `qrels: {{{split}: …}}`"

    def files(self, part: Part, language: str) -> list[str]:
        if part == "passages":
            return self.shards(language)
        named: dict[Part, list[Mapping[Split, str]]] = {"queries": [self.topics, self.qrels], "qrels": [self.qrels]}
        found = (self.path_of(paths, split, language) for paths in named.get(part, []) for split in paths)
        return list(dict.fromkeys(path for path in found if path))

    def shards(self, language: str) -> list[str]:
        """The files of a language's passages; the pattern itself if there are none, so that it is named as missing."""
        pattern = Path(self.corpus.format(language=language))
        return [str(path) for path in sorted(pattern.parent.glob(pattern.name))] or [str(pattern)]

    def path_of(self, paths: Mapping[Split, str], split: Split, language: str) -> str | None:
        """The file of a split in a language, if it has one."""
        path = paths.get(split)
        return path.format(language=language) if path and (split != "train" or language == "en") else None


Source = Miracl


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`. A passage is its title and its text; its group is its article.
    Every passage may be used in every split."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        rows = (
            (name, name.rpartition("#")[0], None)
            for language in languages
            for place, row in self._rows(language)
            for name in [_doc_id(place, row, language)]
        )
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        rows = ((_doc_id(place, row, language), _passage(place, row)) for place, row in self._rows(language))
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if path := self.source.path_of(self.source.topics, split, language):
            for piece in cells_of(path, ("query_id", "text"), "queries"):
                yield piece.with_columns(_named("query_id", language))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if path := self.source.path_of(self.source.qrels, split, language):
            for piece in cells_of(path, ("query_id", "iteration", "doc_id", "relevance"), "judgements", spaces=True):
                relevance = numbers_in(piece, "relevance", pl.Int8, path)
                yield piece.select(_named("query_id", language), _named("doc_id", language), relevance)

    def _rows(self, language: str) -> Iterator[Row]:
        for path in self.source.shards(language):
            yield from rows_of(path, ("docid", "text"))


def _named(column: str, language: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{language}:"), pl.col(column)).alias(column)


def _doc_id(place: str, row: Mapping[str, object], language: str) -> str:
    name = text_at(place, row, "docid")
    if "#" not in name:
        raise SwitchRankError(f"{place}: 'docid' is {name!r}; expected article#number, such as 151236#1")
    return f"{language}:{name}"


def _passage(place: str, row: Mapping[str, object]) -> str:
    title = str(row.get("title") or "").strip()
    text = text_at(place, row, "text")
    return f"{title} {text}" if title else text
