"""Reader of CLAPNQ (Rosenthal et al. 2025): Natural Questions with answers in full sentences.

Two kinds of files: JSON lines with a paragraph's sentences and those that annotators selected (`annotated_data/`), and
tab-separated questions with an answer text each (`retrieval/*/question_*.tsv`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from switchrank.data.json_nodes import Node
from switchrank.data.questions import Block, EnglishQuestions, Numbering, Question, QuestionReader, as_name
from switchrank.data.table_rows import json_rows, separated_rows
from switchrank.errors import SwitchRankError


class Clapnq(EnglishQuestions):
    """English questions with annotated sentences, or with answer texts."""

    format: Literal["clapnq"]
    annotated: list[str] = Field(
        default_factory=list,
        description="JSON lines with sentences: each is a passage, the selected ones are relevant.",
    )
    answers: list[str] = Field(
        default_factory=list, description="Tab-separated questions with answers: the answer is the relevant passage."
    )

    @model_validator(mode="after")
    def _has_files(self) -> Clapnq:
        if not self.annotated and not self.answers:
            raise ValueError("names no file: expected `annotated` or `answers`")
        return self

    @property
    def has_instances(self) -> bool:
        return not self.answers

    def english(self) -> list[str]:
        return [*self.annotated, *self.answers]


Source = Clapnq


class Reader(QuestionReader[Source]):
    """See `switchrank.data.questions.QuestionReader`. Negatives are the sentences that were not selected."""

    def blocks(self, language: str) -> Iterator[Block]:
        if language != "en":
            return
        numbering = Numbering()
        for path in self.source.annotated:
            for place, row in json_rows(path):
                yield _annotated(Node(place, row), numbering)
        for path in self.source.answers:
            for place, row in separated_rows(path, "\t", quoted=True):
                node = Node(place, row)
                question, answer = node.text("id"), node.text("answers")
                yield Block(
                    question, {question: answer}, [Question(place, question, node.text("question"), [question])]
                )


def _annotated(node: Node, numbering: Numbering) -> Block:
    passages, ids, group = {}, {}, ""
    for passage in node.at("passages").items():
        group = as_name(passage.text("title"))
        for sentence in passage.at("sentences").items():
            text = sentence.words()
            if text:
                ids[text] = numbering.of(group, text)
                passages[ids[text]] = text
    relevant = []
    for output in node.at("output").items():
        for selected in output.at("selected_sentences").items():
            text = selected.words()
            if text not in ids:
                raise SwitchRankError(f"{selected.place}: {text[:60]!r} is none of the passage's sentences")
            relevant.append(ids[text])
    return Block(group, passages, [Question(node.place, node.text("id"), node.text("input"), relevant)])
