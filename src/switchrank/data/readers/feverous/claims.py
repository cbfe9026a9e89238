"""Claims of FEVEROUS: JSON lines with the sets of elements that decide each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from switchrank.data.json_nodes import Node
from switchrank.data.readers.feverous.elements import Element, element_of
from switchrank.data.table_rows import json_rows


@dataclass(frozen=True)
class Claim:
    """A claim.

    Attributes:
        claim_id, text: as in QUERIES.
        sets: sets of evidence, each of which is enough by itself.
    """

    claim_id: str
    text: str
    sets: tuple[tuple[Element, ...], ...]

    @property
    def pages(self) -> list[str]:
        """Titles of the pages of all evidence, each once."""
        return list(dict.fromkeys(element.page for group in self.sets for element in group))


def claims_of(path: str | Path) -> Iterator[Claim]:
    """The claims of a file; a first line whose claim is empty, as in the published files, is left out.

    Raises:
        SwitchRankError: a line is not such an object, or names evidence in another form.
    """
    for number, (place, row) in enumerate(json_rows(path)):
        node = Node(place, row)
        if number == 0 and not node.at("claim").words():
            continue
        groups = node.at("evidence").items() if "evidence" in row else []
        sets = tuple(tuple(element_of(name.words(), place) for name in group.at("content").items()) for group in groups)
        yield Claim(node.text("id"), node.text("claim"), tuple(group for group in sets if group))
