"""Reader of the datasets of the package `ir_datasets` (MacAvaney et al., SIGIR 2021), by their ids.

Interface as of version 0.6: `docs_iter`, `queries_iter`, `qrels_iter`, `scoreddocs_iter` and `docpairs_iter` of a
dataset give named tuples.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any, Literal

import polars as pl
from pydantic import Field, field_validator

from switchrank.data.hubs import HubReader, HubSource, guarded, package
from switchrank.data.reading import Split
from switchrank.data.table_rows import Row, in_pieces, relevance_at, required, text_at
from switchrank.errors import SwitchRankError
from switchrank.settings import Settings, fillable

_FORMAT = "ir-datasets"
_ID = "{language} is filled in."
_FIELDS = {
    "docs": ("doc_id", "text"),
    "queries": ("query_id", "text"),
    "qrels": ("query_id", "doc_id", "relevance"),
    "scoreddocs": ("query_id", "doc_id", "score"),
    "docpairs": ("query_id", "doc_id_a", "doc_id_b"),
}


class Ids(Settings):
    """The ids of one language."""

    documents: str | None = Field(None, description="Id whose documents are the passages; `documents` when absent.")
    train: str | None = Field(None, description="Id of the train split; `train` when absent.")
    dev: str | None = Field(None, description="Id of the dev split; `dev` when absent.")
    test: str | None = Field(None, description="Id of the test split; `test` when absent.")


class IrDatasets(HubSource):
    """Datasets of the package ir_datasets, by id."""

    format: Literal["ir-datasets"]
    documents: str = Field(description=f"Id whose documents are the passages, such as mmarco/v2/{{language}}. {_ID}")
    train: str | None = Field(
        None, description=f"Id whose queries and qrels are the train split; none when absent. {_ID}"
    )
    dev: str | None = Field(None, description=f"Id of the dev split; none when absent. {_ID}")
    test: str | None = Field(None, description=f"Id of the test split; none when absent. {_ID}")
    others: dict[str, Ids] = Field(
        {}, description="Ids of languages, by their code, that do not follow the patterns, such as English in mMARCO."
    )
    unjudged: list[Split] = Field(
        [], description="Splits whose ids have queries and no qrels: nothing is measured there."
    )
    candidates: bool = Field(False, description="Whether the ids of the splits have scored documents to re-rank.")
    instances: str | None = Field(
        None, description="Id whose document pairs are training instances, in English; none are given when absent."
    )

    @field_validator("documents", "train", "dev", "test")
    @classmethod
    def _id(cls, value: str | None) -> str | None:
        return fillable(value, ("language",)) if value is not None else None

    @property
    def has_candidates(self) -> bool:
        return self.candidates

    @property
    def has_instances(self) -> bool:
        return self.instances is not None

    @property
    def negatives_are_given(self) -> bool:
        return self.instances is not None

    def missing_qrels(self, split: Split, language: str) -> str | None:
        if split in self.unjudged:
            return f"an id with qrels under `{split}`, which `unjudged` must not name"
        return None if self.name_of(split, language) else f"an id under `{split}`"

    def name_of(self, key: Literal["documents"] | Split, language: str) -> str | None:
        """The id of the documents or of a split in a language; None if the split has none."""
        own = getattr(self.others.get(language), key, None)
        pattern: str | None = own or getattr(self, key)
        return pattern.replace("{language}", language) if pattern else None


Source = IrDatasets


class Reader(HubReader[Source]):
    """See `switchrank.data.hubs.HubReader`. A text is what the package calls the default text of a record (title and
    text, …)."""

    def passage_rows(self, language: str) -> Iterator[tuple[str, str]]:
        for place, row in _records(self.source.name_of("documents", language), "docs"):
            yield text_at(place, row, "doc_id"), text_at(place, row, "text")

    def query_rows(self, split: Split, language: str) -> Iterator[tuple[str, str]]:
        for place, row in _records(self.source.name_of(split, language), "queries"):
            yield text_at(place, row, "query_id"), text_at(place, row, "text")

    def qrel_rows(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        if split not in self.source.unjudged:
            for place, row in _records(self.source.name_of(split, language), "qrels"):
                yield (
                    text_at(place, row, "query_id"),
                    text_at(place, row, "doc_id"),
                    relevance_at(place, row, "relevance"),
                )

    def candidates(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = (
            (self._query(place, row, language), self._passage(place, row, "doc_id", language), _score(place, row))
            for place, row in _records(self.source.name_of(split, language), "scoreddocs")
        )
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32})

    def instances(self) -> Iterator[pl.DataFrame]:
        rows = (
            (self._query(place, row, "en"), self._passage(place, row, column, "en"), label)
            for place, row in _records(self.source.instances, "docpairs")
            for column, label in (("doc_id_a", 1), ("doc_id_b", 0))
        )
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8})

    def _query(self, place: str, row: Any, language: str) -> str:
        return self.source.query_id(language, text_at(place, row, "query_id"))

    def _passage(self, place: str, row: Any, column: str, language: str) -> str:
        return self.source.doc_id(language, text_at(place, row, column))


def _records(name: str | None, kind: str) -> Iterator[Row]:
    """Records of one kind of a dataset; none if there is no id."""
    if name is None:
        return
    place = f"ir_datasets, {name!r}, {kind}"
    rows = guarded(_values_of(package("ir_datasets", _FORMAT), name, kind), place)
    numbered = ((f"{place}, record {number:,}", row) for number, row in enumerate(rows, start=1))
    yield from required(numbered, _FIELDS[kind])


def _values_of(library: Any, name: str, kind: str) -> Iterator[dict[str, Any]]:
    dataset = library.load(name)
    if not getattr(dataset, f"has_{kind}")():
        advice = "; take an id that has, or name the split in `unjudged`" if kind == "qrels" else ""
        raise SwitchRankError(f"ir_datasets, {name!r}: this dataset has no {kind}{advice}")
    yield from map(_values, getattr(dataset, f"{kind}_iter")())


def _values(record: Any) -> dict[str, Any]:
    """The fields of a record; `text` is its default text if it has one."""
    values: dict[str, Any] = record._asdict()
    if default := getattr(record, "default_text", None):
        values["text"] = default()
    return values


def _score(place: str, row: Any) -> float:
    score = row["score"]
    if not isinstance(score, int | float) or not isfinite(score):
        raise SwitchRankError(f"{place}: 'score' is {score!r}; expected a finite number")
    return float(score)
