"""Reader of SelQA (Jurczyk et al. 2016): questions with all sentences of a section of Wikipedia, in JSON lists.

Some candidates in the published files are empty; they are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from switchrank.data.json_nodes import Node, read_json
from switchrank.data.questions import Block, EnglishQuestions, Numbering, Question, QuestionReader, as_name
from switchrank.errors import SwitchRankError


class SelQa(EnglishQuestions):
    """English questions with the sentences of a section, in JSON lists."""

    format: Literal["selqa"]
    paths: list[str] = Field(min_length=1, description="The files, such as dev and test.")

    @property
    def has_instances(self) -> bool:
        return True

    def english(self) -> list[str]:
        return self.paths


Source = SelQa


class Reader(QuestionReader[Source]):
    """See `switchrank.data.questions.QuestionReader`. A query_id is `q` and the question's number over all files;
    negatives are the other sentences of the section."""

    def blocks(self, language: str) -> Iterator[Block]:
        numbering, number = Numbering(), 0
        for path in self.source.reads(language):
            for node in read_json(path).items():
                number += 1
                yield self._block(node, f"q{number}", numbering)

    def _block(self, node: Node, query_id: str, numbering: Numbering) -> Block:
        group = as_name(node.text("article"))
        ids: list[str | None] = []
        passages: dict[str, str] = {}
        for candidate in node.at("candidates").items():
            text = candidate.words()
            ids.append(numbering.of(group, text) if text else None)
            if text:
                passages[numbering.of(group, text)] = text
            else:
                self.leave_out("empty candidates", candidate.place)
        relevant = [_named(answer, ids) for answer in node.at("answers").items()]
        return Block(group, passages, [Question(node.place, query_id, node.text("question"), relevant)])


def _named(answer: Node, ids: Sequence[str | None]) -> str:
    """The doc_id of a candidate by its number."""
    name = ids[answer.whole()] if 0 <= answer.whole() < len(ids) else None
    if name is None:
        raise SwitchRankError(
            f"{answer.place}: found {answer.value}; expected the number of a candidate with a text, 0 to {len(ids) - 1}"
        )
    return name
