"""The special tokens that a tokenizer puts around a pair, and how a pair is truncated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from switchrank.errors import SwitchRankError


@dataclass(frozen=True)
class Template:
    """Special tokens of a pair: `before` query `between` passage `after`.

    Attributes:
        before: ids, int64.
        between: ids, int64.
        after: ids, int64.
        kinds: token types of the five parts in order; None where the special tokens of a part differ.
    """

    before: NDArray[np.int64]
    between: NDArray[np.int64]
    after: NDArray[np.int64]
    kinds: tuple[NDArray[np.int64], ...]

    @property
    def added(self) -> int:
        """Special tokens of a pair."""
        return len(self.before) + len(self.between) + len(self.after)


def template_of(tokenizer: Tokenizer) -> Template:
    """Read the template from a tokenised pair.

    Args:
        tokenizer: one that neither truncates nor pads.

    Raises:
        SwitchRankError: a pair is not query, passage and fixed special tokens around them, in this order.
    """
    query, passage = (tokenizer.encode(text, add_special_tokens=False).ids for text in ("a b", "c"))
    pair = tokenizer.encode("a b", "c")
    sides = np.asarray([-1 if side is None else side for side in pair.sequence_ids], dtype=np.int64)
    ids, types = np.asarray(pair.ids, dtype=np.int64), np.asarray(pair.type_ids, dtype=np.int64)
    first, second = np.flatnonzero(sides == 0), np.flatnonzero(sides == 1)
    if ids[first].tolist() != query or ids[second].tolist() != passage or not query or not passage:
        raise SwitchRankError("the tokenizer does not put a pair together as special tokens, query and passage")
    cuts = [first[0], first[-1] + 1, second[0], second[-1] + 1]
    if cuts != sorted(cuts) or [cuts[1] - cuts[0], cuts[3] - cuts[2]] != [len(query), len(passage)]:
        raise SwitchRankError("the tokenizer puts the passage before the query or special tokens inside a text")
    parts, kinds = np.split(ids, cuts), np.split(types, cuts)
    for side in (1, 3):
        kinds[side] = np.unique(kinds[side])
    return Template(parts[0], parts[2], parts[4], tuple(kinds))


def longest_first(
    queries: NDArray[np.int64], passages: NDArray[np.int64], room: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tokens kept of each side, as by `truncation="longest_first"` of Hugging Face's tokenizers: the longer side
    is cut to the room that the shorter one leaves; if that is not enough both get half, and the longer one (the
    passage, if they are equal) gets the odd token.

    Args:
        queries: tokens of the queries, int64 [pairs].
        passages: tokens of the passages, int64 [pairs].
        room: tokens that both may have together.

    Returns:
        Tokens kept of the queries and of the passages, int64 [pairs] each.
    """
    shorter, swapped = np.minimum(queries, passages), queries > passages
    longer = np.where(shorter > room, shorter, np.maximum(shorter, room - shorter))
    halved = shorter + longer > room
    shorter = np.where(halved, room // 2, shorter)
    longer = np.where(halved, room // 2 + room % 2, longer)
    fits = queries + passages <= room
    return (
        np.where(fits, queries, np.where(swapped, longer, shorter)),
        np.where(fits, passages, np.where(swapped, shorter, longer)),
    )
