"""What the readers of vector files share: rows as read, and counts of kept and skipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from switchrank.text_files import Entries

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
class Reading(Entries):
    """What was read from a file of vectors.

    Attributes:
        name: the file.
        unit: what is counted, `line`, `row` or `vector`.
        dimensions: values per vector.
        announced: number of words in the header, None without a header.
        complete: whether the file was read to its end, not only until there were enough words.
    """

    dimensions: int = 0
    announced: int | None = None
    complete: bool = False

    def __str__(self) -> str:
        """One line for the log."""
        read = f"{self.name}: {self.kept:,} words of {self.dimensions} values"
        parts = [read if self.complete else f"{read} (the number requested; the rest was not read)"]
        if self.complete and self.announced is not None and self.announced != self.kept + self.out:
            parts.append(f"the header announces {self.announced:,} words, there are {self.kept + self.out:,}")
        parts.append(self.reasons() or "nothing skipped")
        return "; ".join(parts)

    @property
    def out(self) -> int:
        """Number of rows skipped, without blank ones."""
        return sum(skipped.count for reason, skipped in self.skipped.items() if reason != BLANK)


def value_problems(values: NDArray[np.float32]) -> dict[int, str]:
    """Rows without a direction, and the reason.

    Args:
        values: float32 [rows, dimensions].
    """
    zero = np.flatnonzero(~values.any(axis=1)).tolist()
    infinite = np.flatnonzero(~np.isfinite(values).all(axis=1)).tolist()
    return {**dict.fromkeys(zero, ZERO), **dict.fromkeys(infinite, NOT_FINITE)}
