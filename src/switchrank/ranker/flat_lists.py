"""Many lists of whole numbers as one flat array, without Python objects for numbers or lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ragged:
    """Lists of whole numbers, end to end.

    Attributes:
        values: int32, all numbers of all lists.
        offsets: int64 [lists + 1], where each list starts; the last one is where all end.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each list starts in `values`, int64 [lists]."""
        return self.offsets[:-1]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Numbers of each list, int64 [lists]."""
        return np.diff(self.offsets)

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The lists of these rows, in this order; a repeated row repeats its list."""
        lengths = self.lengths[rows]
        return Ragged(self.values[positions(self.starts[rows], lengths)], bounds(lengths))

    def joined(self, other: Ragged) -> Ragged:
        """These lists followed by the other ones."""
        offsets = np.concatenate([self.offsets, other.offsets[1:] + len(self.values)])
        return Ragged(np.concatenate([self.values, other.values]), offsets)

    def tolist(self) -> list[list[int]]:
        """As Python lists."""
        return [part.tolist() for part in np.split(self.values, self.offsets[1:-1])] if len(self) else []


def ragged(lists: Iterable[list[int]]) -> Ragged:
    """Python lists as one flat array."""
    kept = list(lists)
    lengths = np.fromiter(map(len, kept), dtype=np.int64, count=len(kept))
    values = np.fromiter((value for part in kept for value in part), dtype=np.int32, count=int(lengths.sum()))
    return Ragged(values, bounds(lengths))


def bounds(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets of lists of these lengths, int64 [lists + 1]."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def positions(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """starts[0], starts[0] + 1, …, `lengths[0]` of them, then `lengths[1]` from starts[1] on, and so on: int64."""
    before = np.cumsum(lengths) - lengths
    found: NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths)
    return found
