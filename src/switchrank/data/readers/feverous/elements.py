"""Names of the elements of a page, as evidence names them: `Algebraic logic_header_cell_0_0_0`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from switchrank.errors import SwitchRankError

CONTEXT = frozenset({"title", "section"})
"""Kinds that stand beside evidence and are none themselves."""
_NUMBERS = {"sentence": 1, "header_cell": 3, "cell": 3, "table_caption": 1, "item": 2, "section": 1, "title": 0}
_NAME = re.compile(rf"(.+?)_({'|'.join(_NUMBERS)})((?:_\d+)*)", re.DOTALL)


@dataclass(frozen=True)
class Element:
    """A sentence, cell, caption, list item, section or title of a page.

    Attributes:
        page: the page's title, see `title_of`.
        kind: such as `cell`.
        position: numbers on the page, such as `_0_1_2`.
    """

    page: str
    kind: str
    position: str

    @property
    def name(self) -> str:
        """The whole name; the page's title in NFC."""
        return f"{self.page}_{self.kind}{self.position}"


def title_of(text: str) -> str:
    """A page's title in NFC: the published evidence and database have most titles in NFD, and some files in NFC."""
    return unicodedata.normalize("NFC", text.strip())


def element_of(name: str, place: str) -> Element:
    """The parts of a name.

    Args:
        name: of an element.
        place: file and line, for messages.

    Raises:
        SwitchRankError: it is of another form.
    """
    found = _NAME.fullmatch(name)
    if not found or found[3].count("_") != _NUMBERS[found[2]]:
        raise SwitchRankError(
            f"{place}: the evidence names {name!r}; expected a page's title and one of _sentence_N, _cell_T_R_C, "
            "_header_cell_T_R_C, _table_caption_T, _item_L_N, _section_N, _title"
        )
    return Element(title_of(found[1]), found[2], found[3])
