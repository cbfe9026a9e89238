"""Figures drawn from a table's cells."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from switchrank.report.figures.bars import draw_bars
from switchrank.report.figures.by_distance import draw_distance
from switchrank.report.figures.drawing import Drawing
from switchrank.report.figures.heatmap import draw_heatmap
from switchrank.report.figures.interval_marks import Point, Series, dots, legend_above, numbers_of, places_of
from switchrank.report.tables.cells import REGIMES
from switchrank.report.tables.layouts import difference_text
from switchrank.report.tables.lexicons import is_precision

_LABEL = 12
"""Characters per line of a label: longer lines would overlap."""


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Draw one figure, in the current style.

    Args:
        cells: CELLS of the figure's table.
        settings: a Figure entry.
        table: the Table entry of the cells.
        significance: a Significance entry.
    """
    kinds = {
        "ablation": _ablation,
        "lexicons": _lexicons,
        "heatmap": draw_heatmap,
        "distance": draw_distance,
        "time": draw_bars,
    }
    return kinds[settings["kind"]](cells.sort("row", "column"), settings, table, significance)


def _ablation(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Differences to the baseline, whose own row is zero by definition."""
    baseline, scale = str(significance["baseline"]), 100 if table["percent"] else 1
    labels = cells["label"].unique(maintain_order=True).to_list()
    series = [
        Series(regime, [_difference(row, baseline, scale) for row in rows])
        for regime in REGIMES
        if (rows := _with_difference(cells.filter(pl.col("regime") == regime), baseline))
    ]
    figure = Figure()
    axes = figure.add_subplot()
    axes.axhline(0, color="0.4", linewidth=0.8, linestyle="--")
    places = places_of(labels)
    dots(axes, series, places, joined=numbers_of(labels) is not None)
    unit = f"{table['measure']} points" if table["percent"] else str(table["measure"])
    axes.set_ylabel(f"difference to {baseline}, {unit}")
    axes.set_xlabel(str(table["heading"] if settings["x"] is None else settings["x"]))
    axes.set_xticks(list(places.values()), [fill(label, _LABEL) for label in places])
    if series:
        axes.legend(ncols=len(series), loc="lower left", bbox_to_anchor=(0, 1))
    words = [f"{item.name}: {_listed(cells, item, table)}." for item in series]
    return Drawing(figure, f"Difference to {baseline}, {unit}, with its interval. {' '.join(words)}")


def _with_difference(cells: pl.DataFrame, baseline: str) -> list[dict[str, Any]]:
    judged = cells.filter(pl.col("value").is_not_null())
    return judged.filter(pl.col("difference").is_not_null() | (pl.col("system") == baseline)).to_dicts()


def _difference(row: Mapping[str, Any], baseline: str, scale: float) -> Point:
    if row["system"] == baseline:
        return Point(row["label"], 0.0)
    low, high = (None if row[name] is None else scale * row[name] for name in ("low", "high"))
    return Point(row["label"], scale * row["difference"], low, high)


def _listed(cells: pl.DataFrame, series: Series, table: Mapping[str, Any]) -> str:
    rows = cells.filter((pl.col("regime") == series.name) & pl.col("difference").is_not_null())
    return "; ".join(f"{row['label']}: {difference_text(row, table)}" for row in rows.to_dicts()) or "none"


def _lexicons(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Every P@k of the table: one panel per measure, one group per language pair, one mark per lexicon."""
    scale = 100 if table["percent"] else 1
    measures = [name for name in cells["measure"].unique(maintain_order=True) if is_precision(name)]
    pairs = cells["pair"].unique(maintain_order=True).sort().to_list()
    figure = Figure()
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    words = []
    for panel, measure in zip(panels, measures, strict=True):
        shown = cells.filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
        series = [
            Series(name, [Point(pair, scale * value) for pair, value in rows.select("pair", "value").iter_rows()])
            for name in cells["label"].unique(maintain_order=True)
            for rows in [shown.filter(pl.col("label") == name)]
        ]
        places = places_of(pairs)
        dots(panel, series, places, joined=False)
        panel.set_title(measure)
        panel.set_xticks(list(places.values()), [pair.split("-")[1] for pair in places])
        words.append(f"{measure}: {'; '.join(_words(item, table) for item in series if item.points)}.")
    panels[0].set_ylabel("P@k × 100" if table["percent"] else "P@k")
    panels[0].set_ylim(bottom=0)
    legend_above(figure, *panels[0].get_legend_handles_labels())
    figure.supxlabel("target language", fontsize="medium")
    return Drawing(figure, " ".join(words))


def _words(series: Series, table: Mapping[str, Any]) -> str:
    values = [f"{point.label} {point.value:.{table['digits']}f}" for point in series.points]
    return f"{series.name} {', '.join(values)}"
