"""Values of a JSON document with their place, so that whatever is wrong is named with where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from switchrank.data.table_rows import text_at
from switchrank.errors import SwitchRankError
from switchrank.text_files import opened
from switchrank.utf8 import decoded

_KINDS: Mapping[type, str] = {dict: "an object", list: "a list", int: "a whole number", str: "a text"}
_SHOWN = 60


@dataclass(frozen=True)
class Node:
    """A value of a JSON document.

    Attributes:
        document: the file, or file and line.
        value: as `json` reads it.
        path: to the value within the document, such as `data[0].title`.
    """

    document: str
    value: Any
    path: str = ""

    @property
    def place(self) -> str:
        """Document and path, for messages."""
        return f"{self.document}, {self.path}" if self.path else self.document

    def at(self, key: str) -> Node:
        """The member of an object.

        Raises:
            SwitchRankError: this is not an object, or has no such member.
        """
        found = self._of(dict)
        if key not in found:
            raise SwitchRankError(f"{self.place}: no {key!r}; found {', '.join(map(str, found)) or 'nothing'}")
        return Node(self.document, found[key], f"{self.path}.{key}" if self.path else key)

    def items(self) -> list[Node]:
        """The values of a list.

        Raises:
            SwitchRankError: this is not a list.
        """
        return [Node(self.document, value, f"{self.path}[{index}]") for index, value in enumerate(self._of(list))]

    def text(self, key: str) -> str:
        """A member that is a text or an id; a whole number counts as an id.

        Raises:
            SwitchRankError: there is no such member; see also `switchrank.data.table_rows.text_at`.
        """
        self.at(key)
        return text_at(self.place, self.value, key)

    def whole(self) -> int:
        """This value, a whole number.

        Raises:
            SwitchRankError: it is something else.
        """
        number: int = self._of(int)
        return number

    def words(self) -> str:
        """This value, a text without white space around it, which may be empty.

        Raises:
            SwitchRankError: it is something else, or cannot be written as UTF-8.
        """
        text: str = self._of(str).strip()
        return text_at(self.place, {"the value": text}, "the value") if text else text

    def _of(self, kind: type) -> Any:
        if not isinstance(self.value, kind) or isinstance(self.value, bool):
            raise SwitchRankError(f"{self.place}: found {repr(self.value)[:_SHOWN]}, expected {_KINDS[kind]}")
        return self.value


def read_json(path: str | Path) -> Node:
    """A whole JSON document, UTF-8, perhaps compressed by gzip.

    Raises:
        SwitchRankError: no such file, it is empty, damaged, not UTF-8 or not JSON, as when it was cut off.
    """
    with opened(path, "a JSON document") as file:
        text = decoded(file.read(), path)
    try:
        return Node(str(path), json.loads(text))
    except ValueError as error:
        raise SwitchRankError(f"{path}: not valid JSON ({error}); is the file complete?") from None
