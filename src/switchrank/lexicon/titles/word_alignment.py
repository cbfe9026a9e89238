"""Word translation probabilities from parallel texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

_NULL = 0
"""Index of the empty source word, which generates target words without a counterpart."""


def translation_table(
    source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], iterations: int
) -> pl.DataFrame:
    """t(target | source) by IBM Model 1 (Brown et al. 1993, eqs. 12–17), expectation–maximisation from
    uniform probabilities, on arrays: one row for each word pair of each text pair.

    Args:
        source: words of each source text.
        target: words of each target text, same length.
        iterations: of EM.

    Returns:
        Columns source, target, probability f64, source_count i64 (texts that hold the source word); sorted by
        source and target; the empty word is left out.
    """
    source_ids, source_words = _ids(source, first=1)
    target_ids, target_words = _ids(target, first=0)
    pair_source, pair_target, slot = _word_pairs(source_ids, target_ids)
    keys, pair = np.unique(pair_source * len(target_words) + pair_target, return_inverse=True)
    key_source = keys // len(target_words)
    probability = np.full(len(keys), 1.0)
    for _ in range(iterations):
        weight = probability[pair]
        weight /= np.bincount(slot, weight)[slot]
        count = np.bincount(pair, weight, minlength=len(keys))
        probability = count / np.bincount(key_source, count)[key_source]
    holding = Counter(word for text in source for word in set(text))
    real = key_source != _NULL
    names = np.array(["", *source_words], dtype=object)[key_source[real]]
    return pl.DataFrame(
        {
            "source": names.tolist(),
            "target": [target_words[key] for key in (keys % len(target_words))[real]],
            "probability": probability[real],
            "source_count": [holding[name] for name in names],
        },
        schema={"source": pl.String, "target": pl.String, "probability": pl.Float64, "source_count": pl.Int64},
    ).sort("source", "target")


def _ids(texts: Sequence[Sequence[str]], first: int) -> tuple[list[NDArray[np.int64]], list[str]]:
    vocabulary = sorted({word for text in texts for word in text})
    number = {word: index + first for index, word in enumerate(vocabulary)}
    return [np.array([number[word] for word in text], dtype=np.int64) for text in texts], vocabulary


def _word_pairs(
    source: list[NDArray[np.int64]], target: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All (source word or empty word, target word) pairs of each text pair; slot numbers the target
    occurrences, whose probability over source words sums to one."""
    sources, targets, slots, used = [], [], [], 0
    for left, right in zip(source, target, strict=True):
        left = np.concatenate([[_NULL], left])
        sources.append(np.tile(left, len(right)))
        targets.append(np.repeat(right, len(left)))
        slots.append(np.repeat(np.arange(used, used + len(right)), len(left)))
        used += len(right)
    return np.concatenate(sources), np.concatenate(targets), np.concatenate(slots)
