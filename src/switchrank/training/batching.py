"""Which items share a batch, so that there is little padding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from switchrank.randomness import shuffled


def bucketed_batches(lengths: NDArray[np.integer], size: int, *key: int, pool: int = 32) -> list[NDArray[np.int64]]:
    """Shuffle, sort pools of `pool · size` items by length, cut into batches, shuffle the batches: little
    padding, and every item once.

    Args:
        lengths: whole numbers [items], tokens of each item.
        size: items per batch; the last batch may be smaller.
        key: of the shuffles, e.g. (seed, epoch).
        pool: batches per pool.

    Returns:
        Indices of each batch, int64.
    """
    order = shuffled(len(lengths), *key, 0)
    for start in range(0, len(order), pool * size):
        items = order[start : start + pool * size]
        items[:] = items[np.argsort(lengths[items], kind="stable")]
    # pools are whole numbers of batches, so cutting all at once cuts each of them; batches are views of one array
    starts = shuffled(-(-len(order) // size), *key, 1) * size
    return [order[start : start + size] for start in starts.tolist()]


def batches_of_tokens(lengths: NDArray[np.int64], batch_tokens: int) -> list[NDArray[np.int64]]:
    """All items longest first, cut so that a padded batch holds at most `batch_tokens` (at least one item).

    Longest first shows at once whether a batch fits in memory, and the remaining time is then not underestimated.
    """
    order = np.argsort(-lengths, kind="stable").astype(np.int64)
    batches, start = [], 0
    while start < len(order):
        size = max(1, batch_tokens // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + size])
        start += size
    return batches
