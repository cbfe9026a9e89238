"""Reader of XQuAD-R and MLQA-R (Roy et al. 2020, LAReQA, 2004.05484), and of other JSON in SQuAD's layout.

In the retrieval versions each paragraph has `sentence_breaks`, the [start, end) of its sentences in characters of
`context`. A sentence answers a question if one of the question's answers starts in it. Without sentences
the paragraph is the passage. A question's id is the same in every language, the sentences are each language's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field

from switchrank.data.json_nodes import Node, read_json
from switchrank.data.questions import Block, Question, QuestionReader, QuestionSource, as_name
from switchrank.data.reading import Split
from switchrank.errors import SwitchRankError

Span = tuple[int, int]


class XQuadR(QuestionSource):
    """One JSON file for each language, in SQuAD's layout."""

    format: Literal["xquad-r"]
    path: str = Field(
        description="The file, with {language} for the language's code; `resources/NAME` is row NAME of the "
        "sources table."
    )
    passages: Literal["sentences", "paragraphs"] = Field(
        "sentences",
        description="What is retrieved: the sentences of `sentence_breaks` (XQuAD-R, MLQA-R), or whole paragraphs "
        "(also XQuAD, MLQA, SQuAD).",
    )
    split: Split | None = Field("test", description=QuestionSource.model_fields["split"].description)

    @property
    def parallel(self) -> bool:
        return False

    def reads(self, language: str) -> list[str]:
        return [self.path.replace("{language}", language)]


Source = XQuadR


class Reader(QuestionReader[Source]):
    """See `switchrank.data.questions.QuestionReader`. A doc_id is language, title, number of the paragraph in the
    article and of the sentence, from 1: `de/Super_Bowl_50/1/3`."""

    def blocks(self, language: str) -> Iterator[Block]:
        [path] = self.source.reads(language)
        numbers: Counter[str] = Counter()
        for article in read_json(path).at("data").items():
            title = as_name(article.text("title"))
            for paragraph in article.at("paragraphs").items():
                numbers[title] += 1
                yield self._block(paragraph, title, f"{language}/{title}/{numbers[title]}")

    def _block(self, paragraph: Node, title: str, name: str) -> Block:
        context = paragraph.text("context")
        spans = self._spans(paragraph, context)
        ids = [name] if self.source.passages == "paragraphs" else [f"{name}/{n}" for n in range(1, len(spans) + 1)]
        return Block(
            title,
            {doc_id: context[start:end] for doc_id, (start, end) in zip(ids, spans, strict=True)},
            [_question(node, context, ids, spans) for node in paragraph.at("qas").items()],
        )

    def _spans(self, paragraph: Node, context: str) -> list[Span]:
        if self.source.passages == "paragraphs":
            return [(0, len(context))]
        if "sentence_breaks" not in paragraph.value:
            raise SwitchRankError(
                f"{paragraph.place}: no 'sentence_breaks'; for files without sentences set passages: paragraphs"
            )
        spans: list[Span] = []
        for node in paragraph.at("sentence_breaks").items():
            span = _span(node)
            after = spans[-1][1] if spans else 0
            if not after <= span[0] < span[1] <= len(context) or not context[span[0] : span[1]].strip():
                raise SwitchRankError(
                    f"{node.place}: found {list(span)}; expected a start from {after} and an end up to {len(context)}, "
                    "with a text between them"
                )
            spans.append(span)
        return spans

    def group_of(self, languages: Sequence[str]) -> Mapping[str, str]:
        """Articles that share a question are one, whatever their titles: these may be translated.

        Its name is the title in English, or else in the first language that has it.
        """
        parents: dict[str, str] = {}
        numbers: dict[str, int] = {}
        first_with: dict[str, str] = {}
        for language in sorted(languages, key=lambda code: (code != "en", code)):
            for block in self.blocks(language):
                numbers.setdefault(block.group, len(numbers))
                for question in block.questions:
                    other = first_with.setdefault(question.query_id, block.group)
                    roots = _root(parents, block.group), _root(parents, other)
                    earlier, later = sorted(roots, key=numbers.__getitem__)
                    parents[later] = earlier
        return {name: _root(parents, name) for name in numbers}


def _span(node: Node) -> Span:
    if len(node.items()) != 2:
        raise SwitchRankError(f"{node.place}: found {node.value!r}; expected [start, end]")
    start, end = (number.whole() for number in node.items())
    return start, end


def _question(node: Node, context: str, ids: Sequence[str], spans: Sequence[Span]) -> Question:
    relevant = [ids[_holding(answer, context, spans)] for answer in node.at("answers").items()]
    return Question(node.place, node.text("id"), node.text("question"), relevant)


def _holding(answer: Node, context: str, spans: Sequence[Span]) -> int:
    """The number of the passage in which an answer starts."""
    start, text = answer.at("answer_start").whole(), answer.text("text")
    if start < 0 or not context.startswith(text, start):
        found = context[max(start, 0) :][: len(text)]
        raise SwitchRankError(
            f"{answer.place}: 'answer_start' is {start}, where the context has {found!r}, not {text!r}"
        )
    number = bisect_right(spans, start, key=lambda span: span[0]) - 1
    if number < 0 or start >= spans[number][1]:
        raise SwitchRankError(f"{answer.place}: 'answer_start' is {start}, which is in no sentence")
    return number


def _root(parents: dict[str, str], name: str) -> str:
    while parents.setdefault(name, name) != name:
        name = parents[name]
    return name
