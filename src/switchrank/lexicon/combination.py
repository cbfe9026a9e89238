"""Several lexicons combined, with the origin of each entry kept in `method`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import CombinedLexicon
from switchrank.tables import LEXICON
from switchrank.words import key

_ENTRY = ["source", "key"]
"""An entry is the same in two lexicons if its source and the key of its target are."""


def combine(
    lexicons: Sequence[tuple[str, pl.DataFrame]], settings: CombinedLexicon, target_language: str, label: str
) -> pl.DataFrame:
    """Union, intersection, or the first lexicon that has a source.

    Scores of different lexicons are not comparable. A union therefore orders the translations of a source by the
    lowest choice number that any lexicon gives them, then by the order of the lexicons that give it; an intersection
    keeps the order of the first lexicon.

    Args:
        lexicons: names and LEXICON tables, the preferred first.
        settings: how, and choices.
        target_language: ISO 639-1 code.
        label: names the lexicon in messages.

    Returns:
        LEXICON table. Target, score and margin of an entry are those of the first lexicon that has it; `method` holds
        the methods of all lexicons that have it, in their order, joined by `+`. Ranks number the sources and targets
        from 0 by the best rank in any of these lexicons, then by the order of the lexicons.

    Raises:
        SwitchRankError: nothing is left.
    """
    entries = pl.concat([_keyed(table, number, target_language) for number, (_, table) in enumerate(lexicons)])
    merged = _merged(entries)
    if settings.how == "intersection":
        merged = merged.filter(pl.col("lexicons") == len(lexicons))
        order = ["first_choice"]
    elif settings.how == "priority":
        merged = merged.filter(pl.col("lexicon") == pl.col("lexicon").min().over("source"))
        order = ["first_choice"]
    else:
        order = ["best_choice", "best_lexicon"]
    if not merged.height:
        sizes = ", ".join(f"{name} has {table.height:,}" for name, table in lexicons)
        raise SwitchRankError(f"{label}: no translation is left by {settings.how}; of entries {sizes}")
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int16).over("source")
    kept = merged.sort("source", *order).with_columns(choice=number).filter(pl.col("choice") <= settings.choices)
    ranks = [_ranks(entries.join(kept, on=_ENTRY, how="semi", maintain_order="left"), side) for side in _ENTRY]
    return (
        kept.join(ranks[0], on="source", maintain_order="left")
        .join(ranks[1], on="key", maintain_order="left")
        .rename({"key_rank": "target_rank"})
        .select(list(LEXICON.columns))
        .sort("source", "choice")
    )


def _keyed(table: pl.DataFrame, number: int, language: str) -> pl.DataFrame:
    """A lexicon's entries with its number; of targets of one key, the first."""
    keys = pl.Series([key(target, language) for target in table["target"]], dtype=pl.String)
    return (
        table.with_columns(key=keys, lexicon=pl.lit(number, pl.Int16))
        .sort("source", "choice")
        .unique(_ENTRY, keep="first", maintain_order=True)
    )


def _merged(entries: pl.DataFrame) -> pl.DataFrame:
    """One row per entry, from the first lexicon that has it."""
    return (
        entries.sort(*_ENTRY, "lexicon")
        .group_by(_ENTRY, maintain_order=True)
        .agg(
            pl.col("target", "score", "margin", "lexicon").first(),
            method=pl.col("method").str.split("+").explode().unique(maintain_order=True).str.join("+"),
            lexicons=pl.len(),
            first_choice=pl.col("choice").first(),
            best_choice=pl.col("choice").min(),
            best_lexicon=pl.col("lexicon").sort_by("choice", "lexicon").first(),
        )
    )


def _ranks(entries: pl.DataFrame, side: str) -> pl.DataFrame:
    """Numbers of one side's words, from 0, frequent ones first according to the lexicons' ranks."""
    rank = "source_rank" if side == "source" else "target_rank"
    best = entries.sort(rank, "lexicon", side).unique(side, keep="first", maintain_order=True).select(side)
    return best.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(f"{side}_rank"))
