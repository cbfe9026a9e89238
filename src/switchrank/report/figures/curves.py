"""Curves over the steps of training: loss, and diagnostics of an encoder's space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.report.figures.drawing import Drawing, canvas
from switchrank.report.figures.interval_marks import legend_above
from switchrank.report.numbers import number

CURVES = {
    "panel": pl.String,
    "series": pl.String,
    "step": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
"""A point of a curve: mean over seeds, with the smallest and the largest value over seeds."""
_WINDOWS = 40
"""Points of a loss curve: the loss of single steps is mostly noise."""


def curves_of_diagnostics(tables: Mapping[str, Sequence[pl.DataFrame]], measures: Sequence[str]) -> pl.DataFrame:
    """One panel per measure, one curve per encoder.

    Args:
        tables: DIAGNOSTICS tables of all seeds by encoder.
        measures: such as `alignment` or `accuracy de`.

    Returns:
        Columns of `CURVES`.

    Raises:
        SwitchRankError: an encoder does not have a measure.
    """
    parts = []
    for encoder, seeds in tables.items():
        rows = pl.concat(seeds).filter(pl.col("measure").is_in(measures))
        missing = sorted(set(measures) - set(rows["measure"]))
        if missing:
            known = (
                ", ".join(pl.concat(seeds)["measure"].unique(maintain_order=True).sort())
                or "(none: set encoders.….diagnostics)"
            )
            raise SwitchRankError(
                f"diagnostics of encoder {encoder!r}: no measure {missing[0]!r}, which a figure shows; "
                f"measures: {known}"
            )
        parts.append(_over_seeds(rows.rename({"measure": "panel"}), encoder))
    return pl.concat(parts)


def curves_of_training(tables: Mapping[str, Sequence[pl.DataFrame]]) -> pl.DataFrame:
    """One panel: the loss, averaged over windows of steps, with one curve per encoder or system.

    Args:
        tables: TRAINING tables of all seeds by name.
    """
    parts = []
    for name, seeds in tables.items():
        windows = []
        for table in seeds:
            width = max(1, -(-table.height // _WINDOWS))
            window = (pl.col("step") - 1) // width
            averaged = (
                table.sort("step")
                .group_by(window.alias("window"), maintain_order=True)
                .agg(pl.col("loss").mean(), pl.col("step").max())
            )
            windows.append(averaged.select("step", value="loss", panel=pl.lit("loss")))
        parts.append(_over_seeds(pl.concat(windows), name))
    return pl.concat(parts)


def _over_seeds(rows: pl.DataFrame, series: str) -> pl.DataFrame:
    value = pl.col("value")
    averaged = rows.group_by("panel", "step", maintain_order=True).agg(
        value=value.mean(), low=value.min(), high=value.max()
    )
    return averaged.with_columns(series=pl.lit(series)).select(list(CURVES)).cast(CURVES).sort("panel", "step")  # type: ignore[arg-type]


def draw_curves(curves: pl.DataFrame, settings: Mapping[str, Any]) -> Drawing:
    """Panels side by side, in the current style.

    Args:
        curves: columns of `CURVES`.
        settings: a figure's entry; `measures` orders the panels if it has this key.
    """
    panels = settings.get("measures") or curves["panel"].unique(maintain_order=True).to_list()
    figure = canvas()
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    words = []
    for axis, panel in zip(axes, panels, strict=True):
        for index, series in enumerate(curves["series"].unique(maintain_order=True)):
            points = curves.filter((pl.col("panel") == panel) & (pl.col("series") == series)).sort("step")
            (line,) = axis.plot(points["step"].to_list(), points["value"].to_list(), label=series)
            line.set_gid(f"curve-{index}")
            band = [points[name].to_list() for name in ("step", "low", "high")]
            axis.fill_between(*band, color=line.get_color(), alpha=0.2, linewidth=0)
            ends = points["value"].to_list()
            words.append(f"{panel} of {series}: {number(ends[0])} at first, {number(ends[-1])} at the end.")
        axis.set_title(panel)
        axis.set_xlabel("step")
    legend_above(figure, *axes[0].get_legend_handles_labels())
    return Drawing(figure, " ".join(words))
