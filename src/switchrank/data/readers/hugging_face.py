"""Reader of datasets of the Hugging Face hub in BEIR's layout, by the package `datasets`.

Passages, queries and judgements are three tables, each a name, a configuration and a split there, at a commit. Code of
the hub is never run: `trust_remote_code` is not given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from switchrank.data.hubs import HubReader, HubSource, guarded, package
from switchrank.data.reading import Split
from switchrank.data.table_rows import Row, relevance_at, required, text_at
from switchrank.errors import SwitchRankError
from switchrank.settings import Settings, fillable

_FORMAT = "hugging-face"
_LANGUAGE = "{language} is filled in."
_PLACES = ("language",)
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class Table(Settings):
    """One dataset of the hub."""

    dataset: str = Field(description=f"Its name, such as BeIR/scifact. {_LANGUAGE}")
    revision: Commit | dict[str, Commit] = Field(
        description="The commit, 40 hexadecimal digits, so that the same settings always mean the same data; one for "
        "each language, by its code, if `dataset` has {language}."
    )
    config: str | None = Field(None, description=f"Its configuration; the only one when absent. {_LANGUAGE}")

    @field_validator("dataset", "config")
    @classmethod
    def _name(cls, value: str | None) -> str | None:
        return fillable(value, _PLACES) if value is not None else None

    @model_validator(mode="after")
    def _one_commit_each(self) -> Self:
        if "{language}" in self.dataset and isinstance(self.revision, str):
            raise ValueError("revision: found one commit for several datasets; expected {language code: commit, …}")
        return self


class TextsTable(Table):
    """A table of passages or queries."""

    split: str = Field(description=f"Its split there. {_LANGUAGE}")
    id: str = Field("_id", description="Column of the id.")
    text: str = Field("text", description="Column of the text.")
    title: str | None = Field("title", description="Column of the title, which comes before the text; may be missing.")
    language: str | None = Field(None, description="Column of the language code, in a table of several languages.")

    @field_validator("split")
    @classmethod
    def _split(cls, value: str) -> str:
        return fillable(value, _PLACES)


class JudgementsTable(Table):
    """A table of judgements."""

    splits: dict[Split, str] = Field(
        {"test": "test"}, description=f"Its split there for each of ours; one that is not named has none. {_LANGUAGE}"
    )
    query: str = Field("query-id", description="Column of the query's id.")
    passage: str = Field("corpus-id", description="Column of the passage's id.")
    relevance: str = Field("score", description="Column of the relevance.")

    @field_validator("splits")
    @classmethod
    def _splits(cls, value: dict[Split, str]) -> dict[Split, str]:
        return {split: fillable(name, _PLACES) for split, name in value.items()}


class HuggingFace(HubSource):
    """Passages, queries and judgements on the Hugging Face hub."""

    format: Literal["hugging-face"]
    passages: TextsTable = Field(description="The passages.")
    queries: TextsTable = Field(description="The queries of all splits; a query is in those whose judgements have it.")
    qrels: JudgementsTable | None = Field(
        None, description="The judgements; without them nothing is measured and all queries are for testing."
    )
    streaming: bool = Field(
        True,
        description="Whether rows are read from the hub one after another, and nothing is stored. If not, the package "
        "downloads each table into its cache first.",
    )

    def missing_qrels(self, split: Split, language: str) -> str | None:
        if self.qrels is None:
            return "a table of them under `qrels`"
        return None if split in self.qrels.splits else f"the name of a split under `qrels: splits: {{{split}: …}}`"


Source = HuggingFace


class Reader(HubReader[Source]):
    """See `switchrank.data.hubs.HubReader`. A passage is its title, if it has one, and its text."""

    def passage_rows(self, language: str) -> Iterator[tuple[str, str]]:
        yield from self._texts(self.source.passages, language)

    def query_rows(self, split: Split, language: str) -> Iterator[tuple[str, str]]:
        every = self.source.qrels is None and split == "test"  # nothing is judged, so all queries are for testing
        asked = {query for query, _, _ in self.qrel_rows(split, language)}
        if asked or every:
            yield from (row for row in self._texts(self.source.queries, language) if every or row[0] in asked)

    def qrel_rows(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        table = self.source.qrels
        if table and split in table.splits:
            columns = (table.query, table.passage, table.relevance)
            for place, row in self._rows(table, table.splits[split], language, columns):
                relevance = relevance_at(place, row, table.relevance)
                yield text_at(place, row, table.query), text_at(place, row, table.passage), relevance

    def _texts(self, table: TextsTable, language: str) -> Iterator[tuple[str, str]]:
        columns = [table.id, table.text, *filter(None, [table.language])]
        for place, row in self._rows(table, table.split, language, columns):
            if table.language is None or row[table.language] == language:
                yield text_at(place, row, table.id), _text(place, row, table)

    def _rows(self, table: Table, split: str, language: str, columns: Sequence[str]) -> Iterator[Row]:
        name, part = table.dataset.replace("{language}", language), split.replace("{language}", language)
        config = table.config.replace("{language}", language) if table.config else None
        asked = {"split": part, "revision": _revision(table, language), "streaming": self.source.streaming}
        place = f"dataset {name!r} of the hub, {f'configuration {config!r}, ' if config else ''}split {part!r}"
        load = package("datasets", _FORMAT).load_dataset
        rows = guarded(_loaded(load, name, config, asked), place)
        numbered = ((f"{place}, row {number:,}", row) for number, row in enumerate(rows, start=1))
        return required(numbered, columns)


def _loaded(load: Any, name: str, config: str | None, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Rows of a table, which is loaded when the first one is asked for."""
    yield from load(name, config, **asked)


def _revision(table: Table, language: str) -> str:
    if isinstance(table.revision, str):
        return table.revision
    if language not in table.revision:
        raise SwitchRankError(
            f"dataset {table.dataset!r} of the hub: `revision` has no commit for {language!r}; "
            f"found {', '.join(sorted(table.revision)) or 'nothing'}"
        )
    return table.revision[language]


def _text(place: str, row: Mapping[str, Any], table: TextsTable) -> str:
    title = str(row.get(table.title) or "").strip() if table.title else ""
    text = text_at(place, row, table.text)
    return f"{title} {text}" if title else text
