"""The cells of an ablation: the effect of one choice on each regime's mean, and how much was switched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.report.tables.cells import MEAN, REGIMES, completed, judged_cells

SWITCHED = "switched"
"""Setting and measure of the cells that hold the realised share of switched tokens."""


def build_ablation(
    summary: pl.DataFrame,
    significance: pl.DataFrame,
    settings: Mapping[str, Any],
    corpora: Mapping[str, pl.DataFrame],
    level: float,
) -> pl.DataFrame:
    """The cells of one ablation.

    Args:
        summary: a SUMMARY table; its rows of pair "mean" are shown.
        significance: a SIGNIFICANCE table; its rows of pair "mean" are shown.
        settings: an AblationTable entry.
        corpora: CORPUS_SUMMARY table by system, of systems that are trained on switched text.
        level: a cell is significant if p_adjusted is below it.

    Returns:
        A CELLS table. Column 0 is the share of tokens that were switched, over all pairs and sides of the
        system's corpus, null if it is not switched; there is no such column if none is.
        Then there is one column for each regime that has a mean; see `cells.build_cells`. difference is
        null for the baseline itself.

    Raises:
        SwitchRankError: the summary holds no mean of this benchmark and measure for any system of the table.
    """
    rows = pl.DataFrame(
        [(index, row["system"], row["label"]) for index, row in enumerate(settings["rows"])],
        schema={"row": pl.Int32, "system": pl.String, "label": pl.String},
        orient="row",
    )
    shares = _shares(rows, {system: _share(table) for system, table in corpora.items()})
    first = 0 if shares.is_empty() else 1
    columns = pl.DataFrame(
        [(first + index, regime, MEAN) for index, regime in enumerate(_regimes_of(rows["system"], summary, settings))],
        schema={"column": pl.Int32, "regime": pl.String, "pair": pl.String},
        orient="row",
    )
    judged = judged_cells(
        rows.join(columns, how="cross", maintain_order="left_right"), summary, significance, settings, level
    )
    return pl.concat([shares, judged]).sort("row", "column")


def _regimes_of(systems: pl.Series, summary: pl.DataFrame, settings: Mapping[str, Any]) -> list[str]:
    """Regimes in which at least one of the systems has a mean."""
    found = summary.filter(
        (pl.col("benchmark") == settings["benchmark"])
        & (pl.col("measure") == settings["measure"])
        & (pl.col("pair") == MEAN)
        & pl.col("system").is_in(systems.to_list())
    )
    if found.is_empty():
        raise SwitchRankError(
            f"summary: no mean of benchmark {settings['benchmark']!r} and measure {settings['measure']!r} for "
            f"{', '.join(systems)}, which an ablation shows; a system needs to be judged on all pairs of a regime"
        )
    return [regime for regime in REGIMES if regime in set(found["regime"])]


def _share(summary: pl.DataFrame) -> float | None:
    """Switched tokens among all tokens."""
    tokens = int(summary["tokens"].sum())
    return int(summary["switched"].sum()) / tokens if tokens else None


def _shares(rows: pl.DataFrame, shares: Mapping[str, float | None]) -> pl.DataFrame:
    """CELLS rows of column 0; empty if no system of the table is trained on switched text."""
    known = [system for system in rows["system"] if shares.get(system) is not None]
    values = pl.Series("value", [shares.get(system) for system in rows["system"]], dtype=pl.Float64)
    cells = rows.with_columns(
        pl.lit(0).alias("column"),
        *(pl.lit(SWITCHED).alias(name) for name in ("regime", "measure")),
        pl.lit(MEAN).alias("pair"),
        values,
    )
    return completed(cells).head(rows.height if known else 0)
