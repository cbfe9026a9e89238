"""Vectors of one language in the space of another: seed pairs, rotation, refinement."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import AlignedVectors, Refinement
from switchrank.lexicon.vectors.mapping import (
    Round,
    normalise,
    refine,
    refuse_directionless,
    turn,
    words_and_vectors,
)
from switchrank.normalising import fold, plain
from switchrank.randomness import key_of
from switchrank.words import has_letter

_FEWEST = 2
"""Fewest seed pairs; a single one does not determine a rotation."""


def normalise_table(table: pa.Table, settings: AlignedVectors, label: str) -> pa.Table:
    """The pivot language's own vectors: normalised like all others, but not rotated.

    Args:
        table: VECTORS table.
        settings: of the alignment.
        label: names the vectors in messages.

    Returns:
        VECTORS table of the same words.

    Raises:
        SwitchRankError: there is no word; a vector is zero or not finite, before or after normalising.
    """
    words, vectors = _normalised(table, settings, label)
    return _as_table(words, vectors)


def align_vectors(
    table: pa.Table,
    pivot: pa.Table,
    settings: AlignedVectors,
    seed_lexicon: pl.DataFrame | None,
    language: str,
    label: str,
) -> tuple[pa.Table, list[Round]]:
    """Rotate a language's vectors into the pivot language's space.

    Args:
        table: VECTORS table of the language.
        pivot: VECTORS table of the pivot language, not normalised yet.
        settings: of the alignment.
        seed_lexicon: LEXICON table from the pivot language into this one, if the seed is a lexicon.
        language: ISO 639-1 code.
        label: names the vectors in messages.

    Returns:
        VECTORS table of the same words, normalised and rotated; and the rounds of refinement.

    Raises:
        SwitchRankError: dimensions differ, there are fewer than two seed pairs, or as `normalise_table`.
    """
    words, vectors = _normalised(table, settings, label)
    pivot_words, pivot_vectors = _normalised(pivot, settings, f"{label}, pivot {settings.pivot}")
    if vectors.shape[1] != pivot_vectors.shape[1]:
        raise SwitchRankError(
            f"{label}: vectors have {vectors.shape[1]} dimensions, those of the pivot language {settings.pivot!r} "
            f"{pivot_vectors.shape[1]}; a rotation needs the same number"
        )
    pairs = seed_pairs(words, pivot_words, settings, seed_lexicon, language, label)
    held = held_out(pairs, pivot_words, settings.refinement)
    mapping, history = refine(vectors, pivot_vectors, pairs, held, settings.refinement)
    return _as_table(words, turn(vectors, mapping)), history


def held_out(pairs: NDArray[np.int64], pivot_words: Sequence[str], settings: Refinement) -> NDArray[np.bool_]:
    """The seed pairs that judge the rounds of a refinement: those of a share of the pivot words.

    A word is drawn by a key of its text alone, so that it is held out in every language, independent of the other
    words. Pairs of a word beyond `max_words` are not used in rounds and cannot judge them.

    Args:
        pairs: int64 [pairs, 2], ranks in the language and in the pivot language.
        pivot_words: of the pivot language, by rank.
        settings: of the refinement.

    Returns:
        bool [pairs]; none is held out if fewer than two pairs would remain to start from.
    """
    frequent = (pairs < settings.max_words).all(axis=1)
    words = np.unique(pairs[frequent, 1])
    drawn = sorted(words, key=lambda word: key_of("held out", pivot_words[word]))
    chosen = drawn[: math.ceil(settings.held_out * len(words))]
    held: NDArray[np.bool_] = frequent & np.isin(pairs[:, 1], chosen)
    return held if (~held).sum() >= _FEWEST else np.zeros_like(held)


def seed_pairs(
    words: Sequence[str],
    pivot_words: Sequence[str],
    settings: AlignedVectors,
    seed_lexicon: pl.DataFrame | None,
    language: str,
    label: str,
) -> NDArray[np.int64]:
    """The word pairs that an alignment starts from.

    `identical`: strings with a letter that both languages have; `numerals`: strings of digits that both have (as in
    Artetxe et al. 2017), both as `normalising.plain` has them; `lexicon`: entries whose both sides have a vector, the
    target in this spelling or else in another form of `normalising.fold`. The most frequent form represents all.

    Args:
        words: of the language, by rank.
        pivot_words: of the pivot language, by rank.
        settings: of the alignment.
        seed_lexicon: LEXICON table, source in the pivot language.
        language: ISO 639-1 code.
        label: names the vectors in messages.

    Returns:
        int64 [pairs, 2], ranks in `words` and `pivot_words`, by rank in the pivot language, without repeats.

    Raises:
        SwitchRankError: fewer than two pairs, or a lexicon is needed but not given.
    """
    kind, pivot = settings.seed.pairs, settings.pivot
    if kind == "lexicon":
        if seed_lexicon is None:
            raise SwitchRankError(f"{label}: seed pairs of the lexicon {settings.seed.lexicon!r}, which is not given")
        found, told = (
            _of_lexicon(words, pivot_words, seed_lexicon, language, pivot),
            f"{seed_lexicon.height} entries of the lexicon",
        )
    else:
        found = _of_strings(words, pivot_words, str.isdecimal if kind == "numerals" else has_letter)
        told = f"{len(words)} words and {len(pivot_words)} pivot words"
    if len(found) < _FEWEST:
        raise SwitchRankError(
            f"{label}: {len(found)} seed pairs (seed pairs: {kind}) among {told}; at least {_FEWEST} are needed, "
            "and a few hundred are better: use another seed"
        )
    return found


def _ranks(words: Sequence[str], form: Callable[[str], str]) -> dict[str, int]:
    """Rank of each form's most frequent word."""
    ranks: dict[str, int] = {}
    for at, word in enumerate(words):
        ranks.setdefault(form(word), at)
    return ranks


def _of_strings(words: Sequence[str], pivot_words: Sequence[str], wanted: Callable[[str], bool]) -> NDArray[np.int64]:
    ranks, pivot_ranks = _ranks(words, plain), _ranks(pivot_words, plain)
    pairs = [(ranks[word], at) for word, at in pivot_ranks.items() if word in ranks and wanted(word)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _of_lexicon(
    words: Sequence[str], pivot_words: Sequence[str], lexicon: pl.DataFrame, language: str, pivot: str
) -> NDArray[np.int64]:
    spelt, ranks = _ranks(words, plain), _ranks(words, partial(fold, language=language))
    pivot_ranks = _ranks(pivot_words, partial(fold, language=pivot))
    entries = lexicon.select("source", "target").iter_rows()
    found = {
        (spelt.get(plain(target), ranks.get(fold(target, language))), pivot_ranks.get(fold(source, pivot)))
        for source, target in entries
    }
    pairs = sorted((there, here) for here, there in found if here is not None and there is not None)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)[:, ::-1]


def _normalised(table: pa.Table, settings: AlignedVectors, label: str) -> tuple[list[str], NDArray[np.float32]]:
    words, vectors = words_and_vectors(table, label)
    made = normalise(vectors, settings.normalise)
    refuse_directionless(words, made, f"{label}, after {', '.join(settings.normalise) or 'no normalising'}")
    return words, made


def _as_table(words: list[str], vectors: NDArray[np.float32]) -> pa.Table:
    return pa.table(
        {
            "word": pa.array(words, pa.string()),
            "rank": pa.array(np.arange(len(words), dtype=np.int32)),
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1]),
        }
    )
