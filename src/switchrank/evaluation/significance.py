"""Every system against the baseline, by a paired test on per-query values, corrected within families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from switchrank.errors import SwitchRankError
from switchrank.evaluation.values import (
    MEAN,
    Gathered,
    Key,
    Values,
    gather,
    of_all_pairs,
    pairs_by_setting,
    refuse_other_queries,
    systems_measured,
)
from switchrank.languages import parse_pair

_ROUNDING = 1e-12
"""Differences of values in 0 … 1 that vary less than this vary by rounding only."""

_SCHEMA = {
    "system": pl.String,
    "baseline": pl.String,
    "benchmark": pl.String,
    "setting": pl.String,
    "pair": pl.String,
    "measure": pl.String,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "statistic": pl.Float64,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "correction": pl.String,
    "family": pl.String,
    "queries": pl.Int32,
}


@dataclass(frozen=True)
class PairedTest:
    """What a paired two-sided t-test says; all but the difference is None when the differences of
    the queries do not vary (then no test can be computed)."""

    difference: float
    low: float | None = None
    high: float | None = None
    statistic: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class _Comparison:
    key: Key
    setting: str
    differences: NDArray[np.float64] = field(repr=False)


def compare(
    measures: Iterable[pl.DataFrame], runs: Sequence[Sequence[str | int]], settings: Mapping[str, Any]
) -> pl.DataFrame:
    """Test every system against the baseline, on each pair and on each setting's average.

    Per-query values are averaged over seeds. A row with pair "mean" averages them over the setting's
    pairs too, on the queries that all these pairs hold; it stands for systems judged on all of them.

    Args:
        measures: MEASURES tables, in the order of `runs`.
        runs: (system, seed, benchmark, pair) of each table.
        settings: a Significance entry: baseline, correction, family, level.

    Returns:
        A SIGNIFICANCE table, without rows for the baseline. `low` and `high` bound the difference at
        confidence 1 − level, uncorrected; `family` names the comparisons corrected together.

    Raises:
        SwitchRankError: the baseline lacks a pair, or has other queries on it; see also `values.gather`.
    """
    gathered = gather(measures, runs)
    baseline = str(settings["baseline"])
    if baseline not in {key.system for key in gathered}:
        systems = ", ".join(sorted({key.system for key in gathered}))
        raise SwitchRankError(
            f"evaluation.significance.baseline: found {baseline!r}, which has no run; runs: {systems}"
        )
    comparisons = [*_on_pairs(gathered, baseline), *_on_means(gathered, baseline)]
    tests = [paired_t(comparison.differences, float(settings["level"])) for comparison in comparisons]
    families = [_family(comparison, str(settings["family"])) for comparison in comparisons]
    adjusted = _adjusted([test.p_value for test in tests], families, str(settings["correction"]))
    rows = [
        _row(comparison, baseline, test, p_adjusted, str(settings["correction"]), family)
        for comparison, test, p_adjusted, family in zip(comparisons, tests, adjusted, families, strict=True)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def paired_t(differences: NDArray[np.float64], level: float) -> PairedTest:
    """Paired two-sided t-test and t interval.

    Args:
        differences: float64[queries], system minus baseline.
        level: the interval has confidence 1 − level.
    """
    difference = float(differences.mean())
    if len(differences) < 2 or differences.std() < _ROUNDING:
        return PairedTest(difference)
    result = stats.ttest_rel(differences, np.zeros(len(differences)))
    interval = result.confidence_interval(1 - level)
    return PairedTest(
        difference, float(interval.low), float(interval.high), float(result.statistic), float(result.pvalue)
    )


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Step-down adjustment (Holm 1979, Scandinavian Journal of Statistics 6): the i-th smallest of m
    p-values times m − i + 1, at least the one before it, at most 1.

    A comparison that could not be computed (None) stays None but counts in m: it was made.
    """
    known = np.array([1.0 if p is None else p for p in p_values], dtype=np.float64)
    order = np.argsort(known, kind="stable")
    stepped = known[order] * np.arange(len(known), 0, -1)
    adjusted = np.empty(len(known))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return [None if p is None else float(value) for p, value in zip(p_values, adjusted, strict=True)]


def _on_pairs(gathered: Gathered, baseline: str) -> Iterable[_Comparison]:
    for key, values in gathered.items():
        if key.system == baseline:
            continue
        base = gathered.get(key._replace(system=baseline))
        if base is None:
            raise SwitchRankError(
                f"measures: the baseline {baseline!r} was not judged on {key.benchmark} {key.pair} by {key.measure}, "
                f"but {key.system!r} was; the baseline needs every pair and measure of the others"
            )
        refuse_other_queries(values.query_ids, base.query_ids, f"{key.system!r} and {baseline!r} on {key.pair}")
        differences = values.values.mean(axis=0) - base.values.mean(axis=0)
        yield _Comparison(key, parse_pair(key.pair).setting, differences)


def _on_means(gathered: Gathered, baseline: str) -> Iterable[_Comparison]:
    for key in systems_measured(gathered):
        if key.system == baseline:
            continue
        for setting, pairs in pairs_by_setting(gathered, key.benchmark, key.measure).items():
            ours = of_all_pairs(gathered, key, pairs)
            theirs = of_all_pairs(gathered, key._replace(system=baseline), pairs)
            if ours is None or theirs is None:
                continue
            common = _common_queries(ours)
            if common.len():
                differences = _average(ours, common) - _average(theirs, common)
                yield _Comparison(key, setting, differences)


def _common_queries(parts: Sequence[Values]) -> pl.Series:
    """Sorted ids of the queries that every pair holds."""
    return reduce(lambda kept, part: kept.filter(kept.is_in(part.query_ids.to_list())), parts, parts[0].query_ids)


def _average(parts: Sequence[Values], query_ids: pl.Series) -> NDArray[np.float64]:
    """Values averaged over seeds and pairs; float64[query_ids]."""
    wanted = query_ids.to_list()
    by_pair = [part.values.mean(axis=0)[part.query_ids.is_in(wanted).to_numpy()] for part in parts]
    averaged: NDArray[np.float64] = np.stack(by_pair).mean(axis=0)
    return averaged


def _family(comparison: _Comparison, kind: str) -> str:
    key = comparison.key
    name = (
        f"{key.benchmark} {key.measure}"
        + {
            "measure": "",
            "setting": f" {comparison.setting}",
            "system": f" {key.system}",
        }[kind]
    )
    return name + (" means" if key.pair == MEAN else "")


def _adjusted(p_values: list[float | None], families: list[str], correction: str) -> list[float | None]:
    if correction == "none":
        return p_values
    adjusted: list[float | None] = [None] * len(p_values)
    for family in sorted(set(families)):
        members = [index for index, name in enumerate(families) if name == family]
        for index, value in zip(members, holm([p_values[index] for index in members]), strict=True):
            adjusted[index] = value
    return adjusted


def _row(
    comparison: _Comparison, baseline: str, test: PairedTest, p_adjusted: float | None, correction: str, family: str
) -> tuple[object, ...]:
    key = comparison.key
    return (
        key.system,
        baseline,
        key.benchmark,
        comparison.setting,
        key.pair,
        key.measure,
        test.difference,
        test.low,
        test.high,
        test.statistic,
        test.p_value,
        p_adjusted,
        correction,
        family,
        len(comparison.differences),
    )
