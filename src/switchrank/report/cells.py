"""The cells of a systems × pairs table: one row a cell, from which every renderer works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.languages import parse_pair

SETTINGS = ("MoIR", "CLIR", "MLIR")
MEAN = "mean"
_EQUAL_DECIMALS = 12
"""Equal means may differ by rounding in the last bits; both are the best then."""

_SCHEMA = {
    "row": pl.Int32,
    "column": pl.Int32,
    "system": pl.String,
    "setting": pl.String,
    "pair": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "best": pl.Boolean,
    "significant": pl.Boolean,
    "p_adjusted": pl.Float64,
}


def build_cells(
    summary: pl.DataFrame,
    significance: pl.DataFrame,
    settings: Mapping[str, Any],
    systems: Sequence[str],
    pairs: Sequence[str],
    level: float,
) -> pl.DataFrame:
    """Lay out one table.

    Args:
        summary: a SUMMARY table.
        significance: a SIGNIFICANCE table.
        settings: a Table entry; its benchmark and measure choose the rows.
        systems: rows, from top to bottom.
        pairs: columns; grouped as MoIR, CLIR and MLIR, in this order within a group, and each group
            is followed by its mean.
        level: a cell is significant if p_adjusted is below it.

    Returns:
        A CELLS table: row and column count from 0; value is the measure itself (0 … 1), null where
        the system was not judged; best marks the highest value of a column, all of them if equal.

    Raises:
        SwitchRankError: the summary holds nothing of this benchmark and measure.
    """
    wanted = (pl.col("benchmark") == settings["benchmark"]) & (pl.col("measure") == settings["measure"])
    chosen = summary.filter(wanted)
    if chosen.is_empty():
        raise SwitchRankError(
            f"summary: no rows of benchmark {settings['benchmark']!r} and measure {settings['measure']!r}, "
            f"which a table shows; measures: {', '.join(summary['measure'].unique().sort())}"
        )
    grid = _rows(systems).join(_columns(pairs), how="cross").with_columns(pl.lit(settings["measure"]).alias("measure"))
    place = ["system", "setting", "pair"]
    p_values = significance.filter(wanted).select(*place, "p_adjusted")
    cells = (
        grid.join(chosen.select(*place, pl.col("mean").alias("value")), on=place, how="left")
        .join(p_values, on=place, how="left")
        .with_columns(
            (pl.col("value").round(_EQUAL_DECIMALS) == pl.col("value").round(_EQUAL_DECIMALS).max().over("column"))
            .fill_null(False)
            .alias("best"),
            (pl.col("p_adjusted") < level).fill_null(False).alias("significant"),
        )
    )
    return cells.select(list(_SCHEMA)).sort("row", "column")


def _rows(systems: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({"row": range(len(systems)), "system": systems}, schema_overrides={"row": pl.Int32})


def _columns(pairs: Sequence[str]) -> pl.DataFrame:
    columns: list[tuple[str, str]] = []
    for setting in SETTINGS:
        members = [pair for pair in pairs if parse_pair(pair).setting == setting]
        columns += [(setting, pair) for pair in members] + [(setting, MEAN)] * bool(members)
    return pl.DataFrame(
        [(index, *column) for index, column in enumerate(columns)],
        schema={"column": pl.Int32, "setting": pl.String, "pair": pl.String},
        orient="row",
    )
