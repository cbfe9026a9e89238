"""The measures known here: one entry each.

A measure is a function and an entry of `MEASURES`, under its name in ir_measures. Nothing else names it: the
configuration, its messages and the computation of runs read this registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from switchrank.measures.random_order import (
    expected_average_precision,
    expected_judged,
    expected_ndcg,
    expected_precision,
    expected_recall,
    expected_reciprocal_rank,
    expected_success,
    share,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_NAME = re.compile(r"(\w+)(?:@([1-9][0-9]*))?", re.ASCII)
_ALL = int(np.iinfo(np.int64).max)
"""The cutoff of a measure without one."""


@dataclass(frozen=True)
class Ranking:
    """The judged passages that a run retrieved, flat, ordered by query and rank; and the judgements behind them.

    Attributes:
        query: int64[passages], index of the query.
        rank: int64[passages], from 1, among all retrieved passages.
        gain: int64[passages], relevance, 0 when negative.
        retrieved: int64[queries], passages retrieved, judged or not.
        relevant: int64[queries], judged passages of relevance 1 or more, retrieved or not.
        ideal_query, ideal_rank, ideal_gain: the first three for the best possible ranking.
    """

    query: Integers
    rank: Integers
    gain: Integers
    retrieved: Integers
    relevant: Integers
    ideal_query: Integers
    ideal_rank: Integers
    ideal_gain: Integers

    def total(self, weights: Floats) -> Floats:
        """Sum of a weight over each query's passages; float64[queries]."""
        return _summed(self.query, weights, len(self.relevant))

    def relevant_within(self, cutoff: int) -> Floats:
        """Relevant passages among the first `cutoff`; float64[queries]."""
        return self.total(((self.gain > 0) & (self.rank <= cutoff)).astype(np.float64))


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        compute: the values of all queries of a ranking, float64[queries], at a cutoff.
        expect: those of the same passages in random order.
        bare: whether it is also defined without a cutoff.
        earlier_first: which names take the earlier doc_id first among equal scores, as in the provider of ir_measures;
            the others take the later one.
    """

    compute: Callable[[Ranking, int], Floats]
    expect: Callable[[Ranking, int], Floats]
    bare: bool = True
    earlier_first: Literal["none", "with cutoff", "all"] = "none"


class Wanted(NamedTuple):
    """A measure at a cutoff."""

    measure: Measure
    cutoff: int | None

    @property
    def earlier_first(self) -> bool:
        """Whether the earlier doc_id comes first among equal scores."""
        return {"none": False, "with cutoff": self.cutoff is not None, "all": True}[self.measure.earlier_first]

    def values(self, ranking: Ranking) -> Floats:
        """The values of all queries; float64[queries]."""
        return self.measure.compute(ranking, _ALL if self.cutoff is None else self.cutoff)

    def expected(self, ranking: Ranking) -> Floats:
        """The expected values of all queries if their passages stood in random order; float64[queries]."""
        return self.measure.expect(ranking, _ALL if self.cutoff is None else self.cutoff)


def parsed(name: str) -> Wanted | None:
    """The measure of a name such as `nDCG@10`; None if it is not known, or not with or without a cutoff."""
    found = _NAME.fullmatch(name)
    measure = MEASURES.get(found[1]) if found else None
    if found is None or measure is None or not (found[2] or measure.bare):
        return None
    return Wanted(measure, int(found[2]) if found[2] else None)


def known_measures() -> str:
    """All names, for messages: `RR, RR@k, …`."""
    return ", ".join(
        form for name, measure in MEASURES.items() for form in ([name] if measure.bare else []) + [f"{name}@k"]
    )


def _reciprocal_rank(ranking: Ranking, cutoff: int) -> Floats:
    first = np.full(len(ranking.relevant), np.inf)
    hit = (ranking.gain > 0) & (ranking.rank <= cutoff)
    np.minimum.at(first, ranking.query[hit], ranking.rank[hit])
    return 1.0 / first


def _ndcg(ranking: Ranking, cutoff: int) -> Floats:
    found = ranking.total(_discounted(ranking.gain, ranking.rank, cutoff))
    ideal = _discounted(ranking.ideal_gain, ranking.ideal_rank, cutoff)
    best = _summed(ranking.ideal_query, ideal, len(ranking.relevant))
    return share(found, best)


def _discounted(gain: Integers, rank: Integers, cutoff: int) -> Floats:
    return np.where(rank <= cutoff, gain / np.log2(rank + 1.0), 0.0)


def _average_precision(ranking: Ranking, cutoff: int) -> Floats:
    hit = ranking.gain > 0
    so_far: Integers = np.cumsum(hit)
    first_of_query = np.searchsorted(ranking.query, ranking.query)
    before: Integers = (so_far - hit)[first_of_query]
    precision = np.where(hit & (ranking.rank <= cutoff), (so_far - before) / ranking.rank, 0.0)
    return share(ranking.total(precision), ranking.relevant)


def _recall(ranking: Ranking, cutoff: int) -> Floats:
    return share(ranking.relevant_within(cutoff), ranking.relevant)


def _precision(ranking: Ranking, cutoff: int) -> Floats:
    return ranking.relevant_within(cutoff) / cutoff


def _success(ranking: Ranking, cutoff: int) -> Floats:
    return (ranking.relevant_within(cutoff) > 0).astype(np.float64)


def _judged(ranking: Ranking, cutoff: int) -> Floats:
    """Judged among the first passages; a query with fewer than `cutoff` is measured on its passages."""
    judged = ranking.total((ranking.rank <= cutoff).astype(np.float64))
    return share(judged, np.minimum(ranking.retrieved, cutoff))


def _summed(query: Integers, weights: Floats, queries: int) -> Floats:
    return np.bincount(query, weights=weights, minlength=queries).astype(np.float64)


MEASURES = {
    "RR": Measure(_reciprocal_rank, expected_reciprocal_rank, earlier_first="with cutoff"),
    "nDCG": Measure(_ndcg, expected_ndcg),
    "AP": Measure(_average_precision, expected_average_precision),
    "R": Measure(_recall, expected_recall, bare=False),
    "P": Measure(_precision, expected_precision, bare=False),
    "Success": Measure(_success, expected_success, bare=False),
    "Judged": Measure(_judged, expected_judged, earlier_first="all"),
}
"""By their names in ir_measures."""
