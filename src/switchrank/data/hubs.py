"""Benchmarks that another package loads by name, such as ir_datasets: what their readers share.

There are no files of ours to name, so Snakemake sees only the settings: a source has to name its data so exactly that
the same settings always mean the same data.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Self, TypeVar

import polars as pl
from pydantic import Field, model_validator

from switchrank.data.reading import BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.table_rows import in_pieces
from switchrank.errors import SwitchRankError


class HubSource(SourceSettings):
    """Base of the settings of these formats."""

    same_passages: bool = Field(
        True,
        description="Whether an id of a passage means the same passage in every language. If not, each language has "
        "passages and judgements of its own, and a doc_id gets its language before it: `ar:29#0`.",
    )
    same_queries: bool = Field(
        True,
        description="Whether an id of a query means the same question in every language. If not, a query_id gets its "
        "language before it, and only pairs of a language with itself are judged. Needs `same_passages: false`.",
    )

    @model_validator(mode="after")
    def _queries_of_passages(self) -> Self:
        if self.same_passages and not self.same_queries:
            raise ValueError("same_queries: found false with same_passages: true; allowed: false with false")
        return self

    @property
    def parallel(self) -> bool:
        return self.same_passages

    def files(self, part: Part, language: str) -> list[str]:
        return []

    def doc_id(self, language: str, name: str) -> str:
        """The doc_id of a passage of a language."""
        return name if self.same_passages else f"{language}:{name}"

    def query_id(self, language: str, name: str) -> str:
        """The query_id of a query of a language."""
        return name if self.same_queries else f"{language}:{name}"


H = TypeVar("H", bound=HubSource)


class HubReader(BenchmarkReader[H]):
    """See `switchrank.data.reading.BenchmarkReader`. Every passage may be used in every split. A subclass gives rows
    with the ids of the package."""

    @abstractmethod
    def passage_rows(self, language: str) -> Iterator[tuple[str, str]]:
        """Id and text of each passage of a language."""

    @abstractmethod
    def query_rows(self, split: Split, language: str) -> Iterator[tuple[str, str]]:
        """Id and text of the queries that may belong to a split."""

    @abstractmethod
    def qrel_rows(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        """Id of the query, id of the passage and relevance."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        # A passage that the first language lacks could not be judged, so the first one says which shared ids there are.
        read = languages[:1] if self.source.parallel else languages
        rows = (self.source.doc_id(code, name) for code in read for name, _ in self.passage_rows(code))
        yield from in_pieces(
            ((name, name, None) for name in rows), dict.fromkeys(("doc_id", "group", "split"), pl.String)
        )

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        rows = ((self.source.doc_id(language, name), text) for name, text in self.passage_rows(language))
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = ((self.source.query_id(language, name), text) for name, text in self.query_rows(split, language))
        yield from in_pieces(rows, dict.fromkeys(("query_id", "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = (
            (self.source.query_id(language, query), self.source.doc_id(language, passage), relevance)
            for query, passage, relevance in self.qrel_rows(split, language)
        )
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})


def package(module: str, format: str) -> Any:
    """A package that only one format needs, imported.

    Args:
        module: its name, which is that of the extra too.
        format: that needs it.

    Raises:
        SwitchRankError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise SwitchRankError(
            f"format: {format} needs the package {module}, which is not installed or cannot be imported ({error}); "
            f"install it: pip install -e '.[{module}]'"
        ) from None


def guarded(rows: Iterable[Any], place: str) -> Iterator[Any]:
    """The rows of a package, whose errors become ours: it downloads while it is read.

    Args:
        rows: nothing is read before the first one is asked for.
        place: what is read, for messages.

    Raises:
        SwitchRankError: the package raised an error.
    """
    try:
        yield from rows
    except SwitchRankError:
        raise
    except Exception as error:  # whatever a package, a download or a parser raises
        raise SwitchRankError(f"{place}: {type(error).__name__}: {' '.join(str(error).split())}") from None
