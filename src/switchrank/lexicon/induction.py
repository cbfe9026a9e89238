"""Bilingual lexicons from word vectors of one space."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon import faiss_search, retrieval
from switchrank.lexicon.mapping import normalise, words_and_vectors
from switchrank.lexicon.retrieval import Neighbours
from switchrank.lexicon.settings import VectorLexicon
from switchrank.tables import LEXICON

Vectors = NDArray[np.float32]


def induce_lexicon(
    source: pa.Table,
    target: pa.Table,
    settings: VectorLexicon,
    label: str,
    wanted: Collection[str] | None = None,
    threads: int = 1,
) -> pl.DataFrame:
    """Translate every source word by its nearest neighbours.

    Args:
        source: VECTORS table of the source language.
        target: VECTORS table of the target language, same space.
        settings: of the lexicon.
        label: names the lexicon in messages.
        wanted: source words that are translated; all when absent. The others still count as neighbours of the targets.
        threads: searching at a time; no result depends on it.

    Returns:
        LEXICON table; `margin` is the score's distance to the next target.

    Raises:
        SwitchRankError: there are no vectors, dimensions differ, a vector is zero or no number, no source word is
            wanted, no translation is left, or a GPU is asked for and not there.
    """
    source_words, source_vectors = _unit_vectors(source, label)
    target_words, target_vectors = _unit_vectors(target, label)
    if source_vectors.shape[1] != target_vectors.shape[1]:
        raise SwitchRankError(
            f"{label}: source vectors have {source_vectors.shape[1]} dimensions, target vectors "
            f"{target_vectors.shape[1]}; they must be of one space"
        )
    source_ranks = _wanted(source_words, wanted, label)
    target_ranks = np.arange(len(target_words))
    if settings.drop_copies:
        target_ranks = _own_words(source_words, target_words)
    kept_vectors = target_vectors[target_ranks]
    # one more than asked for, since a copy of the source word may be among the best, and one for the margin
    found = neighbours(source_vectors, kept_vectors, settings, settings.choices + 2, threads)
    chosen = Neighbours(target_ranks[found.index[source_ranks]], found.score[source_ranks])
    rows = _rows(source_words, target_words, source_ranks, chosen)
    if settings.drop_copies:
        rows = rows.filter(pl.col("source") != pl.col("target"))
    rows = _numbered(rows, settings.choices).filter(pl.col("score") >= settings.min_score)
    if settings.mutual:
        back = neighbours(kept_vectors, source_vectors, settings, 1, threads).index[:, 0]
        best = pl.DataFrame({"target_rank": target_ranks.astype(np.int32), "source_rank": back.astype(np.int32)})
        rows = rows.filter(pl.col("choice") == 1).join(
            best, on=["target_rank", "source_rank"], how="semi", maintain_order="left"
        )
    if not rows.height:
        raise SwitchRankError(
            f"{label}: no translation is left of {len(source_words)} source and {len(target_words)} target words; "
            f"found min_score {settings.min_score}, mutual {settings.mutual}, drop_copies {settings.drop_copies}: "
            "loosen them"
        )
    return rows.with_columns(method=pl.lit("vectors")).select(list(LEXICON.columns))


def neighbours(source: Vectors, target: Vectors, settings: VectorLexicon, count: int, threads: int) -> Neighbours:
    """The best targets of every source by the settings' `retrieval`, on their `device`."""
    on_gpu = settings.device == "gpu"
    if settings.retrieval == "csls":
        if on_gpu:
            return faiss_search.csls(source, target, settings.neighbours, count, "gpu")
        return retrieval.csls(source, target, settings.neighbours, count, threads)
    if settings.retrieval == "nearest":
        if on_gpu:
            return faiss_search.shifted(source, target, 1.0, np.zeros(len(target)), count, "gpu")
        return retrieval.nearest(source, target, count, threads)
    if on_gpu:
        sums = retrieval.log_sums(source, target, settings.temperature, threads)
        found = faiss_search.shifted(source, target, settings.temperature, sums, count, "gpu")
        return Neighbours(found.index, np.exp(found.score))
    return retrieval.inverted_softmax(source, target, settings.temperature, count, threads)


def _wanted(source_words: list[str], wanted: Collection[str] | None, label: str) -> NDArray[np.int64]:
    """Ranks of the source words that are translated."""
    if wanted is None:
        return np.arange(len(source_words))
    words = set(wanted)
    ranks = np.array([rank for rank, word in enumerate(source_words) if word in words], dtype=np.int64)
    if not len(ranks):
        raise SwitchRankError(
            f"{label}: none of the corpus's {len(words)} words is among the {len(source_words)} source words "
            f"(the first: {', '.join(map(repr, source_words[:3]))}); at least one must be"
        )
    return ranks


def _unit_vectors(table: pa.Table, label: str) -> tuple[list[str], Vectors]:
    words, vectors = words_and_vectors(table, label)
    return words, normalise(vectors, ["unit"])


def _own_words(source_words: list[str], target_words: list[str]) -> NDArray[np.int64]:
    """Ranks of the target words that are not more frequent in the source language: texts of the target
    language hold foreign words (`device` in German), which would be the nearest neighbours of everything."""
    source_rank = {word: rank for rank, word in enumerate(source_words)}
    kept = [rank for rank, word in enumerate(target_words) if source_rank.get(word, rank) >= rank]
    return np.array(kept, dtype=np.int64)


def _rows(
    source_words: list[str], target_words: list[str], source_ranks: NDArray[np.int64], found: Neighbours
) -> pl.DataFrame:
    """A row for each source rank and each of its targets, whose ranks `found` has."""
    source_rank = np.repeat(source_ranks, found.index.shape[1])
    target_rank = found.index.reshape(-1)
    return pl.DataFrame(
        {
            "source": [source_words[rank] for rank in source_rank],
            "target": [target_words[rank] for rank in target_rank],
            "score": found.score.reshape(-1),
            "source_rank": source_rank.astype(np.int32),
            "target_rank": target_rank.astype(np.int32),
        }
    )


def _numbered(rows: pl.DataFrame, choices: int) -> pl.DataFrame:
    """The best `choices` of each source, numbered from 1, with the distance to the next score."""
    following = pl.col("score").shift(-1).over("source_rank").fill_null(pl.col("score"))
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int16).over("source_rank")
    return rows.with_columns(choice=number, margin=pl.col("score") - following).filter(pl.col("choice") <= choices)
