"""Ids as bytes, for compiled code: their hashes and their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.compiled import compiled


def utf8(strings: pa.Array) -> tuple[NDArray[np.signedinteger[Any]], NDArray[np.uint8]]:
    """Offsets, int32 or, of a large_string array, int64[n + 1], and bytes of an Arrow array of strings."""
    if not len(strings):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    _, offsets, text = strings.buffers()
    kind: type[np.signedinteger[Any]] = np.int64 if pa.types.is_large_string(strings.type) else np.int32
    found = np.frombuffer(offsets, dtype=kind)[strings.offset : strings.offset + len(strings) + 1]
    return found, np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)


@compiled
def hashes_of(offsets, text):  # type: ignore[no-untyped-def]
    """Hashes of all ids; uint64[len(offsets) - 1]."""
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    hash_ids(offsets, text, np.empty(words_for(offsets[-1] - offsets[0]), dtype=np.uint64), found)
    return found


@compiled
def words_for(size):  # type: ignore[no-untyped-def]
    """Number of words of eight bytes that `hash_ids` needs for this many bytes."""
    return size // 8 + 2


@compiled
def hash_ids(offsets, text, words, found):  # type: ignore[no-untyped-def]
    """Write the hashes of some ids into `found`.

    FNV-1a (Fowler, Noll & Vo) of eight bytes at a time, then the finaliser of MurmurHash3 (Appleby), without which sums
    of hashes of neighbouring ids would be equal.

    Args:
        offsets, text: as returned by `utf8`, or a part of the offsets.
        words: uint64, at least `words_for` the ids' bytes; overwritten.
        found: uint64[len(offsets) - 1].
    """
    begin, size = offsets[0], offsets[-1] - offsets[0]
    words.view(np.uint8)[:size] = text[begin : begin + size]
    for place in range(len(offsets) - 1):
        at, left = np.int64(offsets[place] - begin), np.int64(offsets[place + 1] - offsets[place])
        code = np.uint64(0xCBF29CE484222325) ^ np.uint64(left)
        while left > 0:
            word = _eight_bytes(words, at)
            if left < 8:
                word &= (np.uint64(1) << np.uint64(8 * left)) - np.uint64(1)
            code = (code ^ word) * np.uint64(0x100000001B3)
            code ^= code >> np.uint64(32)
            at, left = at + 8, left - 8
        code = (code ^ (code >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        code = (code ^ (code >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
        found[place] = code ^ (code >> np.uint64(33))


@compiled
def _eight_bytes(words, at):  # type: ignore[no-untyped-def]
    shift = np.uint64(8 * (at & 7))
    return words[at >> 3] >> shift | (words[(at >> 3) + 1] << np.uint64(1)) << (np.uint64(63) - shift)


@compiled
def order_of(text, start, stop, other, other_start, other_stop):  # type: ignore[no-untyped-def]
    """Below 0, 0 or above 0 if one id is before, equal to or after the other; UTF-8 sorts like code points."""
    for step in range(min(stop - start, other_stop - other_start)):
        one, two = text[start + step], other[other_start + step]
        if one != two:
            return 1 if one > two else -1
    return (stop - start) - (other_stop - other_start)
