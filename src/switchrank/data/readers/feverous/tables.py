"""Cells of a table with the header cells that describe them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from switchrank.data.json_nodes import Node

_WIDEST = 1000
"""The largest span that HTML allows."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes:
        name: such as `cell_0_1_2`.
        text: its value.
        headers: values of the nearest header cells on its left and above it; none for a header cell.
    """

    name: str
    text: str
    headers: list[str]


@dataclass(frozen=True)
class _Placed:
    name: str
    text: str
    is_header: bool
    row: int
    column: int


def cells_of(table: Node) -> Iterator[Cell]:
    """Cells in reading order.

    The header cells of a cell are those that the released code takes: on the way to the left, and on the way up, the
    first header cell that is met and those directly beyond it.

    Args:
        table: a list of rows, each a list of cells.

    Raises:
        SwitchRankError: it is not, or a cell has another form.
        ValueError: a span is not a number.
    """
    grid = _grid(table)
    seen = set()
    for cell in grid.values():
        if cell.name in seen:
            continue
        seen.add(cell.name)
        headers: list[_Placed] = []
        if not cell.is_header:
            left = (grid.get((cell.row, column)) for column in range(cell.column - 1, -1, -1))
            above = (grid.get((row, cell.column)) for row in range(cell.row - 1, -1, -1))
            headers = [*_nearest(left), *_nearest(above)]
        yield Cell(cell.name, cell.text, [header.text for header in headers if header.text])


def _nearest(cells: Iterable[_Placed | None]) -> list[_Placed]:
    """The first header cells that are met, in reading order; a cell that spans several places counts once."""
    known = (cell for cell in cells if cell is not None)
    run = takewhile(lambda cell: cell.is_header, dropwhile(lambda cell: not cell.is_header, known))
    return list(dict.fromkeys(run))[::-1]


def _grid(table: Node) -> dict[tuple[int, int], _Placed]:
    """The cell at each row and column, spans filled in."""
    grid: dict[tuple[int, int], _Placed] = {}
    rows = table.items()
    for row, cells in enumerate(rows):
        column = 0
        for node in cells.items():
            while (row, column) in grid:
                column += 1
            cell = _Placed(node.text("id"), node.at("value").words(), bool(node.at("is_header").value), row, column)
            height, width = (_span(node, f"{side}_span") for side in ("row", "column"))
            for down in range(min(height, len(rows) - row)):
                for right in range(width):
                    grid.setdefault((row + down, column + right), cell)
            column += width
    return dict(sorted(grid.items()))


def _span(node: Node, name: str) -> int:
    """Places that a cell takes: a number or its digits; 1 when absent."""
    return min(max(int(str(node.value.get(name, 1))), 1), _WIDEST)
