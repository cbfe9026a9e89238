"""Bilingual lexicons from word vectors of one space."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.choices import copies, drops_copies, numbered
from switchrank.lexicon.search import faiss_search
from switchrank.lexicon.search import neighbours as retrieval
from switchrank.lexicon.search.neighbours import Neighbours
from switchrank.lexicon.settings import VectorLexicon
from switchrank.lexicon.vectors.mapping import normalise, words_and_vectors
from switchrank.tables import LEXICON
from switchrank.words import entry_key, letters

Vectors = NDArray[np.float32]
_FAR_MORE = 10
"""Times that a word's place in one language is before its place in the other, of words that only visit the other."""


def induce_lexicon(
    source: pa.Table,
    target: pa.Table,
    settings: VectorLexicon,
    label: str,
    languages: tuple[str, str],
    wanted: Collection[str] | None = None,
    threads: int = 1,
) -> pl.DataFrame:
    """Translate every source word by its nearest neighbours.

    Source words of one key (`Lamp` and `lamp`; cased vectors have both) are one entry, translated from the vector of
    the most frequent form.

    Args:
        source: VECTORS table of the source language.
        target: VECTORS table of the target language, same space.
        settings: of the lexicon.
        label: names the lexicon in messages.
        languages: ISO 639-1 codes of source and target.
        wanted: keys of source words that are translated; all when absent. The others still count as neighbours of
            the targets.
        threads: that search in parallel; the result does not depend on it.

    Returns:
        LEXICON table.

    Raises:
        SwitchRankError: there are no vectors, dimensions differ, a vector is zero or not finite, no source word is
            wanted, no translation is left, or a GPU is requested but not available.
    """
    source_words, source_vectors = _unit_vectors(source, label)
    target_words, target_vectors = _unit_vectors(target, label)
    if source_vectors.shape[1] != target_vectors.shape[1]:
        raise SwitchRankError(
            f"{label}: source vectors have {source_vectors.shape[1]} dimensions, target vectors "
            f"{target_vectors.shape[1]}; they must be of one space"
        )
    keys = [entry_key(word, languages[0]) for word in source_words]
    entry_ranks = _first_ranks(keys)
    source_ranks = _wanted(entry_ranks, wanted, label)
    target_ranks = np.arange(len(target_words))
    if settings.drop_copies:
        target_ranks = _own_words(entry_ranks, target_words, languages)
    kept_vectors = target_vectors[target_ranks]
    # one more than needed, since a copy of the source word may be among the best, and one for the margin
    found = neighbours(source_vectors, kept_vectors, settings, settings.choices + 2, threads)
    chosen = Neighbours(target_ranks[found.index[source_ranks]], found.score[source_ranks])
    rows = _rows(keys, target_words, source_ranks, chosen)
    if drops_copies(settings.drop_copies, languages[1]):
        rows = rows.filter(~copies(rows, *languages))
    rows = numbered(rows, "source_rank", settings.choices).filter(pl.col("score") >= settings.min_score)
    if settings.mutual:
        back = neighbours(kept_vectors, source_vectors, settings, 1, threads).index[:, 0]
        forms = np.array([entry_ranks.get(word, -1) for word in keys], dtype=np.int32)
        best = pl.DataFrame({"target_rank": target_ranks.astype(np.int32), "source_rank": forms[back]})
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


def _first_ranks(keys: list[str]) -> dict[str, int]:
    """Rank of the most frequent form of each key; strings that are not words have none."""
    ranks: dict[str, int] = {}
    for rank, word in enumerate(keys):
        if word:
            ranks.setdefault(word, rank)
    return ranks


def _wanted(entry_ranks: Mapping[str, int], wanted: Collection[str] | None, label: str) -> NDArray[np.int64]:
    """Ranks of the source words that are translated."""
    words = entry_ranks.keys() if wanted is None else set(wanted)
    ranks = np.array([rank for word, rank in entry_ranks.items() if word in words], dtype=np.int64)
    if not len(ranks):
        shown = "all" if wanted is None else f"the corpus's {len(words)}"
        raise SwitchRankError(
            f"{label}: none of {shown} words is among the {len(entry_ranks)} source words "
            f"(the first: {', '.join(map(repr, list(entry_ranks)[:3])) or 'none'}); at least one must be"
        )
    return ranks


def _unit_vectors(table: pa.Table, label: str) -> tuple[list[str], Vectors]:
    words, vectors = words_and_vectors(table, label)
    return words, normalise(vectors, ["unit"])


def _own_words(
    entry_ranks: Mapping[str, int], target_words: list[str], languages: tuple[str, str]
) -> NDArray[np.int64]:
    """Ranks of the target words that are not more frequent in the source language: texts of the target
    language contain foreign words (`device` in German), which would be nearest neighbours of many words.

    Into English only those are foreign that are far more frequent in the source language (`und`): English lends words
    (`system`, `status`) that may be as frequent elsewhere, and Translate Test needs them."""
    factor = _FAR_MORE if languages[1] == "en" else 1
    ranks: dict[str, int] = {}
    for word, rank in entry_ranks.items():
        ranks.setdefault(word.replace(" ", ""), rank)

    def there(word: str, rank: int) -> int:
        return min(ranks.get(letters(word, language), rank) for language in languages)

    kept = [rank for rank, word in enumerate(target_words) if factor * (there(word, rank) + 1) > rank]
    return np.array(kept, dtype=np.int64)


def _rows(keys: list[str], target_words: list[str], source_ranks: NDArray[np.int64], found: Neighbours) -> pl.DataFrame:
    """One row per source rank and target, whose ranks are in `found`."""
    source_rank = np.repeat(source_ranks, found.index.shape[1])
    target_rank = found.index.reshape(-1)
    return pl.DataFrame(
        {
            "source": [keys[rank] for rank in source_rank],
            "target": [target_words[rank] for rank in target_rank],
            "score": found.score.reshape(-1),
            "source_rank": source_rank.astype(np.int32),
            "target_rank": target_rank.astype(np.int32),
        }
    )
