"""Reader of a user's own tables: TSV, CSV, JSON lines or Parquet, with columns named in the entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import polars as pl
from pydantic import Field

from switchrank.data.reading import SPLITS, BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.table_rows import Row, in_pieces, relevance_at, rows_of, split_at, text_at
from switchrank.settings import Settings

_PATH = "With {language} if there is one file per language, and {split} if there is one per split."


class Texts(Settings):
    """A file of passages or queries and its columns."""

    path: str = Field(description=f"File of texts. {_PATH}")
    id: str = Field("id", description="Column of the id.")
    text: str = Field("text", description="Column of the text.")
    language: str | None = Field(None, description="Column of the language code, in a file of several languages.")
    group: str | None = Field(
        None, description="Column of the group that is not divided between splits, such as an article."
    )
    split: str | None = Field(None, description="Column with train, dev or test.")


class Judgements(Settings):
    """A file of judgements and its columns."""

    path: str = Field(description=f"File of judgements. {_PATH}")
    query: str = Field("query_id", description="Column of the query's id.")
    passage: str = Field("doc_id", description="Column of the passage's id.")
    relevance: str | None = Field(None, description="Column of the relevance; without one each row is relevant.")


class Tables(SourceSettings):
    """Passages, queries and judgements in files with named columns; the suffix decides the format."""

    format: Literal["tables"]
    passages: Texts = Field(description="The passages.")
    queries: Texts = Field(description="The queries.")
    qrels: Judgements | None = Field(None, description="The judgements; nothing is measured without them.")
    same_passages: bool = Field(
        True,
        description="Whether an id of a passage means the same passage in every language. If not, each language has "
        "passages and judgements of its own, and no id is in two languages.",
    )

    @property
    def parallel(self) -> bool:
        return self.same_passages

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return None if self.qrels else "a file of them under `qrels`"

    def files(self, part: Part, language: str) -> list[str]:
        asked: dict[Part, list[Texts | Judgements | None]] = {
            "passages": [self.passages],
            "queries": [self.queries, self.qrels],
            "qrels": [self.qrels],
        }
        entries = asked.get(part, [])
        paths = [path_of(entry.path, split, language) for entry in entries if entry for split in SPLITS]
        return list(dict.fromkeys(paths))


Source = Tables


def path_of(path: str, split: str, language: str) -> str:
    """A path with its placeholders filled in."""
    return path.replace("{language}", language).replace("{split}", split)


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`. Texts without a split belong to every split."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        schema = dict.fromkeys(("doc_id", "group", "split"), pl.String)
        yield from in_pieces(self._documents(languages), schema)

    def _documents(self, languages: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
        texts, seen = self.source.passages, set()
        for language in languages:
            for place, row in self._texts(texts, language):
                name = text_at(place, row, texts.id)
                if name not in seen:
                    seen.add(name)
                    group = text_at(place, row, texts.group) if texts.group else name
                    yield name, group, split_at(place, row, texts.split) if texts.split else None

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        yield from self._shown(self.source.passages, language, "doc_id")

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        yield from self._shown(self.source.queries, language, "query_id", split)

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        schema = {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}
        yield from in_pieces(self._judgements(split, language), schema)

    def _judgements(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        entry = self.source.qrels
        if entry is None:
            return
        columns = [entry.query, entry.passage, *filter(None, [entry.relevance])]
        for place, row in rows_of(path_of(entry.path, split, language), columns):
            relevance = relevance_at(place, row, entry.relevance) if entry.relevance else 1
            yield text_at(place, row, entry.query), text_at(place, row, entry.passage), relevance

    def _shown(self, texts: Texts, language: str, key: str, split: Split | None = None) -> Iterator[pl.DataFrame]:
        rows = (
            (text_at(place, row, texts.id), text_at(place, row, texts.text))
            for place, row in self._texts(texts, language, split)
        )
        yield from in_pieces(rows, dict.fromkeys((key, "text"), pl.String))

    def _texts(self, texts: Texts, language: str, split: Split | None = None) -> Iterator[Row]:
        columns = [texts.id, texts.text, *filter(None, [texts.language, texts.group, texts.split])]
        paths = [path_of(texts.path, name, language) for name in ([split] if split else SPLITS)]
        for path in dict.fromkeys(paths):
            for place, row in rows_of(path, columns):
                if texts.language and row[texts.language] != language:
                    continue
                if split and texts.split and split_at(place, row, texts.split) != split:
                    continue
                yield place, row
