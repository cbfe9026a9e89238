"""Reader of the `homeassistant` wheel: parallel interface texts under equal key paths, read in place.

A wheel is a zip archive. `homeassistant/components/<component>/translations/<language>.json` holds a
tree of strings; a node with a title (or else a name) and a description is a query–passage pair, and
the same path in another language's file is its translation.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from switchrank.errors import SwitchRankError
from switchrank.languages import known_codes
from switchrank.utf8 import decoded, is_text

_ESCAPED_HALF_OR_ZERO = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_MEMBER = re.compile(r"homeassistant/components/([^/]+)/translations/([^/]+)\.json")
_FILE_OF_LANGUAGE = {"zh": "zh-Hans"}
_PAIR_KEYS = ("title", "name", "description")


@dataclass(frozen=True)
class Pair:
    """A query–passage pair in one language; texts are stripped of outer white space."""

    component: str
    title: str
    description: str


class Wheel:
    """The translations inside one wheel; a context manager that closes it.

    Args:
        path: the wheel.

    Raises:
        SwitchRankError: no such file, not a zip archive, or no translations in it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._trees: dict[str, dict[str, dict[str, Any]]] = {}
        self._members: dict[str, dict[str, str]] = {}
        # Kept open: reading the directory of 58,000 members costs more than reading a language.
        self._archive = self._open()
        for name in sorted(self._archive.namelist()):
            if match := _MEMBER.fullmatch(name):
                component, file = match.groups()
                self._members.setdefault(file, {})[component] = name
        if "en" not in self._members:
            self._archive.close()
            raise SwitchRankError(
                f"{self.path}: no homeassistant/components/*/translations/en.json inside; "
                "expected the homeassistant wheel"
            )

    def __enter__(self) -> Wheel:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except FileNotFoundError:
            raise SwitchRankError(f"{self.path}: no such file; expected the homeassistant wheel") from None
        except zipfile.BadZipFile as error:
            raise SwitchRankError(
                f"{self.path}: not a zip archive ({error}); expected the homeassistant wheel"
            ) from None

    def languages(self) -> list[str]:
        """Codes of `languages.csv` that have translations here, sorted."""
        return sorted(code for code in known_codes() if _FILE_OF_LANGUAGE.get(code, code) in self._members)

    def trees(self, language: str) -> dict[str, dict[str, Any]]:
        """The tree of strings of every component, by component.

        Raises:
            SwitchRankError: the wheel has no such language; a file is not a JSON object.
        """
        if language not in self._trees:
            self._trees[language] = self._read(language)
        return self._trees[language]

    def _read(self, language: str) -> dict[str, dict[str, Any]]:
        members = self._members.get(_FILE_OF_LANGUAGE.get(language, language))
        if members is None:
            raise SwitchRankError(
                f"{self.path}: no translations in {language!r}; available: {', '.join(self.languages())}"
            )
        return {component: self._parse(name) for component, name in members.items()}

    def _parse(self, name: str) -> dict[str, Any]:
        where = f"{self.path}, member {name}"
        try:
            text = decoded(self._archive.read(name), where)
            tree = json.loads(text)
        except (ValueError, zipfile.BadZipFile) as error:
            raise SwitchRankError(f"{where}: not valid JSON: {error}") from None
        _refuse_halves(text, where)
        if not isinstance(tree, dict):
            raise SwitchRankError(f"{where}: found a JSON {type(tree).__name__}, expected an object")
        return tree

    def pairs(self, language: str) -> dict[str, Pair]:
        """Every pair of a language, by `component/key/path`, unfiltered."""
        found = {}
        for component, tree in self.trees(language).items():
            for path, node in _nodes(tree, (component,)):
                texts = _pair_of(node)
                if texts is not None:
                    found["/".join(path)] = Pair(component, *texts)
        return found

    def others(self, language: str) -> dict[str, tuple[str, str]]:
        """Every string outside pairs, as (component, text), by `component/key/path`."""
        found = {}
        for component, tree in self.trees(language).items():
            for path, node in _nodes(tree, (component,)):
                own = _PAIR_KEYS if _pair_of(node) is not None else ()
                for key, value in node.items():
                    if isinstance(value, str) and key not in own:
                        found["/".join((*path, key))] = (component, value.strip())
        return found


def _refuse_halves(text: str, where: str) -> None:
    """Stop at a string that is not text (`utf8.is_text`); a string never spans several lines of JSON."""
    if not _ESCAPED_HALF_OR_ZERO.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for string in _STRING.findall(line):
            if not is_text(json.loads(string)):
                raise SwitchRankError(
                    f"{where}, line {number:,}: {string} holds half of a surrogate pair or a zero byte; expected text "
                    "that can be written as UTF-8"
                )


def _nodes(node: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """A tree's inner nodes with their key paths, parents first."""
    yield path, node
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _nodes(value, (*path, key))


def _pair_of(node: dict[str, Any]) -> tuple[str, str] | None:
    """Title and description of a node, if it has both."""
    title = next((node[key] for key in ("title", "name") if isinstance(node.get(key), str)), None)
    description = node.get("description")
    if title is None or not isinstance(description, str):
        return None
    return title.strip(), description.strip()
