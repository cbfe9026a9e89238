"""Nearest neighbours by cross-domain similarity local scaling, exactly."""

from __future__ import annotations

from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray


class Neighbours(NamedTuple):
    """Best targets of every source, best first.

    Attributes:
        index: int64 [sources, count], target rows.
        score: float32 [sources, count], CSLS scores.
    """

    index: NDArray[np.int64]  # type: ignore[assignment]  # hides tuple.index, which nobody calls
    score: NDArray[np.float32]


def mean_similarity(queries: NDArray[np.float32], keys: NDArray[np.float32], neighbours: int) -> NDArray[np.float32]:
    """r(x) of Conneau et al. 2018 (arXiv 1710.04087, eq. 3): mean cosine of each query to its `neighbours`
    nearest keys.

    Args:
        queries: float32 [n, d], unit rows.
        keys: float32 [m, d], unit rows.
        neighbours: k; at most m are used.

    Returns:
        float32 [n].
    """
    index = faiss.IndexFlatIP(keys.shape[1])
    index.add(np.ascontiguousarray(keys))
    similarity, _ = index.search(np.ascontiguousarray(queries), min(neighbours, len(keys)))
    mean: NDArray[np.float32] = similarity.mean(axis=1, dtype=np.float64).astype(np.float32)
    return mean


def csls(source: NDArray[np.float32], target: NDArray[np.float32], neighbours: int, count: int) -> Neighbours:
    """CSLS(x, y) = 2 cos(x, y) − r(x) − r(y), maximised over y by one inner-product search of [2x, 1]
    against [y, −r(y)]: r(x) is the same for all y.

    Args:
        source: float32 [n, d], unit rows.
        target: float32 [m, d], unit rows.
        neighbours: k of CSLS.
        count: targets a source; at most m.

    Returns:
        The `count` best targets of every source.
    """
    source_mean = mean_similarity(source, target, neighbours)
    target_mean = mean_similarity(target, source, neighbours)
    index = faiss.IndexFlatIP(target.shape[1] + 1)
    index.add(np.ascontiguousarray(np.hstack([target, -target_mean[:, None]])))
    ones = np.ones((len(source), 1), dtype=np.float32)
    score, found = index.search(np.hstack([2 * source, ones]).astype(np.float32), min(count, len(target)))
    return Neighbours(found.astype(np.int64), (score - source_mean[:, None]).astype(np.float32))
