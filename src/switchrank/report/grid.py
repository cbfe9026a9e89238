"""A table's cells as rows and columns with their text, the same for every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from switchrank.report.cells import MEAN

ABSENT = "–"
DAGGER = "†"
_TESTS = {"t": "paired two-sided t-test"}
_CORRECTIONS = {"holm": "corrected after Holm", "none": "not corrected"}
_FAMILIES = {
    "measure": "over all systems and pairs of the measure, means apart",
    "setting": "over all systems and pairs of a setting, means apart",
    "system": "over all pairs of a system, means apart",
}


@dataclass(frozen=True)
class Cell:
    """One value.

    Attributes:
        value: the measure, 0 … 1; None if the system was not judged.
        text: as printed, without marks.
        best, significant: marks.
    """

    value: float | None
    text: str
    best: bool
    significant: bool


@dataclass(frozen=True)
class Column:
    """Setting and pair of a column; pair "mean" is the setting's average."""

    setting: str
    pair: str

    @property
    def name(self) -> str:
        """Heading where columns have one line only."""
        return f"{self.setting} mean" if self.pair == MEAN else self.pair


@dataclass(frozen=True)
class Grid:
    """A table ready to be printed.

    Attributes:
        caption: above the table.
        legend: sentences below it.
        columns: from left to right.
        rows: system and its cells, one a column.
    """

    caption: str
    legend: list[str]
    columns: list[Column]
    rows: list[tuple[str, list[Cell]]]

    def groups(self) -> list[tuple[str, int]]:
        """Each setting with its number of columns, from left to right."""
        names = list(dict.fromkeys(column.setting for column in self.columns))
        return [(name, sum(column.setting == name for column in self.columns)) for name in names]


def make_grid(cells: pl.DataFrame, settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    """Arrange a CELLS table.

    Args:
        cells: a CELLS table.
        settings: a Table entry: caption, measure, digits, percent.
        significance: a Significance entry, for the legend.
    """
    ordered = cells.sort("row", "column")
    first = ordered.filter(pl.col("row") == ordered["row"].min())
    columns = [Column(setting, pair) for setting, pair in first.select("setting", "pair").iter_rows()]
    rows = []
    for part in ordered.partition_by("row", maintain_order=True):
        values = part.select("value", "best", "significant").iter_rows()
        line = [Cell(value, _text(value, settings), best, significant) for value, best, significant in values]
        rows.append((str(part["system"][0]), line))
    return Grid(str(settings["caption"]), legend(settings, significance), columns, rows)


def legend(settings: Mapping[str, Any], significance: Mapping[str, Any]) -> list[str]:
    """What the numbers and the marks mean, in sentences."""
    scale = " × 100" if settings["percent"] else ""
    test, correction = _TESTS[significance["test"]], _CORRECTIONS[significance["correction"]]
    family = "" if significance["correction"] == "none" else f" {_FAMILIES[significance['family']]}"
    return [
        f"{settings['measure']}{scale}, mean over queries and seeds.",
        "Bold: the highest of its column.",
        f"{DAGGER}: differs from {significance['baseline']} ({test} on per-query values averaged over seeds, "
        f"{correction}{family}, p < {significance['level']:g}).",
        f"{ABSENT}: not judged.",
    ]


def _text(value: float | None, settings: Mapping[str, Any]) -> str:
    if value is None:
        return ABSENT
    return f"{value * (100 if settings['percent'] else 1):.{settings['digits']}f}"
