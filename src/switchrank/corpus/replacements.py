"""The replacements in each text, planned before any byte is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KNOWN, UNKNOWN, SWITCHED, CONTENT, CONTENT_SWITCHED = range(5)
"""Columns of the counts: tokens with a translation; tokens that the draws and the stop-word policy would have switched
had they one (in no instance that is left out, nor drawn as English); tokens switched; of content words all and
switched."""
COUNTS = 5


@dataclass(frozen=True)
class Plan:
    """Replacements of one side.

    Attributes:
        target: int32 [tokens], what replaces the span that begins at a token (3 × translation + case), or −1.
        end: int32 [tokens], byte after the replaced span's last, where `target` is not −1.
        counts: int32 [rows, COUNTS].
        languages: int32 [rows], number of the language drawn for the row; 0 if one is drawn for each token.
    """

    target: NDArray[np.int32]
    end: NDArray[np.int32]
    counts: NDArray[np.int32]
    languages: NDArray[np.int32]


@dataclass(frozen=True)
class Draws:
    """How a corpus draws.

    Attributes:
        key: of all draws.
        p: probability that a known token, or a matched title, is switched.
        share: share of instances that take part.
        bounds: float64 [languages], upper ends of the draws in [0, 1) that choose a language.
        stop: bool [words], whether a word of the vocabulary is a stop word.
        keep_stop: whether stop words are never switched.
    """

    key: int
    p: float
    share: float
    bounds: NDArray[np.float64]
    stop: NDArray[np.bool_]
    keep_stop: bool

    def arguments(self) -> tuple[np.uint64, float, float, NDArray[np.float64], NDArray[np.bool_], bool]:
        """The arguments of the compiled functions."""
        return np.uint64(self.key), self.p, self.share, self.bounds, self.stop, self.keep_stop


def language_bounds(languages: Sequence[str], weights: Mapping[str, float] | None) -> NDArray[np.float64]:
    """Upper ends of the intervals of [0, 1) that represent the languages; their lengths are proportional to the
    weights."""
    wanted = np.array([1.0 if weights is None else weights[code] for code in languages])
    bounds: NDArray[np.float64] = np.cumsum(wanted) / wanted.sum()
    return bounds
