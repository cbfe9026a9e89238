"""What is compared with what: each system with each of its baselines, on pairs and on means over pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.query_values import (
    MEAN,
    Gathered,
    Groups,
    Key,
    Values,
    means_of,
    of_all_pairs,
    refuse_other_queries,
    systems_measured,
)
from switchrank.languages import parse_pair


@dataclass(frozen=True)
class Place:
    """One comparison of a system with the baseline.

    Attributes:
        key: system, benchmark, pair (or "mean") and measure.
        baseline: the system that it is compared with.
        regime: as in the tables, followed by the group's name for a mean of a group.
        grouped: whether it is a mean of a group of the regime's pairs.
        pairs: what the difference is over; sorted.
        ours, theirs: values of the system and of the baseline.
        clusters: int64[queries], the group of each query, from 0; None where all are independent.
    """

    key: Key
    baseline: str
    regime: str
    grouped: bool
    pairs: tuple[str, ...]
    ours: Values = field(repr=False)
    theirs: Values = field(repr=False)
    clusters: NDArray[np.int64] | None = field(repr=False)

    @property
    def hypothesis(self) -> tuple[str, ...]:
        """Equal for places whose differences are over the same pairs."""
        return (self.baseline, self.key.system, self.key.benchmark, self.key.measure, *self.pairs)

    @property
    def rank(self) -> int:
        """Of several places with one hypothesis the test is the first's: a regime's mean, a pair, a group's mean."""
        return 2 if self.grouped else 0 if self.key.pair == MEAN else 1

    @property
    def equal(self) -> bool:
        """Whether all values are the baseline's own: nothing is compared."""
        return np.array_equal(self.ours.values, self.theirs.values)


Clusters = Mapping[str, Mapping[str, int]]
"""By benchmark, the group of each query, as numbered by `clusters.groups_of_queries`; each other query is its own
group."""


def on_pairs(gathered: Gathered, baseline: str, systems: Sequence[str], clusters: Clusters | None) -> Iterable[Place]:
    """The systems on each pair.

    Raises:
        SwitchRankError: the baseline was not judged on a pair by a measure, or on other queries.
    """
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
        regime = parse_pair(key.pair).regime
        codes = _codes(values.query_ids, key.benchmark, clusters)
        yield Place(key, baseline, regime, False, (key.pair,), values, base, codes)


def on_means(
    gathered: Gathered,
    baseline: str,
    systems: Sequence[str],
    groups: Groups,
    clusters: Clusters | None,
) -> Iterable[Place]:
    """The systems on the mean of each regime and of each group of its pairs, on the queries that all pairs hold; those
    that were not judged on every pair are left out."""
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
                values = _average(ours, common), _average(theirs, common)
                codes = _codes(common, key.benchmark, clusters)
                yield Place(key, baseline, mean.regime, mean.grouped, tuple(mean.pairs), *values, codes)


def _codes(query_ids: pl.Series, benchmark: str, clusters: Clusters | None) -> NDArray[np.int64] | None:
    """A number from 0 for the group of each query; None without groups."""
    if clusters is None:
        return None
    group_of = clusters.get(benchmark, {})
    alone = max(group_of.values(), default=-1) + 1
    groups = [group_of.get(query, alone + at) for at, query in enumerate(query_ids)]
    codes: NDArray[np.int64] = np.unique(groups, return_inverse=True)[1]
    return codes


def _common_queries(parts: Sequence[Values]) -> pl.Series:
    """Sorted ids of the queries that every pair has."""
    return reduce(lambda kept, part: kept.filter(kept.is_in(part.query_ids.to_list())), parts, parts[0].query_ids)


def _average(parts: Sequence[Values], query_ids: pl.Series) -> Values:
    """Values of these queries averaged over pairs."""
    wanted = query_ids.to_list()
    by_pair = [part.values[:, part.query_ids.is_in(wanted).to_numpy()] for part in parts]
    return Values(parts[0].seeds, query_ids, np.stack(by_pair).mean(axis=0))
