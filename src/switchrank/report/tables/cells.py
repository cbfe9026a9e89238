"""The cells of a table: one row per cell, which every renderer and every figure uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import stdev
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import CELLS

REGIMES = ("MoIR", "CLIR", "MLIR")
MEAN = "mean"
_EQUAL_DECIMALS = 12
"""Means that differ by less than this differ only by rounding; both are then the best."""

SCHEMA = {name: kind for name, kind in CELLS.schema.items() if name not in ("files", "seeds", "command")}


def judged_cells(
    grid: pl.DataFrame, summary: pl.DataFrame, significance: pl.DataFrame, settings: Mapping[str, Any], level: float
) -> pl.DataFrame:
    """Look up the results of the systems of a table.

    Args:
        grid: row, column, system, label, regime and pair of every cell.
        summary: a SUMMARY table.
        significance: a SIGNIFICANCE table.
        settings: its benchmark and measure choose the rows.
        level: a cell is significant if p_adjusted is below it.

    Returns:
        A CELLS table: row and column count from 0; value is the measure itself (0 … 1), null if
        the system was not judged; deviation is its sample standard deviation over seeds, null for one seed; best
        marks the highest value of a column, several if equal;
        difference, low, high and p_adjusted are those of SIGNIFICANCE, null if it has no row.

    Raises:
        SwitchRankError: the summary holds nothing of this benchmark and measure.
    """
    wanted = (pl.col("benchmark") == settings["benchmark"]) & (pl.col("measure") == settings["measure"])
    chosen = summary.filter(wanted)
    if chosen.is_empty():
        raise SwitchRankError(
            f"summary: no rows of benchmark {settings['benchmark']!r} and measure {settings['measure']!r}, "
            f"which a table shows; measures: {', '.join(summary['measure'].unique(maintain_order=True).sort())}"
        )
    # The rows of a pair name only its regime, whatever group it is shown in.
    of_pair = pl.col("regime").str.split(" ").list.first()
    keyed = grid.with_columns(
        pl.when(pl.col("pair") == MEAN).then("regime").otherwise(of_pair).alias("summarised"),
        pl.lit(settings["measure"]).alias("measure"),
    )
    place, shown = ["system", "regime", "pair"], ["system", "summarised", "pair"]
    tests = significance.filter(wanted).select(*place, "difference", "low", "high", "p_adjusted")
    cells = (
        keyed.join(
            chosen.select(*place, pl.col("mean").alias("value"), "deviation"),
            left_on=shown,
            right_on=place,
            how="left",
            maintain_order="left",
        )
        .join(tests, left_on=shown, right_on=place, how="left", maintain_order="left")
        .with_columns(
            highest("column").alias("best"),
            (pl.col("p_adjusted") < level).fill_null(False).alias("significant"),
        )
    )
    return completed(cells)


def completed(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with all columns of a CELLS table, sorted: missing numbers are null, missing marks are false."""
    blank = {pl.Float64(): None, pl.Boolean(): False, pl.String(): ""}
    lacking = [pl.lit(blank[kind]).alias(name) for name, kind in SCHEMA.items() if name not in cells.columns]
    return cells.with_columns(lacking).select(list(SCHEMA)).cast(SCHEMA).sort("row", "column")  # type: ignore[arg-type]


def highest(*within: str) -> pl.Expr:
    """Whether a value is the highest of the cells that are equal in these columns, up to rounding."""
    rounded = pl.col("value").round(_EQUAL_DECIMALS)
    return (rounded == rounded.max().over(*within)).fill_null(False)


def mean_cells(found: Mapping[str, Sequence[Mapping[str, float]]], measures: Sequence[str]) -> pl.DataFrame:
    """Cells of one row per system and one column per measure, over seeds.

    Args:
        found: values by measure for each seed, by system; from top to bottom. A value that is missing is left out.
        measures: from left to right.

    Returns:
        row, column, system, label, pair, measure, value (the mean, or null) and deviation (of a sample; null with fewer
        than two values).
    """
    rows: list[tuple[Any, ...]] = []
    for row, (system, seeds) in enumerate(found.items()):
        for column, measure in enumerate(measures):
            values = [seed[measure] for seed in seeds if measure in seed]
            mean = sum(values) / len(values) if values else None
            rows.append((row, column, system, system, MEAN, measure, mean, stdev(values) if len(values) > 1 else None))
    names = ("row", "column", "system", "label", "pair", "measure", "value", "deviation")
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in names}, orient="row")
