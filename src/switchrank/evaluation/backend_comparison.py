"""The effect of a faster backend: its runs compared with those of torch in float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from switchrank.measures.computing import measure

REFERENCE = "torch"


def compare_runs(
    runs: Mapping[str, pl.DataFrame], qrels: pl.DataFrame, measures: Sequence[str], pair: str
) -> pl.DataFrame:
    """Measures of the same candidates scored by several backends.

    Args:
        runs: RUN tables without `pair` by backend; `torch` is the one that the others are compared with.
        qrels: a QRELS table.
        measures: names of measures, as in `measure`.
        pair: languages of queries and passages.

    Returns:
        Rows of a BACKENDS table: `mean` over queries; `difference` to torch's mean; `largest`, the largest absolute
        difference of a score; `reordered`, the share of queries whose passages are in another order.
    """
    reference = runs[REFERENCE].sort("query_id", "rank")
    means = {name: _means(run, qrels, measures, name) for name, run in runs.items()}
    rows = []
    for name, run in runs.items():
        joined = reference.join(run, on=["query_id", "doc_id"], suffix="_other", maintain_order="left")
        largest = float(np.abs((joined["score"] - joined["score_other"]).to_numpy()).max(initial=0.0))
        moved = joined.group_by("query_id", maintain_order=True).agg((pl.col("rank") != pl.col("rank_other")).any())
        for wanted in measures:
            value = means[name][wanted]
            rows.append(
                {
                    "pair": pair,
                    "backend": name,
                    "measure": wanted,
                    "mean": value,
                    "difference": value - means[REFERENCE][wanted],
                    "largest": largest,
                    "reordered": float(moved["rank"].mean() or 0.0),  # type: ignore[arg-type]
                    "queries": qrels["query_id"].n_unique(),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"queries": pl.Int32})


def in_words(compared: pl.DataFrame) -> list[str]:
    """One line per backend, pair and measure, such as `int8 en-de: RR@10 41.2, 0.3 points below torch's 41.5`."""
    lines = []
    for row in compared.filter(pl.col("backend") != REFERENCE).iter_rows(named=True):
        change = round(100 * row["difference"], 2)
        lines.append(
            f"{row['backend']} {row['pair']}: {row['measure']} {100 * row['mean']:.2f}, "
            f"{abs(change):.2f} points {'below' if change < 0 else 'above'} torch's "
            f"{100 * (row['mean'] - row['difference']):.2f}; "
            f"{100 * row['reordered']:.0f} % of queries in another order, scores at most {row['largest']:.1e} apart"
        )
    return lines


def _means(run: pl.DataFrame, qrels: pl.DataFrame, measures: Sequence[str], name: str) -> dict[str, float]:
    table = measure(run, qrels, measures, name).sort("measure", "query_id")
    return dict(table.group_by("measure", maintain_order=True).agg(pl.col("value").mean()).iter_rows())
