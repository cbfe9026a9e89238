"""Figures of kind time: bars of the cost of a run's stages: time and memory, each with its value."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank.report.figures.drawing import Drawing, canvas, nothing
from switchrank.report.figures.kind import CellsFigure, read_cells
from switchrank.report.tables.grid import ABSENT
from switchrank.report.tables.kinds.cost import TOTAL
from switchrank.settings import Name

if TYPE_CHECKING:  # only what draws needs matplotlib, not what reads the configuration
    from matplotlib.axes import Axes

_TITLES = {"wall": "wall time", "cpu": "CPU time", "memory": "memory, peak"}
_UNITS = {
    "time": ((3600.0, "h"), (60.0, "min"), (1.0, "s")),
    "size": ((2.0**40, "TiB"), (2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B")),
}
_BAR = 0.3
"""Inches a bar."""
_LABEL = 24
"""Characters of a label's line."""


class TimeFigure(CellsFigure):
    """Cost of each stage of the run: one panel per measure, one bar per stage with its value."""

    draws = "cost"
    kind: Literal["time"]
    table: Name = Field(description="Table of kind cost that is drawn.")
    measures: list[Literal["wall", "cpu", "memory"]] = Field(["wall"], min_length=1, description="From left to right.")
    caption: str = Field(description="Printed below the figure.")


Figure = TimeFigure
read = read_cells


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Draw the cost of stages, in the current style.

    Args:
        cells: a CELLS table of kind cost: one label per stage, measures wall and cpu in seconds, memory in bytes.
        settings: a TimeFigure entry.
        table: its entry; not used.
        significance: not used, as in all figures without tests.

    Returns:
        One panel per measure, one bar per stage from top to bottom with its value.
    """
    measures = [name for name in settings["measures"] if name in set(cells["measure"])]
    if not measures:
        return nothing("No stage has a measured cost.")
    # The total would make all other bars too short.
    cells = cells.filter(pl.col("label") != TOTAL)
    labels = cells.sort("row", "column")["label"].unique(maintain_order=True).to_list()
    figure = canvas(figsize=(6.4, 1.0 + _BAR * len(labels)))
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    words = []
    for axes, measure in zip(panels, measures, strict=True):
        found = dict(cells.filter(pl.col("measure") == measure).select("label", "value").iter_rows())
        values = {label: found.get(label) for label in labels}
        _panel(axes, values, measure)
        told = "; ".join(f"{label} {amount(value, measure)}" for label, value in values.items())
        words.append(f"{_TITLES[measure]}: {told}.")
    panels[0].set_yticks(range(len(labels)), [fill(label, _LABEL) for label in labels])
    panels[0].invert_yaxis()
    return Drawing(figure, " ".join(words))


def _panel(axes: Axes, values: Mapping[str, float | None], measure: str) -> None:
    drawn = [value or 0.0 for value in values.values()]
    size, name = _unit(max(drawn, default=0.0), measure)
    bars = axes.barh(range(len(drawn)), [value / size for value in drawn], height=0.62)
    for index, bar in enumerate(bars):
        bar.set_gid(f"{measure}-{index}")
    axes.bar_label(bars, [amount(value, measure) for value in values.values()], padding=4, fontsize="small")
    axes.set_xlabel(f"{_TITLES[measure]}, {name}")
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 1.25 * max(drawn, default=0.0) / size or 1.0)  # room for the value next to the longest bar


def _unit(value: float, measure: str) -> tuple[float, str]:
    """The largest unit that is not larger than the value."""
    units = _UNITS["size" if measure == "memory" else "time"]
    return next((entry for entry in units if value >= entry[0]), units[-1])


def amount(value: float | None, measure: str) -> str:
    """A cost in readable units.

    Args:
        value: seconds, or bytes; None if nothing was measured.
        measure: wall, cpu or memory.

    Returns:
        `1 h 02 min`, `3 min 09 s`, `4.5 s`, `1.2 GiB`.
    """
    if value is None:
        return ABSENT
    if measure == "memory":
        size, name = _unit(value, measure)
        return f"{value / size:.{0 if name == 'B' else 1}f} {name}"
    if round(value, 1) < 60:
        return f"{value:.1f} s"
    if round(value) < 3600:
        return f"{round(value) // 60} min {round(value) % 60:02} s"
    return f"{round(value / 60) // 60} h {round(value / 60) % 60:02} min"
