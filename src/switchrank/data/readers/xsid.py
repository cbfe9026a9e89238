"""Reader of xSID (van der Goot et al. 2021, NAACL): utterances with intent and slots in CoNLL files, one per language.

Lines between blank ones are an utterance: comments, and per word its number, the word, the intent and its slot.

    # text-en = show all reminders
    # text = zeige alle Erinnerungen
    # intent = reminder/show_reminders
    1   zeige           reminder/show_reminders   O
    2   alle            reminder/show_reminders   B-reference
    3   Erinnerungen    reminder/show_reminders   O

An utterance has the number of its English text in the English file: that file has no ids, and those of other languages
repeat. Where an English text is there several times, its translations take these numbers in their order. See
`switchrank.data.utterances` for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import regex
from pydantic import Field, field_validator

from switchrank.data.reading import Part, Split
from switchrank.data.table_rows import lines_of, text_at
from switchrank.data.utterances import Utterance, UtteranceReader, UtteranceSettings
from switchrank.errors import SwitchRankError
from switchrank.settings import fillable

_COLUMNS = ("number", "word", "intent", "slot")
_SHOWN = 60
_COMMENT = regex.compile(r"#\s*(text|text-en|intent)\s*[=:]\s*(.*)")
"""The comments that are read; others, such as `# id` and `# text-de`, have several forms."""


class Xsid(UtteranceSettings):
    """xSID: utterances that are queries and passages at once; no query searches itself. There is no train split."""

    format: Literal["xsid"]
    path: str = Field(description="The CoNLL files, with {language} and {split} (dev or test).")
    languages: list[str] = Field(min_length=1, description="Languages that have files, English among them.")

    @field_validator("path")
    @classmethod
    def _fillable(cls, value: str) -> str:
        return fillable(value, ["language", "split"])

    @field_validator("languages")
    @classmethod
    def _with_english(cls, value: list[str]) -> list[str]:
        if "en" not in value:
            raise ValueError(f"{value} lacks 'en', whose texts number the utterances of all")
        return value

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return "a train split, which this format has not" if split == "train" else None

    def file(self, split: Split, language: str) -> str:
        """The file of a split and language."""
        return self.path.format(language=language, split=split)

    def files(self, part: Part, language: str) -> list[str]:
        if part in ("titles", "candidates", "instances"):
            return []
        # queries of every language are judged, and English texts number the utterances
        return [self.file(split, code) for split in ("dev", "test") for code in self.languages]


Source = Xsid


class Reader(UtteranceReader[Source]):
    """See `switchrank.data.utterances.UtteranceReader`."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, Files(source))


class Files:
    """The utterances of each file, read once.

    Args:
        source: the settings.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: dict[str, dict[str, Utterance]] = {}

    def languages(self, split: Split) -> list[str]:
        """Languages of a split, sorted."""
        return [] if split == "train" else sorted(self._source.languages)

    def of(self, split: Split, language: str) -> Mapping[str, Utterance]:
        """Utterances by split and the number of their English text, such as `test-17`, in the order of the file.

        Raises:
            SwitchRankError: a file is missing, a line or an utterance has another form, or an utterance's English text
                is not, or less often, in the English file.
        """
        if language not in self.languages(split):
            return {}
        path = self._source.file(split, language)
        if path not in self._read:
            english = [found.text for found in self.of(split, "en").values()] if language != "en" else None
            self._read[path] = {f"{split}-{number}": found for number, found in _numbered(path, english)}
        return self._read[path]


def _numbered(path: str, english: Sequence[str] | None) -> Iterator[tuple[int, Utterance]]:
    """Utterances with the number of their English text, from 1; without English texts, with their own."""
    left: dict[str, list[int]] = {}
    for number, text in enumerate(english or [], start=1):
        left.setdefault(text, []).append(number)
    for number, block in enumerate(_blocks(path), start=1):
        if english is None:
            yield number, block.utterance
            continue
        text = block.comment("text-en")
        if not left.get(text):
            raise SwitchRankError(
                f"{block.place}: 'text-en' is {text[:_SHOWN]!r}, which the English file has not, or less often"
            )
        yield left[text].pop(0), block.utterance


@dataclass
class _Block:
    """The lines of one utterance.

    Attributes:
        place: file and line where it begins.
        comments: by key.
        slots: of each word.
    """

    place: str
    comments: dict[str, str] = field(default_factory=dict)
    slots: list[str] = field(default_factory=list)

    def comment(self, key: str) -> str:
        """A comment that the utterance must have."""
        if key not in self.comments:
            raise SwitchRankError(
                f"{self.place}: the utterance has no line '# {key} = …'; found {', '.join(self.comments) or 'none'}"
            )
        return text_at(self.place, self.comments, key)

    @property
    def utterance(self) -> Utterance:
        """Its frame is the intent and the slots in their order; its domain is what the intent has before `/`."""
        intent = self.comment("intent")
        slots = [slot.removeprefix("B-") for slot in self.slots if slot.startswith("B-")]
        return Utterance(self.comment("text"), " ".join([intent, *slots]), intent.partition("/")[0])


def _blocks(path: str) -> Iterator[_Block]:
    """The utterances of a file. One ends before a blank line; those are counted, not given, by `lines_of`."""
    block, last = None, 0
    for number, line in lines_of(path):
        place = f"{path}, line {number:,}"
        if block is None or number > last + 1:
            if block is not None:
                yield block
            block = _Block(place)
        last = number
        if line.startswith("#"):
            if comment := _COMMENT.fullmatch(line):
                block.comments[comment[1]] = comment[2]
            continue
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise SwitchRankError(
                f"{place}: {len(cells)} columns; expected {len(_COLUMNS)} between tabs ({', '.join(_COLUMNS)}): "
                f"{line[:_SHOWN]!r}"
            )
        block.slots.append(cells[3].strip())
    if block is not None:
        yield block
