"""Batches of training instances, with whole queries if the loss compares passages of one query."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, count

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.randomness import shuffled
from switchrank.ranker.loss import open_loss
from switchrank.ranker.settings import Training
from switchrank.training.batching import bucketed_batches

Rows = NDArray[np.int64]
_BLOCK = 1 << 16


class Sampler:
    """The batches of a training, in order; they depend on the key alone, so a position is a number of steps.

    A batch consists of units that are not divided: instances, or all instances of a query.

    Args:
        instances: query_id (String or Enum), if the loss compares passages of a query.
        lengths: whole numbers [instances], tokens.
        settings: batch size, epochs or max_steps, and loss.
        key: of the shuffles.

    Attributes:
        queries: int32 [instances], a number for each query in the order of their ids; none unless the loss compares
            their passages.
    """

    def __init__(self, instances: pl.DataFrame, lengths: NDArray[np.integer], settings: Training, key: int) -> None:
        self.settings, self.key = settings, key
        self.whole_queries = open_loss(settings.loss).whole_queries
        self.lengths = lengths
        if self.whole_queries:
            self.queries = _numbered(instances["query_id"])
            self.order: Rows = np.argsort(self.queries, kind="stable").astype(np.int64, copy=False)
            self.ends: Rows = np.cumsum(np.bincount(self.queries)).astype(np.int64)
            self.sizes: Rows = np.diff(self.ends, prepend=0)
            self.longest: NDArray[np.integer] = np.maximum.reduceat(lengths[self.order], self.ends - self.sizes)

    def steps(self) -> int:
        """Number of batches of the training."""
        if self.settings.max_steps is not None:
            return self.settings.max_steps
        if not self.whole_queries:
            return self.settings.epochs * math.ceil(len(self.lengths) / self.settings.batch_size)
        return sum(len(self._epoch(epoch)) for epoch in range(self.settings.epochs))

    def batches(self) -> Iterator[Rows]:
        """Units of each batch, epoch after epoch, without end; a training takes `steps` of them."""
        return chain.from_iterable(self._epoch(epoch) for epoch in count())

    def rows(self, units: Rows) -> Rows:
        """Instances of units, in their order."""
        if not self.whole_queries:
            return units
        return np.concatenate([self.order[self.ends[unit] - self.sizes[unit] : self.ends[unit]] for unit in units])

    def queries_of(self, rows: Rows) -> Rows:
        """A number for the query of each instance, int64; a loss that does not compare them gets any."""
        return self.queries[rows].astype(np.int64) if self.whole_queries else rows

    def _epoch(self, epoch: int) -> list[Rows]:
        if not self.whole_queries:
            return bucketed_batches(self.lengths, self.settings.batch_size, self.key, epoch)
        return bucketed_groups(self.longest, self.sizes, self.settings.batch_size, self.key, epoch)


def _numbered(ids: pl.Series) -> NDArray[np.int32]:
    """Numbers from 0 in the order of the ids; the values of an Enum are in that order, and each occurs."""
    numbers = ids.to_physical() if isinstance(ids.dtype, pl.Enum) else ids.rank("dense") - 1
    return numbers.to_numpy().astype(np.int32)


def bucketed_groups(lengths: NDArray[np.integer], sizes: Rows, most: int, *key: int, pool: int = 32) -> list[Rows]:
    """As `bucketed_batches` for groups that are not divided: a batch takes groups while it holds at most `most`
    members, and at least one group.

    Args:
        lengths: int64 [groups], tokens of a group's longest member.
        sizes: int64 [groups], members.
        most: members per batch.
        key: of the shuffles.
        pool: batches per pool, approximately.

    Returns:
        Indices of each batch's groups, int64.
    """
    order = shuffled(len(lengths), *key, 0)
    pools = np.flatnonzero(np.diff(np.cumsum(sizes[order]) // (pool * most))) + 1
    batches: list[Rows] = []
    for groups in np.split(order, pools):
        groups = groups[np.argsort(lengths[groups], kind="stable")]
        start, held = 0, 0
        for at, size in enumerate(sizes[groups].tolist()):
            if at > start and held + size > most:
                batches.append(groups[start:at])
                start, held = at, 0
            held += size
        batches.append(groups[start:])
    return [batches[index] for index in shuffled(len(batches), *key, 1)]


def shares(units: Rows, processes: int, own: int, parts: int) -> list[Rows]:
    """The share of a batch that one process computes, in consecutive parts.

    Units are dealt to the processes in turn, since those of a batch are sorted by length and all should have equal
    work; parts are consecutive units of similar length.

    Args:
        units: of the batch.
        processes: that share it.
        own: this one's number.
        parts: at most.

    Returns:
        Units of each part; none is empty.
    """
    return [part for part in np.array_split(units[own::processes], parts) if len(part)]


def refuse_unusable(instances: pl.DataFrame, loss: str, label: str) -> None:
    """Check that the labels can be trained on.

    Raises:
        SwitchRankError: other labels than 0 and 1, only one class; or, if passages of one query are compared, a
            query without a positive or without a negative.
    """
    labels = sorted(instances["label"].unique(maintain_order=True).to_list())
    if labels != [0, 1]:
        raise SwitchRankError(
            f"{label}: the corpus has labels {labels}; training needs positives (1) and negatives (0)"
        )
    if not open_loss(loss).whole_queries:
        return
    numbers, found = _numbered(instances["query_id"]), instances["label"].to_numpy()
    seen = np.zeros((2, int(numbers.max()) + 1), dtype=np.bool_)
    for start in range(0, len(numbers), _BLOCK):  # indices are widened to 64 bits: few at a time
        seen[found[start : start + _BLOCK], numbers[start : start + _BLOCK]] = True
    alone = np.flatnonzero(~seen.all(axis=0))
    if len(alone):
        name = instances["query_id"][int(np.argmax(numbers == alone[0]))]
        missing = "negative" if seen[1, alone[0]] else "positive"
        raise SwitchRankError(
            f"{label}: query {name!r} has no {missing} ({len(alone)} such queries in all); "
            f"loss: {loss} compares the positives of a query with its negatives, so each query needs both"
        )
