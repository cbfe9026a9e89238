"""Nearest neighbours of word vectors by cosine, CSLS or inverted softmax, exactly.

All three rank the targets y of a source x by `scale · cos(x, y) − penalty(y)`. One float32 product of all sources with
all targets gives candidates; their scores are computed again in float64. A target that is not a candidate has a cosine
of at most that of the last candidate, so a bound shows for which sources one could still be among the best; these are
searched again, among the targets whose penalty is low enough. The result equals that of float64 arithmetic over all
pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from switchrank.compiled import compiled
from switchrank.lexicon.search.blocks import Kept, in_threads, largest

_SLACK = 8
"""Candidates beyond those requested: the more, the fewer sources have to be searched again."""
_ROOM = 4_000_000
"""Products held at a time where rows are compared with everything."""
_ROWS = 4_096
"""Rows whose candidates are scored at a time."""


class Neighbours(NamedTuple):
    """Best targets of every source, best first.

    Attributes:
        index: int64 [sources, count], target rows.
        score: float32 [sources, count].
    """

    index: NDArray[np.int64]  # type: ignore[assignment]  # hides tuple.index, which is not used
    score: NDArray[np.float32]


class _Candidates(NamedTuple):
    """The candidates that the float32 product gives for every row of `own`.

    Attributes:
        own: float32 [n, d].
        other: float32 [m, d].
        index: int32 [n, kept], rows of `other`.
        cosine: float64 [n, kept].
        ceiling: float64 [n], no other row of `other` has a larger cosine; -inf if there is none.
    """

    own: NDArray[np.float32]
    other: NDArray[np.float32]
    index: NDArray[np.int32]  # type: ignore[assignment]  # hides tuple.index, which is not used
    cosine: NDArray[np.float64]
    ceiling: NDArray[np.float64]


def nearest(source: NDArray[np.float32], target: NDArray[np.float32], count: int, threads: int = 1) -> Neighbours:
    """The targets of the largest cosine.

    Args:
        source: float32 [n, d], unit rows.
        target: float32 [m, d], unit rows.
        count: targets per source; at most m.
        threads: that search in parallel; the result does not depend on it.

    Returns:
        Best targets with their cosine; of equals, the lower target first.
    """
    kept, _ = largest(source, target, count + _SLACK, 1, threads)
    found = _candidates(source, target, kept, threads)
    index, score = _best(found, 1.0, np.zeros(len(target)), count, threads)
    return Neighbours(index, score.astype(np.float32))


def csls(
    source: NDArray[np.float32], target: NDArray[np.float32], neighbours: int, count: int, threads: int = 1
) -> Neighbours:
    """CSLS(x, y) = 2 cos(x, y) − r(x) − r(y), r the mean cosine to the `neighbours` nearest of the other side
    (Conneau et al. 2018, arXiv 1710.04087, eq. 3).

    Args:
        source: float32 [n, d], unit rows.
        target: float32 [m, d], unit rows.
        neighbours: k of CSLS; all if there are fewer.
        count: targets per source; at most m.
        threads: that search in parallel; the result does not depend on it.

    Returns:
        Best targets with their CSLS score; of equals, the lower target first.
    """
    of_source, of_target = min(neighbours, len(target)), min(neighbours, len(source))
    rows, columns = largest(source, target, max(count, of_source) + _SLACK, of_target + _SLACK, threads)
    target_mean = _mean(_candidates(target, source, columns, threads), of_target, threads)
    found = _candidates(source, target, rows, threads)
    index, score = _best(found, 2.0, target_mean, count, threads)
    return Neighbours(index, (score - _mean(found, of_source, threads)[:, None]).astype(np.float32))


def inverted_softmax(
    source: NDArray[np.float32], target: NDArray[np.float32], temperature: float, count: int, threads: int = 1
) -> Neighbours:
    """P(y → x) = exp(β cos(x, y)) / Σ_x' exp(β cos(x', y)): a softmax over the sources of each target, so that a target
    that is close to many sources has a low probability for each (Smith et al. 2017, arXiv 1702.03859, eqs. 10–11).

    Args:
        source: float32 [n, d], unit rows.
        target: float32 [m, d], unit rows.
        temperature: β, the inverse temperature.
        count: targets per source; at most m.
        threads: that search in parallel; the result does not depend on it.

    Returns:
        Best targets with their probability (0 if it is too small for float32; the order is still right);
        of equals, the lower target first.
    """
    kept, _ = largest(source, target, count + _SLACK, 1, threads)
    found = _candidates(source, target, kept, threads)
    index, score = _best(found, temperature, log_sums(source, target, temperature, threads), count, threads)
    return Neighbours(index, np.exp(score).astype(np.float32))


def log_sums(
    source: NDArray[np.float32], target: NDArray[np.float32], temperature: float, threads: int = 1
) -> NDArray[np.float64]:
    """log Σ_x exp(β cos(x, y)) of every target y, float64 [m], computed in float64 throughout."""
    wide = source.astype(np.float64).T
    sums = np.empty(len(target))
    height = max(1, _ROOM // len(source))

    def add(first: int) -> None:
        exponent = temperature * (target[first : first + height].astype(np.float64) @ wide)
        highest = exponent.max(axis=1)  # subtracted, so that nothing overflows and not all terms underflow
        exponent -= highest[:, None]
        sums[first : first + height] = highest + np.log(np.exp(exponent, out=exponent).sum(axis=1))

    in_threads(add, range(0, len(target), height), threads)
    return sums


def _rounding(dimensions: int) -> float:
    """A bound on the error of a float32 product of two unit vectors (Higham 2002, eq. 3.5: d u |x|·|y|)."""
    return float(dimensions * np.finfo(np.float32).eps)


def _candidates(own: NDArray[np.float32], other: NDArray[np.float32], kept: Kept, threads: int) -> _Candidates:
    cosine = np.empty(kept.index.shape, dtype=np.float64)

    def score(first: int) -> None:
        rows = slice(first, first + _ROWS)
        _products(own[rows], other, kept.index[rows], cosine[rows])

    in_threads(score, range(0, len(own), _ROWS), threads)
    ceiling = kept.floor().astype(np.float64) + _rounding(own.shape[1])
    if kept.index.shape[1] == len(other):
        ceiling[:] = -np.inf
    return _Candidates(own, other, kept.index, cosine, ceiling)


def _mean(found: _Candidates, count: int, threads: int) -> NDArray[np.float64]:
    """Mean of the `count` largest cosines of every row, float64 [n]; searched again if a candidate may be missing."""
    largest_first = np.sort(found.cosine, axis=1)[:, ::-1][:, :count].copy()
    doubtful = np.flatnonzero(largest_first[:, -1] <= found.ceiling)
    height = max(1, _ROOM // len(found.other))

    def search(first: int) -> None:
        rows = doubtful[first : first + height]
        cosine = found.own[rows] @ found.other.T
        # values that float32 puts so far below the last cannot be among them
        least = np.partition(cosine, -count, axis=1)[:, -count] - 2 * _rounding(found.own.shape[1])
        for at, row in enumerate(rows):
            possible = np.flatnonzero(cosine[at] >= least[at]).astype(np.int32)
            largest_first[row] = np.sort(_products_of(found, row, possible))[::-1][:count]

    in_threads(search, range(0, len(doubtful), height), threads)
    mean: NDArray[np.float64] = largest_first.mean(axis=1)
    return mean


def _best(
    found: _Candidates, scale: float, penalty: NDArray[np.float64], count: int, threads: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The targets of the largest scale · cos − penalty; a tie goes to the lower target."""
    count = min(count, len(found.other))
    every = scale * found.cosine - penalty[found.index]
    order = np.lexsort((found.index, -every), axis=1)[:, :count]
    index = np.take_along_axis(found.index, order, axis=1).astype(np.int64)
    score = np.take_along_axis(every, order, axis=1)
    _search_again(found, scale, penalty, index, score, threads)
    return index, score


