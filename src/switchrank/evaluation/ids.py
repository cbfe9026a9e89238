"""Ids as bytes, for compiled code: their hashes and their order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray


def utf8(strings: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets, int64[n + 1], and bytes of an Arrow array of strings."""
    if not len(strings):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    _, offsets, text = strings.buffers()
    kind = np.int64 if pa.types.is_large_string(strings.type) else np.int32
    found = np.frombuffer(offsets, dtype=kind)[strings.offset : strings.offset + len(strings) + 1].astype(np.int64)
    return found, np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)


@njit(nogil=True, cache=True)
def hashes_of(offsets, text):  # type: ignore[no-untyped-def]
    """Hashes of all ids; uint64[len(offsets) - 1]."""
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    for place in range(len(found)):
        found[place] = hash_of(text, offsets[place], offsets[place + 1])
    return found


@njit(nogil=True, cache=True)
def hash_of(text, start, stop):  # type: ignore[no-untyped-def]
    """FNV-1a (Fowler, Noll & Vo) of some bytes, then the finaliser of MurmurHash3 (Appleby), without which sums of
    hashes of neighbouring ids would be equal."""
    code = np.uint64(0xCBF29CE484222325)
    for at in range(start, stop):
        code = (code ^ np.uint64(text[at])) * np.uint64(0x100000001B3)
    code = (code ^ (code >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    code = (code ^ (code >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return code ^ (code >> np.uint64(33))


@njit(nogil=True, cache=True)
def order_of(text, start, stop, other, other_start, other_stop):  # type: ignore[no-untyped-def]
    """Below 0, 0 or above 0 as one id comes before, is or comes after the other; UTF-8 orders as code points do."""
    for step in range(min(stop - start, other_stop - other_start)):
        one, two = text[start + step], other[other_start + step]
        if one != two:
            return 1 if one > two else -1
    return (stop - start) - (other_stop - other_start)
