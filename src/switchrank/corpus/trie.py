"""Titles of several languages as one trie over vocabulary numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchrank.compiled import compiled
from switchrank.corpus.lexicon_arrays import Dictionary

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Trie:
    """Nodes are prefixes of titles; a step leads from a node and a word to the longer prefix.

    Attributes:
        roots: int32 [languages, words], node of the one-word prefix, −1 without one: most steps end here.
        keys: uint64 [capacity], node × 2³² + word of each further step, by open addressing; all ones where free.
        nodes: int32 [capacity], the node that the step leads to.
        entries: int32 [nodes], entry of the dictionary whose title ends at a node, or −1.
    """

    roots: NDArray[np.int32]
    keys: NDArray[np.uint64]
    nodes: NDArray[np.int32]
    entries: NDArray[np.int32]


def make_trie(dictionary: Dictionary, vocabulary: Sequence[str], max_tokens: int) -> Trie:
    """The trie of the titles of up to `max_tokens` words all of which are in the vocabulary; no other title can match.

    Args:
        dictionary: its sources are titles: lower-case words joined by a space.
        vocabulary: words by number.
        max_tokens: longest title.
    """
    number = {word: at for at, word in enumerate(vocabulary)}
    roots = np.full((len(dictionary.sources), len(vocabulary)), -1, dtype=np.int32)
    steps: dict[tuple[int, int], int] = {}
    entries: list[int] = []
    entry = -1
    for language, titles in enumerate(dictionary.sources):
        for title in titles:
            entry += 1
            words = title.split(" ")
            if len(words) > max_tokens or not all(word in number for word in words):
                continue
            node = -1
            for place, word in enumerate(words):
                at = number[word]
                following = roots[language, at] if place == 0 else steps.get((node, at), -1)
                if following < 0:
                    following = len(entries)
                    entries.append(-1)
                    if place == 0:
                        roots[language, at] = following
                    else:
                        steps[node, at] = following
                node = int(following)
            entries[node] = entry
    keys, nodes = _hashed(steps)
    return Trie(roots, keys, nodes, np.array(entries, dtype=np.int32))


def _hashed(steps: dict[tuple[int, int], int]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    capacity = 1 << max(4, (2 * len(steps)).bit_length())
    keys = np.full(capacity, np.iinfo(np.uint64).max, dtype=np.uint64)
    nodes = np.full(capacity, -1, dtype=np.int32)
    packed = np.array([(node << 32) | word for node, word in steps], dtype=np.uint64)
    _insert(packed, np.array(list(steps.values()), dtype=np.int32), keys, nodes)
    return keys, nodes


@compiled(inline="always")
def slot_of(key, keys):  # type: ignore[no-untyped-def]
    """Where a key is, or the free place where it would be."""
    mask = np.uint64(len(keys) - 1)
    slot = ((key * _MIX) >> np.uint64(32)) & mask
    while keys[slot] != key and keys[slot] != np.uint64(0xFFFFFFFFFFFFFFFF):
        slot = (slot + np.uint64(1)) & mask
    return slot


@compiled
def _insert(packed, values, keys, nodes):  # type: ignore[no-untyped-def]
    for at in range(len(packed)):
        slot = slot_of(packed[at], keys)
        keys[slot] = packed[at]
        nodes[slot] = values[at]
