"""Gains over the baseline as a map: one row per system, one column per pair, a number in every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank.report.figures.drawing import Drawing, canvas, nothing
from switchrank.report.figures.gains import GainsFigure, compared, gain_text, scaled, unit
from switchrank.report.figures.kind import read_cells
from switchrank.report.tables.cells import MEAN
from switchrank.report.tables.grid import DAGGER
from switchrank.settings import Name

if TYPE_CHECKING:  # only what draws needs matplotlib, not what reads the configuration
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

_STEPS = 41
"""Colours of the map: odd, so that one is the middle; a bar of more than 50 would be drawn as a bitmap."""
_GAP = 0.2
"""Gaps between two regimes, and between a regime's pairs and their mean, in cells."""
_ABSENT = "#e6e6e6"
_WIDTH, _HEIGHT = 0.52, 0.36
"""Size of a cell, in inches."""
_LABEL = 24
"""Characters per line of a system's label."""
_DARK = 0.179
"""Luminance below which white letters have more contrast than black ones: there the contrast ratios of WCAG 2 are
equal."""


class HeatmapFigure(GainsFigure):
    """The gain over the baseline of every system on every pair: a coloured table with a number in each cell."""

    kind: Literal["heatmap"]
    table: Name = Field(description="Table of kind systems that is drawn.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems, from top to bottom; all except the baseline when absent."
    )
    means: bool = Field(True, description="Show the means of MoIR, CLIR and MLIR too.")
    caption: str = Field(description="Printed below the figure.")


Figure = HeatmapFigure
read = read_cells


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Draw the gains of a systems × pairs table, in the current style.

    Args:
        cells: a CELLS table of kind systems.
        settings: a HeatmapFigure entry.
        table: the SystemsTable entry of the cells.
        significance: a Significance entry.

    Returns:
        The figure; its colours are centred at a gain of 0. A system that was not judged on a pair has a grey cell.
    """
    baseline = str(significance["baseline"])
    systems = compared(cells, settings["systems"], baseline)
    shown = cells.filter(pl.col("system").is_in(systems))
    if not settings["means"]:
        shown = shown.filter(pl.col("pair") != MEAN)
    if shown.is_empty():
        return nothing(f"There is no system besides the baseline {baseline}.")
    columns = shown.select("column", "regime", "pair").unique(maintain_order=True).sort("column").to_dicts()
    places = _places(columns)
    figure = canvas(figsize=(max(6.4, 2.4 + _WIDTH * (places[-1] + 1)), 1.3 + _HEIGHT * len(systems)))
    axes = figure.add_subplot()
    colours = _colours(shown, table)
    rows = {name: {row["column"]: row for row in part} for name, part in _by_system(shown).items()}
    for below, name in enumerate(systems):
        for place, column in zip(places, columns, strict=True):
            _cell(axes, (below, place), rows[name][column["column"]], table, colours)
    _name_rows_and_columns(axes, systems, columns, places)
    bar = figure.colorbar(colours, ax=axes, location="bottom", fraction=0.06, pad=0.03, aspect=50)
    bar.outline.set_visible(False)  # type: ignore[operator]
    label = f"difference to {baseline}, {unit(table)}"
    bar.set_label(f"{label} ({DAGGER}: significant)")
    words = " ".join(f"{name}: {_words(columns, rows[name], table)}." for name in systems)
    return Drawing(figure, f"{label[0].upper()}{label[1:]}; {DAGGER} marks significant ones. {words}")


def _by_system(cells: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    return {
        str(name): part.to_dicts()
        for (name,), part in cells.partition_by("system", as_dict=True, maintain_order=True).items()
    }


def _places(columns: Sequence[Mapping[str, Any]]) -> list[float]:
    """Left edges: a gap before each regime and before each mean."""
    places: list[float] = []
    for index, column in enumerate(columns):
        apart = index > 0 and (column["regime"] != columns[index - 1]["regime"] or column["pair"] == MEAN)
        between = (2 * _GAP if column["pair"] != MEAN else _GAP) if apart else 0.0
        places.append(places[-1] + 1 + between if places else 0.0)
    return places


def _colours(cells: pl.DataFrame, table: Mapping[str, Any]) -> ScalarMappable:
    """Colours with the same range for both signs, so that equal intensity is equal gain."""
    import matplotlib
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import CenteredNorm

    gains = [scaled(value, table) or 0.0 for value in cells["difference"].to_list()]
    reach = max((abs(gain) for gain in gains), default=0.0) or 1.0
    style = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]]
    return ScalarMappable(CenteredNorm(0.0, reach), style.resampled(_STEPS))


def _cell(
    axes: Axes, at: tuple[int, float], cell: Mapping[str, Any], table: Mapping[str, Any], colours: ScalarMappable
) -> None:
    from matplotlib.patches import Rectangle

    below, place = at
    gain = scaled(cell["difference"], table)
    colour: Any = _ABSENT if gain is None else colours.to_rgba(gain)  # type: ignore[arg-type]
    box = Rectangle((place, below), 1, 1, facecolor=colour, edgecolor="white", linewidth=1)
    box.set_gid(f"cell-{below}-{cell['column']}")
    axes.add_patch(box)
    ink = "black" if gain is None else letters_on(colour)
    axes.text(place + 0.5, below + 0.5, gain_text(cell, table), color=ink, ha="center", va="center", fontsize="small")


def letters_on(colour: Sequence[float]) -> str:
    """Black or white, whichever has more contrast with a colour.

    Args:
        colour: red, green and blue, 0 … 1; further values are ignored.
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    luminance = sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "white" if luminance < _DARK else "black"


def _name_rows_and_columns(
    axes: Axes, systems: Sequence[str], columns: Sequence[Mapping[str, Any]], places: Sequence[float]
) -> None:
    axes.set_xlim(0, places[-1] + 1)
    axes.set_ylim(len(systems), 0)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    axes.set_xticks([place + 0.5 for place in places], [column["pair"] for column in columns], fontsize="small")
    axes.set_yticks([below + 0.5 for below in range(len(systems))], [fill(name, _LABEL) for name in systems])
    for regime in dict.fromkeys(column["regime"] for column in columns):
        own = [place for place, column in zip(places, columns, strict=True) if column["regime"] == regime]
        middle = (own[0] + own[-1] + 1) / 2
        axes.annotate(
            regime, (middle, 1), (0, 18), ha="center", weight="bold",
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip


def _words(columns: Sequence[Mapping[str, Any]], row: Mapping[int, Mapping[str, Any]], table: Mapping[str, Any]) -> str:
    return ", ".join(f"{c['regime']} {c['pair']} {gain_text(row[c['column']], table)}" for c in columns)
