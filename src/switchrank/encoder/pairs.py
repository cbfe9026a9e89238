"""Contrastive pairs: two texts that mean the same, or a query and its passage."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import PAIRS

SCHEMA = {name: pl.String for name in PAIRS.columns if name not in ("pair_id", "origin")}
"""The columns that the functions of `pair_kinds` return."""


def join_pairs(parts: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """The PAIRS table of an encoder.

    Args:
        parts: origin (the corpus, lexicon or texts) and pairs of every entry, as the functions of `pair_kinds` return
            them: the columns of PAIRS except pair_id and origin.

    Returns:
        PAIRS table, each pair once, independent of the order of the entries and of their rows; a pair whose two texts
        are equal teaches nothing and is left out.

    Raises:
        SwitchRankError: nothing is left.
    """
    every = pl.concat([part.select(list(SCHEMA)).with_columns(origin=pl.lit(origin)) for origin, part in parts])
    pairs = every.filter(pl.col("anchor") != pl.col("positive")).unique(maintain_order=True).sort(every.columns)
    if not pairs.height:
        raise SwitchRankError(
            f"contrastive pairs: none of {every.height} pairs has two different texts; raise p, use a fuller lexicon "
            "or texts in more languages"
        )
    return pairs.with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64)).select(list(PAIRS.columns))
