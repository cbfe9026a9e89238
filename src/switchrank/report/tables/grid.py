"""A table's cells as rows and columns with their text, the same for every renderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ABSENT = "–"
DAGGER = "†"
Row = Mapping[str, Any]
"""One row of a CELLS table."""


@dataclass(frozen=True)
class Cell:
    """One printed cell.

    Attributes:
        values: the printed values with every digit; None if there is none. The first orders the rows.
        text: as printed, without marks.
        best, significant: marks.
        source: the origin of the values in words: their spread over seeds and their files; shown if a format can
            hide it.
    """

    values: tuple[float | None, ...]
    text: str
    best: bool = False
    significant: bool = False
    source: str = ""


@dataclass(frozen=True)
class Column:
    """The heading of a column.

    Attributes:
        group: heading over adjacent columns; empty if the table has no such headings.
        heading: the column's own.
        names: a name for each value of a cell, for formats whose headings have only one line.
        mean: whether it averages over its group.
    """

    group: str
    heading: str
    names: tuple[str, ...]
    mean: bool = False

    @property
    def name(self) -> str:
        """The heading for formats with only one line of headings."""
        return self.names[0]


@dataclass(frozen=True)
class Grid:
    """A table ready to be printed.

    Attributes:
        caption: above the table.
        legend: sentences below it.
        heads: headings of the columns that name a row, from left to right.
        columns: the others.
        rows: names, one per head, and cells, one per column.
    """

    caption: str
    legend: list[str]
    heads: tuple[str, ...]
    columns: list[Column]
    rows: Sequence[tuple[tuple[str, ...], list[Cell]]]

    @property
    def grouped(self) -> bool:
        """Whether there is a line of group headings above those of the columns."""
        return any(column.group for column in self.columns)

    def groups(self) -> list[tuple[str, int]]:
        """Each group with its number of columns, from left to right."""
        names = list(dict.fromkeys(column.group for column in self.columns))
        return [(name, sum(column.group == name for column in self.columns)) for name in names]


def source_of(cell: Row) -> str:
    """The files that a cell comes from: the first, and how many more; empty for cells without files."""
    files = cell.get("files") or []
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0]}{more}" if files else ""
