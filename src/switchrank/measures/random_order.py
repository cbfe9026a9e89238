"""The expected value of each measure if the passages that a query retrieved stood in random order, every order alike.

All are exact: n passages are retrieved, r of them relevant, and place i holds each of them with probability 1/n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from switchrank.measures.registry import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def expected_reciprocal_rank(ranking: Ranking, cutoff: int) -> Floats:
    """Σ 1/i · P(the first relevant passage is at i)."""

    def of(n: int, r: int) -> float:
        return float((_first_at(n, r)[:cutoff] / np.arange(1, n + 1)[:cutoff]).sum())

    return _of_counts(ranking, of)


def expected_success(ranking: Ranking, cutoff: int) -> Floats:
    """P(a relevant passage is among the first)."""
    return _of_counts(ranking, lambda n, r: float(_first_at(n, r)[:cutoff].sum()))


def expected_average_precision(ranking: Ranking, cutoff: int) -> Floats:
    """1/R · Σ P(place i is relevant) · (1 + relevant passages expected on the i − 1 places before) / i."""

    def of(n: int, r: int) -> float:
        place = np.arange(1, n + 1)[:cutoff]
        return float((r / n * (1 + (place - 1) * (r - 1) / max(n - 1, 1)) / place).sum())

    return share(_of_counts(ranking, of), ranking.relevant)


def expected_recall(ranking: Ranking, cutoff: int) -> Floats:
    return share(_relevant(ranking) * _shown(ranking, cutoff), ranking.relevant)


def expected_precision(ranking: Ranking, cutoff: int) -> Floats:
    return _relevant(ranking) * _shown(ranking, cutoff) / cutoff


def expected_judged(ranking: Ranking, cutoff: int) -> Floats:
    """The judged share of all passages, whatever the cutoff."""
    return share(ranking.total(np.ones(len(ranking.query))), ranking.retrieved)


def expected_ndcg(ranking: Ranking, cutoff: int) -> Floats:
    """The mean gain of a passage times the discounts of the places, over the ideal value."""
    longest = int(ranking.retrieved.max(initial=0))
    discounts = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(longest) + 2.0))])
    found = share(ranking.total(ranking.gain.astype(np.float64)), ranking.retrieved)
    ideal = np.where(ranking.ideal_rank <= cutoff, ranking.ideal_gain / np.log2(ranking.ideal_rank + 1.0), 0.0)
    best = np.bincount(ranking.ideal_query, weights=ideal, minlength=len(ranking.relevant))
    return share(found * discounts[np.minimum(ranking.retrieved, cutoff)], best)


def share(part: Floats, whole: Integers | Floats) -> Floats:
    """part / whole, and 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _relevant(ranking: Ranking) -> Floats:
    return ranking.total((ranking.gain > 0).astype(np.float64))


def _shown(ranking: Ranking, cutoff: int) -> Floats:
    """The share of a query's passages that the cutoff lets through."""
    return share(np.minimum(ranking.retrieved, cutoff).astype(np.float64), ranking.retrieved)


def _of_counts(ranking: Ranking, of: Callable[[int, int], float]) -> Floats:
    """A value for each query from its n and r, computed once for equal ones; 0 without a relevant passage."""
    counts = np.stack([ranking.retrieved, _relevant(ranking).astype(np.int64)], axis=1)
    different, at = np.unique(counts, axis=0, return_inverse=True)
    return np.array([of(int(n), int(r)) if r else 0.0 for n, r in different])[at.reshape(-1)]


def _first_at(n: int, r: int) -> Floats:
    """float64[n], P(the first of r relevant passages among n is at 1, 2 … n)."""
    place = np.arange(n)
    none_there = np.clip((n - r - place) / (n - place), 0.0, 1.0)
    none_before = np.concatenate([[1.0], np.cumprod(none_there)[:-1]])
    return none_before * (1 - none_there)
