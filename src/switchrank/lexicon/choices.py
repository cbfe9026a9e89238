"""Translations of a source entry in their order: numbers, margins, and copies of the entry itself."""

from __future__ import annotations

import polars as pl

from switchrank.words import is_copy, letters


def numbered(rows: pl.DataFrame, source: str, choices: int) -> pl.DataFrame:
    """Number the translations of each source and keep the best.

    The margin is a translation's score minus that of the next one of its source, kept or not; the last one's is its
    score, as if one of score 0 followed, but not below 0.

    Args:
        rows: one row per translation, with its `score`; those of one source in order, the best first.
        source: column that names the source.
        choices: most translations kept.

    Returns:
        The rows kept, with `choice` (int16, from 1) and `margin` (float32).
    """
    score = pl.col("score")
    following = score.shift(-1).over(source).fill_null(pl.min_horizontal(score, 0.0))
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int16).over(source)
    with_margin = rows.with_columns(choice=number, margin=(score - following).cast(pl.Float32))
    return with_margin.filter(pl.col("choice") <= choices)


def drops_copies(drop_copies: bool, target_language: str) -> bool:
    """Whether copies are left out of a lexicon: never into English.

    Out of English a copy switches nothing. Into English (Translate Test) a word that also exists in English, `system`
    in a German text, is its own translation; without it the next best word, `systems`, would replace it.
    """
    return drop_copies and target_language != "en"


def copies(rows: pl.DataFrame, source_language: str, target_language: str) -> pl.Series:
    """Which translations are copies of their source entry (`words.is_copy`).

    Args:
        rows: columns `source`, keys, and `target`.
        source_language, target_language: ISO 639-1 codes.

    Returns:
        bool [rows].
    """
    spelt = {
        target: {letters(target, source_language), letters(target, target_language)} for target in set(rows["target"])
    }
    found = [
        source.replace(" ", "") in spelt[target] and is_copy(source, target, source_language, target_language)
        for source, target in rows.select("source", "target").iter_rows()
    ]
    return pl.Series(found, dtype=pl.Boolean)
