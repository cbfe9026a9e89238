"""Gains over the baseline in the cells of a systems × pairs table, as figures show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from switchrank.report.numbers import signed
from switchrank.report.tables.grid import ABSENT, DAGGER


def compared(cells: pl.DataFrame, systems: Sequence[str] | None, baseline: str) -> list[str]:
    """Which systems a figure of gains shows.

    Args:
        cells: a CELLS table.
        systems: those that the figure's entry names, in its order.
        baseline: is left out, as it has no gain over itself.

    Returns:
        Names; the table's own systems in its order if the entry names none.
    """
    rows = cells.sort("row", "column")["system"].unique(maintain_order=True).to_list()
    return [name for name in (systems or rows) if name != baseline]


def unit(table: Mapping[str, Any]) -> str:
    """The unit of a gain: points of the measure if the table shows percent, otherwise the measure itself."""
    return f"{table['measure']} points" if table["percent"] else str(table["measure"])


def scaled(value: float | None, table: Mapping[str, Any]) -> float | None:
    """A value as shown in the table."""
    return None if value is None else value * (100 if table["percent"] else 1)


def gain_text(cell: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    """A gain with its sign, and the dagger if it is significant.

    Args:
        cell: difference and significant.
        table: a JudgedTable entry: digits, percent.
    """
    gain = scaled(cell["difference"], table)
    if gain is None:
        return ABSENT
    return f"{signed(gain, table['digits'])}{DAGGER if cell['significant'] else ''}"
