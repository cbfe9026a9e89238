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
        values: what it is printed from, every digit; None where there is nothing. The first orders the rows.
        text: as printed, without marks.
        best, significant: marks.
        source: what the values come from, in words: their spread over seeds and their files; shown where a format can
            hide it.
    """

    values: tuple[float | None, ...]
    text: str
    best: bool = False
    significant: bool = False
    source: str = ""


@dataclass(frozen=True)
class Column:
    """What the cells below it are.

    Attributes:
        group: heading over neighbouring columns; empty if the table has no such headings.
        heading: the column's own.
        names: a name for each value of a cell, where headings have one line only.
        mean: whether it averages over its group.
    """

    group: str
    heading: str
    names: tuple[str, ...]
    mean: bool = False

    @property
    def name(self) -> str:
        """Heading where columns have one line only."""
        return self.names[0]


@dataclass(frozen=True)
class Grid:
    """A table ready to be printed.

    Attributes:
        caption: above the table.
        legend: sentences below it.
        heads: headings of the columns that name a row, from left to right.
        columns: the others.
        rows: names, one a head, and cells, one a column.
    """

    caption: str
    legend: list[str]
    heads: tuple[str, ...]
    columns: list[Column]
    rows: Sequence[tuple[tuple[str, ...], list[Cell]]]

    @property
    def grouped(self) -> bool:
        """Whether a line of group headings stands over the columns' own."""
        return any(column.group for column in self.columns)

    def groups(self) -> list[tuple[str, int]]:
        """Each group with its number of columns, from left to right."""
        names = list(dict.fromkeys(column.group for column in self.columns))
        return [(name, sum(column.group == name for column in self.columns)) for name in names]


def source_of(cell: Row) -> str:
    """The files that a cell comes from: the first, and how many more; nothing for cells that were not traced."""
    files = cell.get("files") or []
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0]}{more}" if files else ""
