"""Random numbers that are a function of what they decide, not of when they are drawn.

Every draw is a hash of a tuple of integers (seed, stream, instance, side, token, …), so the answer
is the same in any order, shard, thread count or machine. The mixing step is the finaliser of
SplitMix64 (Steele, Lea & Flood 2014, OOPSLA), applied once for each integer of the key.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BLOCK = 1 << 16


def key_of(*parts: str | int) -> int:
    """A 64-bit integer for names and numbers, e.g. `key_of(1, "homeassistant")`."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _finalise(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


def bits(*parts: ArrayLike) -> NDArray[np.uint64]:
    """Hash broadcastable integer arrays into uniform 64-bit words.

    Args:
        parts: integers or integer arrays of one broadcast shape; order matters.

    Returns:
        uint64 array of the broadcast shape.
    """
    arrays = np.broadcast_arrays(*[np.asarray(part).astype(np.uint64) for part in parts])
    state = np.zeros(arrays[0].shape, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for array in arrays:
            state = _finalise((state ^ array) + _GAMMA)
    return state


def uniform(*parts: ArrayLike) -> NDArray[np.float64]:
    """Uniform draws in [0, 1), one for each key; float64 of the broadcast shape."""
    return (bits(*parts) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def choice(size: int, *parts: ArrayLike) -> NDArray[np.int64]:
    """Draws from 0 … size − 1, one for each key; int64 of the broadcast shape."""
    return np.minimum((uniform(*parts) * size).astype(np.int64), size - 1)


def shuffled(size: int, *parts: int) -> NDArray[np.int64]:
    """A permutation of 0 … size − 1 that depends on the key alone; 8 bytes per item, and 20 while it is made."""
    keys = np.empty(size, dtype=np.uint64)
    for start in range(0, size, _BLOCK):
        keys[start : start + _BLOCK] = bits(*parts, np.arange(start, min(start + _BLOCK, size)))
    return np.argsort(keys, kind="stable").astype(np.int64, copy=False)
