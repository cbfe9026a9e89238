"""Utterances of MTOP by split and language, from the official zip or from files in three layouts.

The official layout has eight columns between tabs. XSemPLR's copy has one JSON array of the utterances that exist
in every language, and SymGen's copy one English utterance per JSON line, in train without ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from switchrank.data.json_nodes import read_json
from switchrank.data.readers.mtop.archive import Archive
from switchrank.data.readers.mtop.frames import frame_of
from switchrank.data.readers.mtop.settings import Source
from switchrank.data.reading import Split
from switchrank.data.table_rows import json_rows, lines_of, text_at
from switchrank.data.utterances import Utterance
from switchrank.errors import SwitchRankError
from switchrank.text_files import opened
from switchrank.utf8 import MARK

_COLUMNS = ("id", "intent", "slots", "utterance", "domain", "locale", "decoupled form", "tokens")
_SHOWN = 60
_Placed = tuple[str, str, str, Utterance]
"""Place in the file, language, id and utterance."""


class Utterances:
    """The utterances of a source; each file is read once.

    Args:
        source: the settings.

    Raises:
        SwitchRankError: as `Archive`.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._archive = Archive(source.archive) if source.archive else None
        self._read: dict[str, dict[str, dict[str, Utterance]]] = {}

    def close(self) -> None:
        """Close the archive."""
        if self._archive:
            self._archive.close()

    def of(self, split: Split, language: str) -> Mapping[str, Utterance]:
        """Utterances of a split in a language by id, in the order of the file; none if the source lacks them.

        Raises:
            SwitchRankError: a file is missing or damaged, a line has another layout or no text, or an id is repeated.
        """
        return self._file(split, language).get(language, {})

    def languages(self, split: Split) -> list[str]:
        """Languages of a split, sorted."""
        if self._archive:
            return self._archive.languages(split)
        return sorted(self._source.languages if self._one_each(split) else self._file(split, "en"))

    def _one_each(self, split: Split) -> bool:
        return "{language}" in str(getattr(self._source, split))

    def _file(self, split: Split, language: str) -> Mapping[str, Mapping[str, Utterance]]:
        """What the file of a split and language holds, by language."""
        path = self._source.path(split, language)
        key = self._archive.name(split, language) if self._archive else path
        if key is None:
            return {}
        if key not in self._read:
            if self._archive:
                rows = _columns(key, self._archive.lines(split, language), language)
            else:
                rows = _rows(key, language if self._one_each(split) else "en", split)
            self._read[key] = _by_language(rows)
        return self._read[key]


def official(path: str) -> Iterator[tuple[str, Utterance]]:
    """Id and content of the utterances of a file in the official layout.

    Raises:
        SwitchRankError: a line has another layout or no text.
    """
    for _, _, name, utterance in _columns(path, lines_of(path), "en"):
        yield name, utterance


def _by_language(rows: Iterable[_Placed]) -> dict[str, dict[str, Utterance]]:
    found: dict[str, dict[str, Utterance]] = {}
    for place, language, name, utterance in rows:
        others = found.setdefault(language, {})
        if name in others:
            raise SwitchRankError(f"{place}: id {name!r} occurs a second time in {language!r}; once is allowed")
        others[name] = utterance
    return found


def _rows(path: str, language: str, split: Split) -> Iterator[_Placed]:
    """The rows of a file, whose first character says which layout it has."""
    with opened(path, "utterances of MTOP") as file:
        start = file.read(_SHOWN).removeprefix(MARK).lstrip()[:1]
    if start == b"[":
        return _parallel(path)
    return _english(path, language, split) if start == b"{" else _columns(path, lines_of(path), language)


def _columns(name: str, lines: Iterable[tuple[int, str]], language: str) -> Iterator[_Placed]:
    for number, line in lines:
        place, cells = f"{name}, line {number:,}", line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise SwitchRankError(
                f"{place}: {len(cells)} columns; expected {len(_COLUMNS)} between tabs ({', '.join(_COLUMNS)}): "
                f"{line[:_SHOWN]!r}"
            )
        row = dict(zip(_COLUMNS, cells, strict=True))
        frame = frame_of(text_at(place, row, "decoupled form"), place)
        utterance = Utterance(text_at(place, row, "utterance"), frame, text_at(place, row, "domain"))
        yield place, language, text_at(place, row, "id"), utterance


def _english(path: str, language: str, split: Split) -> Iterator[_Placed]:
    """JSON lines. One without `idx` is named by its split and line."""
    for place, row in json_rows(path):
        for key in ("question", "logical_form"):
            if key not in row:
                raise SwitchRankError(f"{place}: no {key!r}; found {', '.join(row) or 'nothing'}")
        name = text_at(place, row, "idx") if "idx" in row else f"{split}-{place.rpartition(' ')[2].replace(',', '')}"
        frame = frame_of(text_at(place, row, "logical_form"), place)
        domain = text_at(place, row, "domain") if "domain" in row else None
        yield place, language, name, Utterance(text_at(place, row, "question"), frame, domain)


def _parallel(path: str) -> Iterator[_Placed]:
    for number, node in enumerate(read_json(path).items(), start=1):
        row = node.value
        place = f"{path}, record {number:,}"
        try:
            texts, forms = row["question"], row["mr"]["slot_intent"]
            found = [(code, texts[code], forms[code]) for code in texts]
        except (KeyError, TypeError):
            raise SwitchRankError(
                f"{place}: expected 'id', 'question' with a text per language and 'mr', 'slot_intent' with a decoupled "
                f"form per language; found {json.dumps(row, ensure_ascii=False)[:_SHOWN]!r}"
            ) from None
        name = text_at(place, {"id": None} | row, "id")
        for code, text, form in found:
            here, values = f"{place}, language {code!r}", {"question": text, "slot_intent": form}
            utterance = Utterance(text_at(here, values, "question"), "", None)
            yield here, code, name, utterance._replace(frame=frame_of(text_at(here, values, "slot_intent"), here))
