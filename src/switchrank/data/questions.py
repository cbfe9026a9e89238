"""Readers of question answering data: passages in blocks, such as a paragraph's sentences, and the questions on them.

A format gives its blocks (`QuestionReader.blocks`); the tables of a benchmark follow from them here.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl
from pydantic import Field

from switchrank.data.reading import BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.table_rows import in_pieces
from switchrank.errors import SwitchRankError


class QuestionSource(SourceSettings):
    """Base of the settings: which files, and which split."""

    split: Split | None = Field(
        "train",
        description="The split of all passages and questions; null divides them by `shares`, whole articles where the "
        "format names these, or, without `shares`, puts them into every split.",
    )

    @property
    def names_articles(self) -> bool:
        return True

    def reads(self, language: str) -> list[str]:
        """The files of a language."""
        raise NotImplementedError

    def files(self, part: Part, language: str) -> list[str]:
        return [] if part in ("titles", "candidates") else self.reads(language)


class EnglishQuestions(QuestionSource):
    """Base of the settings of collections that are English only."""

    def reads(self, language: str) -> list[str]:
        return self.english() if language == "en" else []

    def english(self) -> list[str]:
        """All files."""
        raise NotImplementedError


@dataclass(frozen=True)
class Question:
    """A question; one without relevant passages belongs to no table.

    Attributes:
        place: file and line, or file and path in a JSON document; for messages.
        query_id, text: as in QUERIES.
        relevant: doc_ids of the passages of its block that answer it.
    """

    place: str
    query_id: str
    text: str
    relevant: Sequence[str]


@dataclass(frozen=True)
class Block:
    """Passages that belong together, and the questions on them. Two blocks may share passages.

    Attributes:
        group: the article, by its title where the format has titles.
        passages: doc_id → text.
        questions: on these passages.
    """

    group: str
    passages: Mapping[str, str]
    questions: Sequence[Question]


S = TypeVar("S", bound=QuestionSource)


class QuestionReader(BenchmarkReader[S]):
    """See `switchrank.data.reading.BenchmarkReader`. What is left out is counted on stderr at the
    end."""

    def __init__(self, source: S) -> None:
        super().__init__(source)
        self._left_out: dict[str, set[str]] = {}

    @abstractmethod
    def blocks(self, language: str) -> Iterator[Block]:
        """The blocks of a language, in the order of the files."""

    def leave_out(self, kind: str, place: str) -> None:
        """Count something that is left out; each place counts once, however often it is read."""
        self._left_out.setdefault(kind, set()).add(place)

    def __exit__(self, *error: object) -> None:
        for kind, places in self._left_out.items():
            sys.stderr.write(f"{kind}: {len(places):,} left out\n")

    def group_of(self, languages: Sequence[str]) -> Mapping[str, str]:
        """Names of groups that differ from `Block.group`, by it."""
        return {}

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        groups = self.group_of(languages)
        found = (
            (doc_id, groups.get(block.group, block.group), self.source.split)
            for language in languages
            for block in self.blocks(language)
            for doc_id in block.passages
        )
        yield from in_pieces(_first(found), dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        found = (row for block in self.blocks(language) for row in block.passages.items())
        yield from in_pieces(_first(found), dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        found = ((question.query_id, question.text) for _, question in self._asked(split, language))
        yield from in_pieces(found, dict.fromkeys(("query_id", "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        found = (
            (question.query_id, doc_id, 1)
            for _, question in self._asked(split, language)
            for doc_id in dict.fromkeys(question.relevant)
        )
        yield from in_pieces(found, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})

    def instances(self) -> Iterator[pl.DataFrame]:
        """Each question with its relevant passages, and with the others of its block as negatives, except copies of a
        relevant one."""
        found = (row for block, question in self._asked("train", "en") for row in _pairs(block, question))
        yield from in_pieces(found, {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8})

    def _asked(self, split: Split, language: str) -> Iterator[tuple[Block, Question]]:
        """The questions of a split that have an answer."""
        if self.source.split not in (split, None):
            return
        seen: dict[str, str] = {}
        for block in self.blocks(language):
            for question in block.questions:
                if question.query_id in seen:
                    raise SwitchRankError(
                        f"{question.place}: the id {question.query_id!r} is also at {seen[question.query_id]}; each "
                        "question has its own"
                    )
                seen[question.query_id] = question.place
                if question.relevant:
                    yield block, question
                else:
                    self.leave_out("questions without an answer", question.place)


@dataclass
class Numbering:
    """Ids for passages that have none: article and number, the same for equal texts of one article."""

    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, group: str, text: str) -> str:
        """The doc_id of a text.

        Args:
            group: from `as_name`.
            text: of the passage.
        """
        known = self._known.setdefault(group, {})
        return known.setdefault(text, f"{group}/{len(known) + 1}")


def as_name(title: str) -> str:
    """A title as a group and as the first part of ids, which must not hold white space: `Doctor_Who`."""
    return "_".join(title.split())


def _first(rows: Iterator[tuple[str, ...]] | Iterator[tuple[str, str, str | None]]) -> Iterator[tuple[str | None, ...]]:
    """The first row of each id."""
    seen: set[str] = set()
    for row in rows:
        if row[0] not in seen:
            seen.add(row[0])
            yield row


def _pairs(block: Block, question: Question) -> Iterator[tuple[str, str, int]]:
    relevant = dict.fromkeys(question.relevant)
    copies = {block.passages[doc_id] for doc_id in relevant}
    yield from ((question.query_id, doc_id, 1) for doc_id in relevant)
    yield from ((question.query_id, doc_id, 0) for doc_id, text in block.passages.items() if text not in copies)
