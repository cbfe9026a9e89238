"""Texts with some spans replaced; all other bytes are unchanged."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from switchrank.compiled import compiled
from switchrank.corpus.lexicon_arrays import Dictionary
from switchrank.corpus.replacements import Plan
from switchrank.corpus.text_arrays import TextArrays


def rebuild(side: TextArrays, plan: Plan, dictionary: Dictionary) -> pa.Array:
    """The text of each row with its replacements.

    Args:
        side: texts and tokens.
        plan: replacements, which do not overlap.
        dictionary: translations in every casing.

    Returns:
        large_string [rows].
    """
    offsets = np.zeros(len(side.instances) + 1, dtype=np.int64)
    spans = (side.text_offsets, side.offsets, side.start, plan.end, plan.target, dictionary.offsets)
    _measure(*spans, offsets)
    np.cumsum(offsets, out=offsets)
    data = np.empty(offsets[-1], dtype=np.uint8)
    _copy(side.text, *spans, dictionary.data, offsets, data)
    return pa.LargeStringArray.from_buffers(len(side.instances), pa.py_buffer(offsets), pa.py_buffer(data))


def unchanged(side: TextArrays) -> pa.Array:
    """The unchanged texts, large_string [rows]."""
    return pa.LargeStringArray.from_buffers(
        len(side.instances), pa.py_buffer(np.ascontiguousarray(side.text_offsets)), pa.py_buffer(side.text)
    )


@compiled
def _measure(text_offsets, offsets, start, end, target, target_offsets, lengths):  # type: ignore[no-untyped-def]
    for row in range(len(offsets) - 1):
        length = text_offsets[row + 1] - text_offsets[row]
        for at in range(offsets[row], offsets[row + 1]):
            chosen = target[at]
            if chosen >= 0:
                length += target_offsets[chosen + 1] - target_offsets[chosen] - (end[at] - start[at])
        lengths[row + 1] = length


@compiled
def _copy(text, text_offsets, offsets, start, end, target, target_offsets, targets, new_offsets, data):  # type: ignore[no-untyped-def]
    for row in range(len(offsets) - 1):
        base = text_offsets[row]
        done = base
        into = new_offsets[row]
        for at in range(offsets[row], offsets[row + 1]):
            chosen = target[at]
            if chosen < 0:
                continue
            kept = base + start[at] - done
            data[into : into + kept] = text[done : done + kept]
            length = target_offsets[chosen + 1] - target_offsets[chosen]
            data[into + kept : into + kept + length] = targets[target_offsets[chosen] : target_offsets[chosen + 1]]
            into += kept + length
            done = base + end[at]
        data[into : new_offsets[row + 1]] = text[done : text_offsets[row + 1]]
