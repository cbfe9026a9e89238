"""The draws of `switchrank.randomness`, compiled: the same numbers, one token at a time."""

from __future__ import annotations

import numpy as np
from numba import uint64

from switchrank.compiled import compiled
from switchrank.randomness import key_of

SWITCH, LANGUAGE, SHARE, CHOICE = 0, 1, 2, 3
"""Streams of draws: whether a token is switched, into which language, whether its instance takes part, and
which of several translations it gets."""

_compiled = compiled(inline="always")


def corpus_key(seed: int, benchmark: str) -> int:
    """The key of a corpus's draws. The corpus's own name is left out on purpose: two corpora that differ
    in p only, or in the lexicon only, then make the same draws and are comparable."""
    return key_of(seed, "corpus", benchmark)


@_compiled
def step(state: np.uint64, part: np.uint64) -> np.uint64:
    """One more integer of a key: the finaliser of SplitMix64 over the state so far (`randomness.bits`)."""
    state = (state ^ uint64(part)) + uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> uint64(27))) * uint64(0x94D049BB133111EB)
    mixed: np.uint64 = state ^ (state >> uint64(31))
    return mixed


@_compiled
def unit(state: np.uint64) -> float:
    """A key's draw in [0, 1) (`randomness.uniform`)."""
    return float(state >> uint64(11)) * 2.0**-53


@_compiled
def pick(draw: float, bounds: np.ndarray, first: int, last: int) -> int:
    """The first of `bounds[first:last]` above a draw; the last if there is none because of rounding."""
    for at in range(first, last - 1):
        if draw < bounds[at]:
            return at
    return last - 1
