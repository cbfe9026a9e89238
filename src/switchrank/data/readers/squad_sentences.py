"""Reader of question–sentence pairs in two files, line by line, as Du et al. 2017 (Learning to Ask) divide SQuAD.

Line n of one file is a sentence, line n of the other a question that it answers. A sentence with several questions is
repeated in consecutive lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

from pydantic import Field

from switchrank.data.questions import Block, EnglishQuestions, Question, QuestionReader
from switchrank.data.table_rows import lines_of
from switchrank.errors import SwitchRankError


class SquadSentences(EnglishQuestions):
    """English sentences and the questions that they answer, one per line in two files."""

    format: Literal["squad-sentences"]
    sentences: str = Field(description="The file of sentences (`src-*.txt`).")
    questions: str = Field(description="The file of questions (`tgt-*.txt`), with as many lines.")

    @property
    def names_articles(self) -> bool:
        return False

    def english(self) -> list[str]:
        return [self.sentences, self.questions]


Source = SquadSentences


class Reader(QuestionReader[Source]):
    """See `switchrank.data.questions.QuestionReader`. A doc_id is `s` and the first line of a sentence, a query_id
    `q` and the line. The files name no articles, so each sentence is a group."""

    def blocks(self, language: str) -> Iterator[Block]:
        if language != "en":
            return
        names: dict[str, str] = {}
        for number, sentence, question in self._pairs():
            name = names.setdefault(sentence, f"s{number}")
            place = f"{self.source.questions}, line {number:,}"
            yield Block(name, {name: sentence}, [Question(place, f"q{number}", question, [name])])

    def _pairs(self) -> Iterator[tuple[int, str, str]]:
        """Number, sentence and question of each line; a line that is blank in both files is none."""
        paths = self.source.sentences, self.source.questions
        for sentence, question in zip_longest(*(lines_of(path) for path in paths)):
            if sentence is None or question is None or sentence[0] != question[0]:
                raise _missing(paths, sentence, question)
            yield sentence[0], sentence[1].strip(), question[1].strip()


def _missing(
    paths: tuple[str, str], sentence: tuple[int, str] | None, question: tuple[int, str] | None
) -> SwitchRankError:
    """The message for a line that is in only one of the files."""
    in_questions = sentence is None or (question is not None and question[0] < sentence[0])
    have, lack = reversed(paths) if in_questions else paths
    number, text = (question if in_questions else sentence) or (0, "")
    return SwitchRankError(
        f"{have}, line {number:,}: {text[:60]!r} has no partner: {lack} has no such line, or a blank one; line n of "
        "one file belongs to line n of the other"
    )
