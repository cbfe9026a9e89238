"""Every system against the baseline, by a paired test, corrected within families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.corrections import adjusted
from switchrank.evaluation.paired import Comparison, compare_paired
from switchrank.evaluation.query_values import (
    MEAN,
    Gathered,
    Groups,
    Key,
    Values,
    gather,
    means_of,
    of_all_pairs,
    refuse_other_queries,
    systems_measured,
)
from switchrank.evaluation.settings import Significance
from switchrank.languages import parse_pair
from switchrank.tables import SIGNIFICANCE


@dataclass(frozen=True)
class _Place:
    """One comparison of a system with the baseline.

    Attributes:
        key: system, benchmark, pair (or "mean") and measure.
        baseline: the system that it is compared with.
        regime: as in the tables, followed by the group's name for a mean of a group.
        grouped: whether it is a mean of a group of the regime's pairs.
        differences: float64[sample], of queries or of seeds.
        queries, seeds: how many of each the differences are over.
        clusters: int64[sample], the group of each query, from 0; None where all are independent.
    """

    key: Key
    baseline: str
    regime: str
    grouped: bool
    differences: NDArray[np.float64] = field(repr=False)
    queries: int
    seeds: int
    clusters: NDArray[np.int64] | None = field(repr=False)


Clusters = Mapping[str, Mapping[str, int]]
"""By benchmark, the group of each query, as numbered by `clusters.groups_of_queries`; each other query is its own
group."""


def compare(
    measures: Iterable[pl.DataFrame],
    runs: Sequence[Sequence[str | int]],
    settings: Mapping[str, Any],
    groups: Groups | None = None,
    clusters: Clusters | None = None,
) -> pl.DataFrame:
    """Test every system against the baseline, on each pair and on the averages of regimes and groups.

    The sample is the queries, each averaged over seeds, or (`over: seeds`) the seeds, each averaged over queries and
    paired by their number. A row with pair "mean" averages query by query over the regime's
    pairs too, on the queries that all these pairs hold; it exists for systems judged on all of them.

    Args:
        measures: of each run the rows of a MEASURES table, in the order of `runs`.
        runs: (system, seed, benchmark, pair) of each.
        settings: a Significance entry.
        groups: pairs of each group that has means of its own.
        clusters: needed by `clusters: group`, for every benchmark.

    Returns:
        A SIGNIFICANCE table, without rows for the baseline. `low` and `high` bound the difference at
        confidence 1 − level, uncorrected; `family` names the comparisons corrected together. What cannot be computed
        (one seed, one query, no variation) is null, and `reason` says why.

    Raises:
        SwitchRankError: the baseline lacks a pair, or has other queries or (over seeds) other seeds on it; see also
            `values.gather`.
    """
    asked = Significance(**settings)
    gathered = gather(measures, runs)
    measured = sorted({key.system for key in gathered})
    for baseline in (asked.baseline, *asked.others):
        if baseline not in measured:
            raise SwitchRankError(
                f"evaluation.significance, baselines: found {baseline!r}, which has no run; runs: {', '.join(measured)}"
            )
    against = {asked.baseline: measured} | {name: rest for name, rest in asked.others.items() if name != asked.baseline}
    kinds = (clusters or {}) if asked.clusters == "group" and asked.over == "queries" else None
    places = [place for baseline in against for place in _on_pairs(gathered, asked, baseline, against[baseline], kinds)]
    for baseline, systems in against.items():
        places += _on_means(gathered, asked, baseline, systems, groups or {}, kinds)
    compared = [
        compare_paired(place.differences, asked, *place.key, place.regime, clusters=place.clusters) for place in places
    ]
    families = [_family(place, asked.family) for place in places]
    p_values = adjusted([comparison.p_value for comparison in compared], families, asked.correction)
    rows = [
        _row(place, asked, comparison, p_adjusted, family)
        for place, comparison, p_adjusted, family in zip(places, compared, p_values, families, strict=True)
    ]
    return pl.DataFrame(rows, schema=SIGNIFICANCE.schema, orient="row")


def _on_pairs(
    gathered: Gathered, asked: Significance, baseline: str, systems: Sequence[str], clusters: Clusters | None
) -> Iterable[_Place]:
    for key, values in gathered.items():
        if key.system == baseline or key.system not in systems:
            continue
        base = gathered.get(key._replace(system=baseline))
        if base is None:
            raise SwitchRankError(
                f"measures: the baseline {baseline!r} was not judged on {key.benchmark} {key.pair} by "
                f"{key.measure}, but {key.system!r} was; the baseline needs every pair and measure of the others"
            )
        refuse_other_queries(values.query_ids, base.query_ids, f"{key.system!r} and {baseline!r} on {key.pair}")
        differences = _differences(values, base, key, baseline, asked)
        regime = parse_pair(key.pair).regime
        ids = values.query_ids
        codes = _codes(ids, key.benchmark, clusters)
        yield _Place(key, baseline, regime, False, differences, ids.len(), len(values.seeds), codes)


def _on_means(
    gathered: Gathered,
    asked: Significance,
    baseline: str,
    systems: Sequence[str],
    groups: Groups,
    clusters: Clusters | None,
) -> Iterable[_Place]:
    means = means_of(gathered, groups)
    for key in systems_measured(gathered):
        if key.system == baseline or key.system not in systems:
            continue
        for mean in means[key.benchmark, key.measure]:
            ours = of_all_pairs(gathered, key, mean.pairs)
            theirs = of_all_pairs(gathered, key._replace(system=baseline), mean.pairs)
            if ours is None or theirs is None:
                continue
            common = _common_queries(ours)
            if common.len():
                one, other = _average(ours, common), _average(theirs, common)
                differences = _differences(one, other, key, baseline, asked)
                counts = common.len(), len(one.seeds)
                codes = _codes(common, key.benchmark, clusters)
                yield _Place(key, baseline, mean.regime, mean.grouped, differences, *counts, codes)


def _codes(query_ids: pl.Series, benchmark: str, clusters: Clusters | None) -> NDArray[np.int64] | None:
    """A number from 0 for the group of each query; None without groups."""
    if clusters is None:
        return None
    group_of = clusters.get(benchmark, {})
    alone = max(group_of.values(), default=-1) + 1
    groups = [group_of.get(query, alone + at) for at, query in enumerate(query_ids)]
    codes: NDArray[np.int64] = np.unique(groups, return_inverse=True)[1]
    return codes


def _differences(ours: Values, base: Values, key: Key, baseline: str, asked: Significance) -> NDArray[np.float64]:
    """System minus baseline, float64[queries] or float64[seeds]."""
    if asked.over == "queries":
        by_query: NDArray[np.float64] = ours.values.mean(axis=0) - base.values.mean(axis=0)
        return by_query
    if ours.seeds != base.seeds:
        raise SwitchRankError(
            f"measures of {key.system!r} and {baseline!r} on {key.benchmark} {key.pair}: found seeds "
            f"{list(ours.seeds)} and {list(base.seeds)}; a test over seeds needs the same"
        )
    by_seed: NDArray[np.float64] = ours.values.mean(axis=1) - base.values.mean(axis=1)
    return by_seed


def _common_queries(parts: Sequence[Values]) -> pl.Series:
    """Sorted ids of the queries that every pair has."""
    return reduce(lambda kept, part: kept.filter(kept.is_in(part.query_ids.to_list())), parts, parts[0].query_ids)


def _average(parts: Sequence[Values], query_ids: pl.Series) -> Values:
    """Values of these queries averaged over pairs."""
    wanted = query_ids.to_list()
    by_pair = [part.values[:, part.query_ids.is_in(wanted).to_numpy()] for part in parts]
    return Values(parts[0].seeds, query_ids, np.stack(by_pair).mean(axis=0))


def _family(place: _Place, kind: str) -> str:
    key = place.key
    name = (
        f"{key.benchmark} {key.measure}"
        + {
            "measure": "",
            "regime": f" {place.regime.split()[0]}",
            "system": f" {key.system}",
        }[kind]
    )
    return name + (" group means" if place.grouped else " means" if key.pair == MEAN else "")


def _row(
    place: _Place, asked: Significance, compared: Comparison, p_adjusted: float | None, family: str
) -> tuple[object, ...]:
    key = place.key
    return (
        key.system,
        place.baseline,
        key.benchmark,
        place.regime,
        key.pair,
        key.measure,
        compared.difference,
        compared.low,
        compared.high,
        compared.statistic,
        compared.p_value,
        p_adjusted,
        asked.correction,
        family,
        place.queries,
        place.seeds,
        asked.test,
        asked.over,
        "none" if place.clusters is None else asked.clusters,
        compared.units,
        compared.effect,
        compared.reason,
    )
