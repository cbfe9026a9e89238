"""A measure by the share of a query's words in its relevant passage, and the number of queries of each share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.evaluation.lexical_overlap import ALL
from switchrank.lists import Reference, each
from switchrank.report.figures.drawing import Drawing, canvas, nothing
from switchrank.report.figures.interval_marks import Point, Series, dots, legend_above
from switchrank.report.figures.kind import FigureEntry
from switchrank.report.tables.cells import REGIMES
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan

_BIN = 0.42
"""Inches a bin."""


class OverlapFigure(FigureEntry):
    """The measure by the share of a query's words that its relevant passage has: one panel per regime, one line per
    system."""

    kind: Literal["overlap"]
    benchmark: Name = Field(description="One of run.benchmarks.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems in the order of the legend; those of run.systems when absent."
    )
    percent: bool = Field(True, description="Show values times 100.")
    caption: str = Field(description="Printed below the figure.")

    def references(self, config: Config) -> Iterator[Reference]:
        yield from each("systems", self.systems, config.run.systems)
        yield "benchmark", self.benchmark, config.run.benchmarks

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return {"overlap": "results/overlap.parquet"}

    def values(self, plan: Plan) -> dict[str, Any]:
        """The systems filled in, as there is no table whose order they could have."""
        return super().values(plan) | {"systems": self.systems or plan.config.run.systems}

    def described(self, plan: Plan) -> str:
        return f"the runs' measures by shared words on {self.benchmark}"


Figure = OverlapFigure


def read(inputs: Mapping[str, Any]) -> pl.DataFrame:
    """The OVERLAP table."""
    return tables.read(inputs["overlap"], tables.OVERLAP)


def draw(
    overlap: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Draw a measure by shared words, in the current style.

    Args:
        overlap: an OVERLAP table; its rows of all pairs of a regime together are shown.
        settings: `values` of an OverlapFigure entry.
        table, significance: not used.

    Returns:
        One panel per regime, one line per system, one position per bin with the number of its queries; bars extend one
        standard deviation of the seeds up and down.
    """
    shown = overlap.filter((pl.col("benchmark") == settings["benchmark"]) & (pl.col("pair") == ALL))
    known = shown["system"].unique(maintain_order=True).to_list()
    systems = [name for name in settings["systems"] if name in known]
    shown = shown.filter(pl.col("system").is_in(systems))
    panels = [regime for regime in REGIMES if regime in set(shown["regime"])]
    if not panels:
        return nothing("No system was judged on all pairs of a regime.")
    scale = 100 if settings["percent"] else 1
    bins = shown.select("bin", "low", "high").unique(maintain_order=True).sort("bin").to_dicts()
    figure = canvas(figsize=(max(6.4, 0.9 + _BIN * len(bins) * len(panels)), 3.2 + 0.12 * len(systems)))
    every = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    words = []
    for axes, regime in zip(every, panels, strict=True):
        rows = shown.filter(pl.col("regime") == regime)
        dots(axes, [_series(name, rows, scale) for name in systems], _positions(bins), joined=True)
        ticks = [f"{_percent(entry)}\n{_counted(rows, entry['bin'])}" for entry in bins]
        axes.set_xticks([entry["bin"] for entry in bins], ticks, fontsize="x-small")
        axes.set_title(regime)
        words += [_words(regime, entry, rows, systems, settings) for entry in bins]
    measure = f"{shown['measure'][0]}{' × 100' if settings['percent'] else ''}"
    every[0].set_ylabel(measure)
    every[0].set_ylim(bottom=0)
    title = "words shared with the passage, up to this share of the query's in %;\nbelow it the number of queries"
    figure.supxlabel(title, fontsize="medium")
    legend_above(figure, *every[0].get_legend_handles_labels())
    return Drawing(figure, f"{measure} by the share of a query's words in its relevant passage. {' '.join(words)}")


def _positions(bins: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {str(entry["bin"]): float(entry["bin"]) for entry in bins}


def _series(system: str, rows: pl.DataFrame, scale: int) -> Series:
    points = []
    for row in rows.filter(pl.col("system") == system).sort("bin").to_dicts():
        value, reach = scale * row["mean"], row["deviation"]
        ends = (None, None) if reach is None else (value - scale * reach, value + scale * reach)
        points.append(Point(str(row["bin"]), value, *ends))
    return Series(system, points)


def _percent(entry: Mapping[str, Any]) -> str:
    """Upper edge of a bin; the lowest bin has queries without a shared word."""
    return f"≤{100 * entry['high']:g}" if entry["bin"] else "0"


def _counted(rows: pl.DataFrame, number: int) -> str:
    """Queries of a bin; systems that show different texts, as under Translate Test, may have different ones."""
    found = rows.filter(pl.col("bin") == number)["queries"]
    if found.is_empty():
        return "0"
    few, many = int(found.min()), int(found.max())  # type: ignore[arg-type]
    return f"{few:,}" if few == many else f"{few:,}–\n{many:,}"


def _words(
    regime: str, entry: Mapping[str, Any], rows: pl.DataFrame, systems: Sequence[str], settings: Mapping[str, Any]
) -> str:
    own = {row["system"]: row for row in rows.filter(pl.col("bin") == entry["bin"]).to_dicts()}
    scale, digits = (100, 1) if settings["percent"] else (1, 3)
    values = [
        f"{name} {scale * own[name]['mean']:.{digits}f} ({own[name]['queries']:,} queries)"
        for name in systems
        if name in own
    ]
    low, high = (f"{100 * entry[end]:g}" for end in ("low", "high"))
    share = f"above {low} up to {high} %" if entry["bin"] else "no shared word"
    return f"{regime}, {share}: {'; '.join(values) or 'no queries'}."
