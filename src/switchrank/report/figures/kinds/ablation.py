"""Figures of kind ablation: the differences of an ablation to its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any, Literal

import polars as pl
from pydantic import Field

from switchrank.report.figures.drawing import Drawing, canvas
from switchrank.report.figures.interval_marks import Point, Series, dots, numbers_of, places_of
from switchrank.report.figures.kind import CellsFigure, read_cells
from switchrank.report.tables.cells import REGIMES
from switchrank.report.tables.judged import difference_text
from switchrank.settings import Name

_LABEL = 12
"""Characters per line of a label: longer lines would overlap."""


class AblationFigure(CellsFigure):
    """An ablation's differences to the baseline with their intervals, one line per regime."""

    draws = "ablation"
    kind: Literal["ablation"]
    table: Name = Field(description="Table of kind ablation that is drawn.")
    x: str | None = Field(None, description="Title of the horizontal axis; the table's heading when absent.")
    caption: str = Field(description="Printed below the figure.")


Figure = AblationFigure
read = read_cells


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Differences to the baseline, whose own row is zero by definition."""
    cells = cells.sort("row", "column")
    baseline, scale = str(significance["baseline"]), 100 if table["percent"] else 1
    labels = cells["label"].unique(maintain_order=True).to_list()
    series = [
        Series(regime, [_difference(row, baseline, scale) for row in rows])
        for regime in REGIMES
        if (rows := _with_difference(cells.filter(pl.col("regime") == regime), baseline))
    ]
    figure = canvas()
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
