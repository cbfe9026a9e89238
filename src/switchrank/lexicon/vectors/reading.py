"""What the readers of vector files share: rows as read, and counts of kept and skipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLANK = "blank"
SECOND_HEADER = "a second header"
WRONG_COUNT = "a wrong number of values"
NO_WORD = "no word"
NO_NUMBER = "a value that is not a number"
NOT_FINITE = "a value that is NaN or infinite"
ZERO = "a zero vector"
NO_UTF8 = "a word that is not UTF-8"
DUPLICATE = "a word seen before"
NULL = "a null"


class Rows(NamedTuple):
    """Rows of a file, in its order.

    Attributes:
        words: UTF-8 bytes, unless there is a problem.
        values: float32 [rows, dimensions]; undefined where there is a problem.
        problems: why a row is not a vector, by its number among these rows.
    """

    words: Sequence[bytes | bytearray]
    values: NDArray[np.float32]
    problems: dict[int, str]


@dataclass
class Skipped:
    """Rows skipped for one reason.

    Attributes:
        count: how many.
        first: number of the first one in the file, from 1.
    """

    count: int
    first: int


@dataclass
class Reading:
    """What was read from a file.

    Attributes:
        path: the file.
        unit: what is counted, `line` or `row`.
        dimensions: values per vector.
        announced: number of words in the header, None without a header.
        kept: words kept.
        complete: whether the file was read to its end, not only until there were enough words.
        skipped: rows skipped, by reason.
    """

    path: str
    unit: str
    dimensions: int
    announced: int | None = None
    kept: int = 0
    complete: bool = False
    skipped: dict[str, Skipped] = field(default_factory=dict)

    def skip(self, reason: str, row: int) -> None:
        """Count one row as skipped."""
        self.skipped.setdefault(reason, Skipped(0, row)).count += 1

    def __str__(self) -> str:
        """One line for the log."""
        read = f"{self.path}: {self.kept:,} words of {self.dimensions} values"
        parts = [read if self.complete else f"{read} (the number requested; the rest was not read)"]
        if self.complete and self.announced is not None and self.announced != self.kept + self.out:
            parts.append(f"the header announces {self.announced:,} words, there are {self.kept + self.out:,}")
        parts.append(self.reasons() or "nothing skipped")
        return "; ".join(parts)

    @property
    def out(self) -> int:
        """Number of rows skipped, without blank ones."""
        return sum(skipped.count for reason, skipped in self.skipped.items() if reason != BLANK)

    def reasons(self) -> str:
        """The skipped rows by reason, e.g. `skipped 2 with a zero vector (first: line 7)`."""
        shown = [
            f"{skipped.count:,} with {reason} (first: {self.unit} {skipped.first:,})"
            for reason, skipped in self.skipped.items()
        ]
        return f"skipped {', '.join(shown)}" if shown else ""


def value_problems(values: NDArray[np.float32]) -> dict[int, str]:
    """Rows without a direction, and the reason.

    Args:
        values: float32 [rows, dimensions].
    """
    zero = np.flatnonzero(~values.any(axis=1)).tolist()
    infinite = np.flatnonzero(~np.isfinite(values).all(axis=1)).tolist()
    return {**dict.fromkeys(zero, ZERO), **dict.fromkeys(infinite, NOT_FINITE)}
