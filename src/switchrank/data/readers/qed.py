"""Reader of QED (Lamm et al. 2021): Natural Questions with a paragraph of Wikipedia, its sentences and the answer.

The relevant sentence is the one that the annotators selected, or, if they selected none, those in which an answer of
Natural Questions starts. One JSON object per line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from pydantic import Field

from switchrank.data.json_nodes import Node
from switchrank.data.questions import Block, EnglishQuestions, Numbering, Question, QuestionReader, as_name
from switchrank.data.table_rows import json_rows
from switchrank.errors import SwitchRankError


class Qed(EnglishQuestions):
    """English questions with the sentences of a paragraph, one JSON object per line."""

    format: Literal["qed"]
    path: str = Field(description="The file of JSON lines.")

    @property
    def has_instances(self) -> bool:
        return True

    def english(self) -> list[str]:
        return [self.path]


Source = Qed


class Reader(QuestionReader[Source]):
    """See `switchrank.data.questions.QuestionReader`. Negatives are the other sentences of the paragraph."""

    def blocks(self, language: str) -> Iterator[Block]:
        numbering = Numbering()
        for path in self.source.reads(language):
            for place, row in json_rows(path):
                yield self._block(Node(place, row), numbering)

    def _block(self, node: Node, numbering: Numbering) -> Block:
        group, paragraph = as_name(node.text("title_text")), node.text("paragraph_text")
        breaks = node.at("sentence_starts")
        starts = [start.whole() for start in breaks.items()]
        if starts[:1] != [0] or any(one >= other for one, other in pairwise([*starts, len(paragraph)])):
            raise SwitchRankError(
                f"{breaks.place}: found {starts}; expected rising numbers from 0 to {len(paragraph) - 1}"
            )
        texts = [paragraph[start:end].strip() for start, end in pairwise([*starts, len(paragraph)])]
        ids = [numbering.of(group, text) for text in texts]
        relevant = [ids[_holding(start, starts, len(paragraph))] for start in _answers(node)]
        question = Question(node.place, node.text("example_id"), node.text("question_text"), relevant)
        return Block(group, {name: text for name, text in zip(ids, texts, strict=True) if text}, [question])


def _answers(node: Node) -> list[Node]:
    """Where the selected sentence starts, or else the answers."""
    annotation = node.at("annotation")
    if "selected_sentence" in annotation.value:
        return [annotation.at("selected_sentence").at("start")]
    groups = node.at("original_nq_answers").items()
    return [span.at("start") for group in groups for span in group.items()]


def _holding(start: Node, starts: Sequence[int], length: int) -> int:
    if not 0 <= start.whole() < length:
        raise SwitchRankError(f"{start.place}: found {start.value}, outside the paragraph's {length} characters")
    return bisect_right(starts, start.whole()) - 1
