"""Largest inner products of every row and every column of a product of two matrices, in one pass over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from switchrank.compiled import compiled

_ROWS, _COLUMNS = 512, 4096
"""Size of a block of the product, 8 MiB: it is still in the processor's cache when it is searched."""
_STEP = 32
"""Values compared at a time; usually none of them is among the largest."""


class Kept(NamedTuple):
    """The largest float32 inner products so far, falling.

    Attributes:
        index: int32 [n, kept], the other side's rows.
        value: float32 [n, kept].
    """

    index: NDArray[np.int32]  # type: ignore[assignment]  # hides tuple.index, which is not used
    value: NDArray[np.float32]

    def floor(self) -> NDArray[np.float32]:
        """float32 [n]: no value that was left out is larger."""
        return self.value[:, -1]


def largest(
    source: NDArray[np.float32], target: NDArray[np.float32], per_source: int, per_target: int, threads: int
) -> tuple[Kept, Kept]:
    """The largest inner products of every source and of every target, by one product in blocks.

    Args:
        source: float32 [n, d].
        target: float32 [m, d].
        per_source: how many targets are kept for a source.
        per_target: how many sources are kept for a target.
        threads: that search in parallel, each a share of the targets.

    Returns:
        Kept targets of the sources, kept sources of the targets; all of them if there are fewer.
    """
    per_source, per_target = min(per_source, len(target)), min(per_target, len(source))
    ends = np.linspace(0, len(target), min(threads, len(target)) + 1).astype(int)
    columns = _empty(len(target), per_target)
    parts = [_empty(len(source), per_source) for _ in ends[1:]]

    def search(part: int) -> None:
        for row, column, block in _blocks(source, target, ends[part], ends[part + 1]):
            _search(block, row, column, *parts[part], *columns)

    in_threads(search, range(len(parts)), threads)
    return _merged(parts, per_source), columns


def in_threads(work: Callable[[int], None], items: Sequence[int], threads: int) -> None:
    """Do the work of every item, `threads` at a time.

    Each computes its products on one thread: threads that wait for each other in a shared product keep a
    core busy, and the sums of a product can depend on their number.
    """
    if not items:
        return
    with _numerical_libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, items):
            pass


@cache
def _numerical_libraries() -> ThreadpoolController:
    """Those that are loaded, numpy's among them. Finding them takes milliseconds, so it is done once."""
    return ThreadpoolController()


def _empty(rows: int, kept: int) -> Kept:
    return Kept(np.full((rows, kept), -1, dtype=np.int32), np.full((rows, kept), -np.inf, dtype=np.float32))


def _blocks(
    source: NDArray[np.float32], target: NDArray[np.float32], first: int, last: int
) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """The product of all sources and the targets first … last in blocks of about one size: first row, first column and
    float32 values, which are valid until the next block."""
    room = np.empty(_ROWS * _COLUMNS, dtype=np.float32)
    edges = np.linspace(first, last, -(-(last - first) // _COLUMNS) + 1).astype(int)
    for column, end in pairwise(edges):
        right = target[column:end].T
        for row in range(0, len(source), _ROWS):
            left = source[row : row + _ROWS]
            block = room[: len(left) * right.shape[1]].reshape(len(left), right.shape[1])
            yield row, column, np.matmul(left, right, out=block)


def _merged(parts: list[Kept], count: int) -> Kept:
    if len(parts) == 1:
        return parts[0]
    index = np.concatenate([part.index for part in parts], axis=1)
    value = np.concatenate([part.value for part in parts], axis=1)
    chosen = np.argsort(-value, axis=1, kind="stable")[:, :count]
    return Kept(np.take_along_axis(index, chosen, axis=1), np.take_along_axis(value, chosen, axis=1))


@compiled
def _search(block, row, column, row_index, row_value, column_index, column_value):  # type: ignore[no-untyped-def]
    """Update the kept products from a block whose corner is (row, column)."""
    rows, width = block.shape
    column_floor = column_value[column : column + width, -1].copy()
    whole = width - width % _STEP
    for line in range(rows):
        values = block[line]
        floor = row_value[row + line, -1]
        for start in range(0, width, _STEP):
            if start < whole and not _any_above(values, floor, column_floor, start):
                continue
            for at in range(start, min(start + _STEP, width)):
                value = values[at]
                if value > floor:
                    floor = _insert(row_index[row + line], row_value[row + line], column + at, value)
                if value > column_floor[at]:
                    place = column + at
                    column_floor[at] = _insert(column_index[place], column_value[place], row + line, value)


@compiled(inline="always")
def _any_above(values, floor, floors, start):  # type: ignore[no-untyped-def]
    """Whether one of `_STEP` values is above the row's floor or its column's; unsigned indices and an or of integers
    are what the compiler turns into vector instructions."""
    met = np.int32(0)
    for step in range(_STEP):
        at = np.uint64(start) + np.uint64(step)
        met |= np.int32(values[at] > floor) | np.int32(values[at] > floors[at])
    return met != 0


@compiled
def _insert(index, kept, position, value):  # type: ignore[no-untyped-def]
    """Insert a value into a falling list, which drops its last value; returns the new last one."""
    at = len(kept) - 1
    while at > 0 and kept[at - 1] < value:
        kept[at] = kept[at - 1]
        index[at] = index[at - 1]
        at -= 1
    kept[at] = value
    index[at] = position
    return kept[-1]
