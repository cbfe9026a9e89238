"""Contrastive pairs: two texts that mean the same, or a query and its passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import NEGATIVES, PAIRS

SCHEMA = {name: pl.String for name in PAIRS.columns if name not in ("pair_id", "origin", "joint")}
"""The columns of texts that the functions of `pair_kinds` return; `english` may be absent."""
HARD = pl.List(pl.Struct({"text": pl.String, "language": pl.String, "document": pl.String}))
"""The column `hard` that they may return as well: hard negatives of a pair."""


class Part(NamedTuple):
    """The pairs of one entry.

    Attributes:
        origin: the corpus, lexicon or texts that they come from.
        pairs: columns as `SCHEMA`, perhaps without `english`, perhaps with `hard`.
        joint: whether they belong to the joint loss.
    """

    origin: str
    pairs: pl.DataFrame
    joint: bool = False


class Joined(NamedTuple):
    """All pairs of an encoder (PAIRS table), and the hard negatives that came with them (NEGATIVES table)."""

    pairs: pl.DataFrame
    negatives: pl.DataFrame


def join_pairs(parts: Sequence[Part]) -> Joined:
    """The pairs of an encoder.

    Args:
        parts: of every entry.

    Returns:
        Each pair once, those of the joint loss last, independent of the order of the entries and of their rows; a pair
        whose two texts are equal teaches nothing and is left out. The negatives are without similarities, which nobody
        has computed.

    Raises:
        SwitchRankError: nothing is left, for one of the two losses.
    """
    every = pl.concat([_with_all_columns(part) for part in parts])
    known = [name for name in every.columns if name != "hard"]
    pairs = (
        every.filter(pl.col("anchor") != pl.col("positive"))
        .unique(known, keep="first", maintain_order=True)
        .sort("joint", *(name for name in known if name != "joint"))
        .with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64))
    )
    for joint in {part.joint for part in parts}:
        if not pairs.filter(joint=joint).height:
            found = every.filter(joint=joint).height
            raise SwitchRankError(
                f"contrastive pairs{' of the joint loss' if joint else ''}: none of {found} pairs has two different "
                "texts; raise p, use a fuller lexicon or texts in more languages"
            )
    return Joined(pairs.select(list(PAIRS.columns)), _negatives(pairs))


def _with_all_columns(part: Part) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias("english"), pl.lit(None, HARD).alias("hard")]
    lacking = [column for column in absent if column.meta.output_name() not in part.pairs.columns]
    shown = part.pairs.with_columns(lacking).select(*SCHEMA, "hard")
    return shown.with_columns(origin=pl.lit(part.origin), joint=pl.lit(part.joint))


def _negatives(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row per hard negative, numbered from 1 for each pair."""
    rows = pairs.filter(pl.col("hard").list.len() > 0).select("pair_id", "hard").explode("hard").unnest("hard")
    return rows.with_columns(
        position=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("pair_id"),
        similarity=pl.lit(None, pl.Float32),
        positive_similarity=pl.lit(None, pl.Float32),
    ).select(list(NEGATIVES.columns))
