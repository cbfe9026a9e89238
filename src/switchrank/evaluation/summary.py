"""Means over queries, seeds and pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.evaluation.query_values import (
    Gathered,
    Groups,
    Key,
    Mean,
    gather,
    means_of,
    of_all_pairs,
    systems_measured,
)
from switchrank.languages import parse_pair
from switchrank.tables import SUMMARY


def summarise(
    measures: Iterable[pl.DataFrame], runs: Sequence[Sequence[str | int]], groups: Groups | None = None
) -> pl.DataFrame:
    """Average over queries, then over seeds.

    A row with pair "mean" averages a regime's pairs, each with the same weight, seed by seed. It
    exists only for systems judged on every pair of the regime on which any system was judged: means
    over other pairs cannot be compared. A group of a regime's pairs has its own such rows, with the group's name
    after the regime's: `CLIR distant`.

    Args:
        measures: of each run the rows of a MEASURES table, in the order of `runs`.
        runs: (system, seed, benchmark, pair) of each.
        groups: pairs of each group that has means of its own.

    Returns:
        A SUMMARY table. `deviation` is the sample standard deviation of the seeds' means, null for
        one seed; `queries` of a "mean" row counts the distinct queries of its pairs.

    Raises:
        SwitchRankError: see `values.gather`.
    """
    gathered = gather(measures, runs)
    rows = [
        _row(key, parse_pair(key.pair).regime, values.values.mean(axis=1), values.query_ids.len())
        for key, values in gathered.items()
    ]
    means = means_of(gathered, groups or {})
    for key in systems_measured(gathered):
        rows += _means(gathered, key, means[key.benchmark, key.measure])
    return pl.DataFrame(rows, schema=SUMMARY.schema, orient="row")


def _means(gathered: Gathered, key: Key, means: Sequence[Mean]) -> Iterable[tuple[object, ...]]:
    for mean in means:
        parts = of_all_pairs(gathered, key, mean.pairs)
        if parts is not None:
            by_seed = np.stack([part.values.mean(axis=1) for part in parts]).mean(axis=0)
            yield _row(key, mean.regime, by_seed, pl.concat([part.query_ids for part in parts]).n_unique())


def _row(key: Key, regime: str, by_seed: NDArray[np.float64], queries: int) -> tuple[object, ...]:
    deviation = float(by_seed.std(ddof=1)) if len(by_seed) > 1 else None
    return (
        key.system,
        key.benchmark,
        regime,
        key.pair,
        key.measure,
        float(by_seed.mean()),
        deviation,
        len(by_seed),
        queries,
    )
