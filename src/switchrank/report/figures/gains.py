"""Gains over the baseline in the cells of a systems × pairs table, as figures show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from switchrank.lists import Reference, each
from switchrank.report.figures.kind import CellsFigure
from switchrank.report.numbers import signed
from switchrank.report.tables.grid import ABSENT, DAGGER

if TYPE_CHECKING:
    from switchrank.config.models import Config


class GainsFigure(CellsFigure):
    """Base of figures of gains over the baseline, of the systems in the key `systems`."""

    draws = "systems"
    if TYPE_CHECKING:
        systems: list[str] | None

    def references(self, config: Config) -> Iterator[Reference]:
        yield from each("systems", self.systems, config.run.systems)
        yield from super().references(config)

    def mistakes(self, config: Config) -> Iterator[str]:
        """Also the baseline, and systems that the table does not show."""
        yield from super().mistakes(config)
        baseline, table = config.evaluation.significance.baseline, self.drawn_table(config)
        if baseline in (self.systems or []):
            yield f"systems: found {baseline!r}, the baseline, which has no gain over itself"
        shown = table.systems if table.kind == self.draws else None
        for index, system in enumerate(self.systems or []):
            if shown is not None and system not in shown:
                yield (
                    f"systems.{index}: found {system!r}, which table {self.table!r} lacks; allowed: {', '.join(shown)}"
                )


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
