"""Gains over the baseline by the distance of the two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import polars as pl
from pydantic import Field

from switchrank.evaluation.language_distance import pair_distance
from switchrank.languages import parse_pair
from switchrank.report.figures.drawing import Drawing, canvas, nothing
from switchrank.report.figures.gains import GainsFigure, compared, scaled, unit
from switchrank.report.figures.interval_marks import Point, Series, dots, legend_above
from switchrank.report.figures.kind import read_cells
from switchrank.report.tables.cells import MEAN
from switchrank.report.tables.judged import difference_text
from switchrank.settings import Name

if TYPE_CHECKING:  # only what draws needs matplotlib, not what reads the configuration
    from matplotlib.axes import Axes

if TYPE_CHECKING:
    from switchrank.report.inputs import Plan

_TITLES = {"MoIR": "MoIR: from English", "CLIR": "CLIR: from query to passage"}
"""Distance has a different meaning in each regime, so each has its own panel."""
_GAP = 0.6
"""Gap between two distances, in widths of a pair."""
_SPREAD = 0.7
"""Part of a pair's width that its marks may take."""
_PAIR, _MARK = 0.25, 0.1
"""Inches per pair, and more for each of its marks."""


class _Place(NamedTuple):
    pair: str
    distance: int


class DistanceFigure(GainsFigure):
    """The gain over the baseline by the distance of a pair's languages, one mark with its interval per system and
    pair."""

    kind: Literal["distance"]
    table: Name = Field(description="Table of kind systems that is drawn.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems in the order of the legend; all except the baseline when absent."
    )
    caption: str = Field(description="Printed below the figure.")

    def values(self, plan: Plan) -> dict[str, Any]:
        """With the distances, which come from the table of languages: the pairs are in cells, not in the paths of the
        job, so that only these values say that a corrected row counts for it."""
        distances = {pair: pair_distance(parse_pair(pair)) for pair in plan.config.run.pairs_on()}
        return super().values(plan) | {"distances": distances}


Figure = DistanceFigure
read = read_cells


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Draw the gains of a systems × pairs table by distance, in the current style.

    Args:
        cells: a CELLS table of kind systems.
        settings: a DistanceFigure entry.
        table: the SystemsTable entry of the cells.
        significance: a Significance entry.

    Returns:
        One panel per regime, the pairs by rising distance, one mark with its interval for each system. A mixed side
        has no distance, so MLIR is not drawn.

    Raises:
        SwitchRankError: a language is unknown.
    """
    baseline = str(significance["baseline"])
    systems = compared(cells, settings["systems"], baseline)
    gained = cells.filter(pl.col("system").is_in(systems) & pl.col("difference").is_not_null())
    # a table by groups has regimes such as "CLIR seen"
    gained = gained.with_columns(pl.col("regime").str.split(" ").list.first())
    found = {regime: _near_to_far(gained, regime) for regime in _TITLES}
    panels = {regime: pairs for regime, pairs in found.items() if pairs}
    if not panels:
        return nothing(f"There is no pair of two languages with a difference to {baseline}.")
    widths = [_last(pairs) + 1 for pairs in panels.values()]
    wide = _PAIR + _MARK * len(systems)
    figure = canvas(figsize=(max(6.4, 1 + wide * sum(widths)), 3.6 + 0.1 * len(systems)))
    every = figure.subplots(1, len(panels), sharey=True, squeeze=False, width_ratios=widths)[0]
    words = []
    for axes, (regime, pairs) in zip(every, panels.items(), strict=True):
        rows = gained.filter(pl.col("regime") == regime)
        dots(axes, _series(rows, systems, table), _positions(pairs), joined=False, spread=_spread(pairs))
        _name_pairs(axes, pairs)
        axes.set_title(_TITLES[regime])
        words += [_words(regime, place, rows, systems, table) for place in pairs]
    label = f"difference to {baseline}, {unit(table)}"
    every[0].set_ylabel(label)
    figure.supxlabel("pairs, by the distance of their languages", fontsize="medium")
    legend_above(figure, *every[0].get_legend_handles_labels())
    return Drawing(figure, f"{label[0].upper()}{label[1:]}, with its interval. {' '.join(words)}")


def _near_to_far(cells: pl.DataFrame, regime: str) -> list[_Place]:
    """The regime's pairs with their distance; the table's order within a distance."""
    own = cells.filter((pl.col("regime") == regime) & (pl.col("pair") != MEAN)).sort("column")
    pairs = own["pair"].unique(maintain_order=True).to_list()
    found = [_Place(pair, far) for pair in pairs if (far := pair_distance(parse_pair(pair))) is not None]
    return sorted(found, key=lambda place: place.distance)


def _positions(pairs: Sequence[_Place]) -> dict[str, float]:
    """Side by side, with a gap wherever the distance grows."""
    grown = {far: index for index, far in enumerate(sorted({place.distance for place in pairs}))}
    return {place.pair: index + _GAP * grown[place.distance] for index, place in enumerate(pairs)}


def _spread(pairs: Sequence[_Place]) -> float:
    """Part of the space between neighbours, which is wider than a pair if no two pairs are at the same distance."""
    places = list(_positions(pairs).values())
    return _SPREAD / min((b - a for a, b in pairwise(places)), default=1.0)


def _last(pairs: Sequence[_Place]) -> float:
    return _positions(pairs)[pairs[-1].pair]


def _series(rows: pl.DataFrame, systems: Sequence[str], table: Mapping[str, Any]) -> list[Series]:
    return [
        Series(name, [_point(row, table) for row in rows.filter(_of(name)).to_dicts()]) for name in systems
    ]  # a system without a pair keeps its colour in the other panel


def _of(system: str) -> pl.Expr:
    return (pl.col("system") == system) & (pl.col("pair") != MEAN)


def _point(row: Mapping[str, Any], table: Mapping[str, Any]) -> Point:
    gain, low, high = (scaled(row[name], table) for name in ("difference", "low", "high"))
    assert gain is not None, "rows without a difference are left out"
    return Point(row["pair"], gain, low, high)


def _name_pairs(axes: Axes, pairs: Sequence[_Place]) -> None:
    at = _positions(pairs)
    axes.axhline(0, color="0.4", linewidth=0.8, linestyle="--")
    axes.set_xlim(-0.5, _last(pairs) + 0.5)
    axes.set_xticks(list(at.values()), list(at))
    for distance, group in groupby(pairs, key=lambda place: place.distance):
        members = [at[place.pair] for place in group]
        if members[0] > 0:
            axes.axvline(members[0] - (1 + _GAP) / 2, color="0.75", linewidth=0.8)
        axes.annotate(
            str(distance), (sum(members) / len(members), 0), (0, -24), ha="center", va="top", weight="bold",
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip


def _words(regime: str, place: _Place, rows: pl.DataFrame, systems: Sequence[str], table: Mapping[str, Any]) -> str:
    own = {row["system"]: row for row in rows.filter(pl.col("pair") == place.pair).to_dicts()}
    values = "; ".join(f"{name} {difference_text(own[name], table)}" for name in systems if name in own)
    return f"{regime} {place.pair}, distance {place.distance}: {values}."