def _search_again(
    found: _Candidates,
    scale: float,
    penalty: NDArray[np.float64],
    index: NDArray[np.int64],
    score: NDArray[np.float64],
    threads: int,
) -> None:
    """Correct the rows for which a target that is not a candidate could be among the best, in place.

    Such a target has scale · ceiling − penalty ≥ the last score that was found, so only targets with a low enough
    penalty are looked at.
    """
    enough = scale * found.ceiling - score[:, -1]
    by_penalty = np.argsort(penalty, kind="stable")
    doubtful = np.flatnonzero(enough >= penalty[by_penalty[0]])
    doubtful = doubtful[np.argsort(enough[doubtful], kind="stable")]
    sorted_penalty = penalty[by_penalty]
    slack = scale * _rounding(found.own.shape[1])
    height = max(1, _ROOM // len(found.other))

    def search(first: int) -> None:
        rows = doubtful[first : first + height]
        low = by_penalty[: np.searchsorted(sorted_penalty, enough[rows[-1]], side="right")]
        possible = np.empty((len(rows), len(low)), dtype=np.bool_)
        _possible(found.own[rows] @ found.other[low].T, scale, penalty[low], score[rows, -1] - slack, possible)
        for at, row in enumerate(rows):
            targets = np.union1d(low[possible[at]], index[row])
            exact = scale * _products_of(found, row, targets) - penalty[targets]
            best = np.lexsort((targets, -exact))[: index.shape[1]]
            index[row], score[row] = targets[best], exact[best]

    in_threads(search, range(0, len(doubtful), height), threads)


def _products_of(found: _Candidates, row: int, others: NDArray[np.integer]) -> NDArray[np.float64]:
    """Inner products of one row with some of the other side, summed in the same order as those of the candidates."""
    products = np.empty(len(others), dtype=np.float64)
    _products(found.own[row : row + 1], found.other, others[None, :].astype(np.int32), products[None, :])
    return products


@compiled
def _possible(cosine, scale, penalty, least, possible):  # type: ignore[no-untyped-def]
    for row in range(cosine.shape[0]):
        for at in range(cosine.shape[1]):
            possible[row, at] = scale * np.float64(cosine[row, at]) - penalty[at] >= least[row]


@compiled
def _products(own, other, index, found):  # type: ignore[no-untyped-def]
    """Four independent sums at a time, always in the same order, so that equal vectors have
    equal products."""
    whole = own.shape[1] - own.shape[1] % 4
    for row in range(index.shape[0]):
        for at in range(index.shape[1]):
            one, two, three, four = 0.0, 0.0, 0.0, 0.0
            left, right = own[row], other[index[row, at]]
            for place in range(0, whole, 4):
                one += np.float64(left[place]) * np.float64(right[place])
                two += np.float64(left[place + 1]) * np.float64(right[place + 1])
                three += np.float64(left[place + 2]) * np.float64(right[place + 2])
                four += np.float64(left[place + 3]) * np.float64(right[place + 3])
            for place in range(whole, own.shape[1]):
                one += np.float64(left[place]) * np.float64(right[place])
            found[row, at] = (one + two) + (three + four)
