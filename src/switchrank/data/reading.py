"""Benchmarks in any format: the methods of a reader, and how the reader of a format is found.

A format is one module (or package) in `switchrank.data.readers`, named like the format with `_` for `-`. It has two
classes: the settings of the entry's `source:`, under the name `Source`, and `Reader`, which reads what they name. No
rule, script or other module names a format.

A query_id means the same question in every language. A doc_id means the same passage in every language if the source
is `parallel`; otherwise each language has its own passages, and a doc_id is in only one language.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, Self, TypeVar, get_args

import polars as pl

from switchrank.data import readers
from switchrank.kinds import kinds_in, module_name, module_of_kind
from switchrank.settings import Settings

Part = Literal["passages", "queries", "qrels", "titles", "candidates", "instances", "labels"]
"""What is read from a reader, language by language; instances are English. The language of qrels and candidates is the
passages'; if the source is parallel, they are read in one language, as they are the same in all."""
PARTS: tuple[Part, ...] = get_args(Part)
Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)


class SourceSettings(Settings):
    """Base of the settings of all formats; `format` is a literal there."""

    @property
    def published(self) -> bool:
        """Whether published figures may be compared with ours."""
        return True

    @property
    def parallel(self) -> bool:
        """Whether a doc_id means the same passage in every language."""
        return True

    @property
    def queries_are_passages(self) -> bool:
        """Whether a query is a passage too: the one whose doc_id is its query_id, which it does not search."""
        return False

    @property
    def judges_monolingual_pairs(self) -> bool:
        """Whether queries have relevant passages in their own language."""
        return True

    @property
    def names_articles(self) -> bool:
        """Whether a group is an article and its name the title, perhaps with `_` for spaces."""
        return False

    @property
    def has_titles(self) -> bool:
        """Whether the reader has parallel titles."""
        return False

    @property
    def has_candidates(self) -> bool:
        """Whether the reader has candidates, such as those that a task gives to re-rank."""
        return False

    @property
    def has_instances(self) -> bool:
        """Whether the reader has training instances, such as given triples."""
        return False

    @property
    def has_labels(self) -> bool:
        """Whether the reader has labels of queries, such as intents, in train too."""
        return False

    @property
    def negatives_are_given(self) -> bool:
        """Whether negatives that BM25 chooses would be wrong: given ones are named, or many relevant passages have no
        judgement."""
        return False

    def missing_qrels(self, split: Split, language: str) -> str | None:
        """What to add so that a split is judged; None if it is, as far as this is known before anything is read.

        Args:
            split: train, dev or test.
            language: that the reader takes judgements from.
        """
        return None

    def files(self, part: Part, language: str) -> list[str]:
        """Paths that the reader opens for one part.

        Args:
            part: what is read.
            language: of the texts; for qrels, the language that the reader takes them from.

        Returns:
            Paths from the working directory; `resources/NAME` for row NAME of the sources table.
        """
        raise NotImplementedError


S = TypeVar("S", bound=SourceSettings)


class BenchmarkReader(ABC, Generic[S]):
    """The contents of a benchmark, in pieces, so that memory does not grow with its size.

    Rows come in any order; a repeated key is refused when the table is written. Texts are not changed. A reader is a
    context manager: what it opens for all its methods is closed at the end.

    Args:
        source: the settings of the source.
    """

    def __init__(self, source: S) -> None:
        self.source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Close what was opened."""

    @abstractmethod
    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Every document of these languages, each once: `doc_id`, `group` (what must not be divided between splits; the
        doc_id if there are no groups) and `split` (train, dev, test, or null if the benchmark gives none)."""

    @abstractmethod
    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        """`doc_id` and `text`."""

    @abstractmethod
    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        """`query_id` and `text` of the queries that may belong to a split. If documents are divided, those whose
        relevant passages are in another split are left out afterwards."""

    @abstractmethod
    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        """`query_id`, `doc_id` and `relevance` (int8) of the passages of a language."""

    def titles(self, language: str) -> Iterator[pl.DataFrame]:
        """`title_id`, `group` and `text`: the same `title_id` in two languages is a translation. Only if the source
        `has_titles`."""
        return iter(())

    def candidates(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        """`query_id`, `doc_id` and `score` (float32, higher is better) of the passages of a language. Only if the
        source `has_candidates`."""
        return iter(())

    def instances(self) -> Iterator[pl.DataFrame]:
        """`query_id`, `doc_id` and `label` (int8, 1 = relevant) of English training pairs; of triples, the query with
        each of its two passages. A pair may be repeated. Only if the source `has_instances`."""
        return iter(())

    def labels(self) -> Iterator[pl.DataFrame]:
        """`query_id`, `kind` (such as `intent`) and `label` of the queries of all splits and languages. A query may
        lack a label of a kind. Only if the source `has_labels`."""
        return iter(())


def joined(pieces: Iterable[pl.DataFrame], *columns: str) -> pl.DataFrame:
    """All rows of a reader's pieces, in their order.

    Args:
        pieces: of one table.
        columns: its columns of strings; `relevance` is int8.
    """
    none = pl.DataFrame(schema={name: pl.Int8 if name == "relevance" else pl.String for name in columns})
    return pl.concat([none, *(piece.select(columns) for piece in pieces)])


def judgements(reader: BenchmarkReader[Any], split: Split, languages: Iterable[str]) -> pl.DataFrame:
    """The judgements of a split on the passages of some languages: `query_id`, `doc_id` and `relevance`.

    Args:
        reader: the source.
        split: train, dev or test.
        languages: of the passages; one of them if the source is parallel.
    """
    pieces = (piece for language in languages for piece in reader.qrels(split, language))
    return joined(pieces, "query_id", "doc_id", "relevance")


def formats() -> list[str]:
    """Names of all formats, sorted."""
    return kinds_in(readers)


def module_of(format: str) -> str:
    """The module that reads a format."""
    return module_name(readers, format)


def source_classes() -> list[type[SourceSettings]]:
    """The settings of every format, in the order of `formats`."""
    return [module_of_kind(readers, name).Source for name in formats()]


def open_reader(source: Mapping[str, Any]) -> BenchmarkReader[Any]:
    """The reader of a source; a context manager.

    Args:
        source: the entry's `source:`, defaults filled in.

    Raises:
        SwitchRankError: as the reader's module says.
    """
    module = module_of_kind(readers, source["format"])
    reader: BenchmarkReader[Any] = module.Reader(module.Source(**source))
    return reader
