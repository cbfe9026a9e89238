"""Bilingual lexicons from word vectors of one space."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.csls import csls
from switchrank.lexicon.settings import VectorLexicon
from switchrank.tables import LEXICON


def induce_lexicon(source: pa.Table, target: pa.Table, settings: VectorLexicon, label: str) -> pl.DataFrame:
    """Translate every source word by its CSLS neighbours.

    Args:
        source: VECTORS table of the source language.
        target: VECTORS table of the target language, same space.
        settings: of the lexicon.
        label: names the lexicon in messages.

    Returns:
        LEXICON table; `margin` is the score's distance to the next target.

    Raises:
        SwitchRankError: there are no vectors, dimensions differ, a vector is zero or no number, or no translation
            is left.
    """
    source_words, source_vectors = _words_and_vectors(source, label)
    target_words, target_vectors = _words_and_vectors(target, label)
    if source_vectors.shape[1] != target_vectors.shape[1]:
        raise SwitchRankError(
            f"{label}: source vectors have {source_vectors.shape[1]} dimensions, target vectors "
            f"{target_vectors.shape[1]}; they must be of one space"
        )
    target_ranks = np.arange(len(target_words))
    if settings.drop_copies:
        target_ranks = _own_words(source_words, target_words)
    # one more than asked for, since a copy of the source word may be among the best, and one for the margin
    found = csls(source_vectors, target_vectors[target_ranks], settings.neighbours, settings.choices + 2)
    rows = _rows(source_words, target_words, target_ranks, found.index, found.score)
    if settings.drop_copies:
        rows = rows.filter(pl.col("source") != pl.col("target"))
    rows = _numbered(rows, settings.choices).filter(pl.col("score") >= settings.min_score)
    if settings.mutual:
        back = csls(target_vectors[target_ranks], source_vectors, settings.neighbours, 1).index[:, 0]
        best = pl.DataFrame({"target_rank": target_ranks.astype(np.int32), "source_rank": back.astype(np.int32)})
        rows = rows.filter(pl.col("choice") == 1).join(best, on=["target_rank", "source_rank"], how="semi")
    if not rows.height:
        raise SwitchRankError(
            f"{label}: no translation is left of {len(source_words)} source and {len(target_words)} target words; "
            f"found min_score {settings.min_score}, mutual {settings.mutual}, drop_copies {settings.drop_copies}: "
            "loosen them"
        )
    return rows.with_columns(method=pl.lit("vectors")).select(list(LEXICON.columns))


def _words_and_vectors(table: pa.Table, label: str) -> tuple[list[str], NDArray[np.float32]]:
    words = table.column("word").to_pylist()
    if not words:
        raise SwitchRankError(f"{label}: a table of vectors has no word; at least one is needed")
    flat = table.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = flat.reshape(len(words), -1).astype(np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    broken = np.flatnonzero(~np.isfinite(norms) | (norms == 0))
    if len(broken):
        norm = norms[broken[0], 0]
        raise SwitchRankError(f"{label}: the vector of {words[broken[0]]!r} has length {norm}; a direction is needed")
    return words, vectors / norms


def _own_words(source_words: list[str], target_words: list[str]) -> NDArray[np.int64]:
    """Ranks of the target words that are not more frequent in the source language: texts of the target
    language hold foreign words (`device` in German), which would be the nearest neighbours of everything."""
    source_rank = {word: rank for rank, word in enumerate(source_words)}
    kept = [rank for rank, word in enumerate(target_words) if source_rank.get(word, rank) >= rank]
    return np.array(kept, dtype=np.int64)


def _rows(
    source_words: list[str],
    target_words: list[str],
    target_ranks: NDArray[np.int64],
    index: NDArray[np.int64],
    score: NDArray[np.float32],
) -> pl.DataFrame:
    count = index.shape[1]
    source_rank = np.repeat(np.arange(len(source_words)), count)
    target_rank = target_ranks[index.reshape(-1)]
    return pl.DataFrame(
        {
            "source": [source_words[rank] for rank in source_rank],
            "target": [target_words[rank] for rank in target_rank],
            "score": score.reshape(-1),
            "source_rank": source_rank.astype(np.int32),
            "target_rank": target_rank.astype(np.int32),
        }
    )


def _numbered(rows: pl.DataFrame, choices: int) -> pl.DataFrame:
    """The best `choices` of each source, numbered from 1, with the distance to the next score."""
    following = pl.col("score").shift(-1).over("source_rank").fill_null(pl.col("score"))
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int16).over("source_rank")
    return rows.with_columns(choice=number, margin=pl.col("score") - following).filter(pl.col("choice") <= choices)
