"""Contrastive pairs: an English text and its switched version."""

from __future__ import annotations

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import PAIRS

_SIDES = (("query", "query_id"), ("passage", "doc_id"))


def build_pairs(corpus: pl.DataFrame, tokens: pl.DataFrame, versions: int) -> pl.DataFrame:
    """Pair every training text with its first few different switched versions, by instance.

    Args:
        corpus: CORPUS table of a multilingual recipe.
        tokens: TOKENS table of the same instances, with the English texts.
        versions: most versions of a text; a passage is switched anew in every instance that shows it.

    Returns:
        PAIRS table; `kind` is query or passage, `language` that of the corpus; texts in which nothing
        was switched are left out, since they teach nothing.

    Raises:
        SwitchRankError: no text was switched.
    """
    parts = []
    for side, key in _SIDES:
        original = tokens.select(pl.col(key).alias("text_id"), pl.col(side).alias("anchor")).unique("text_id")
        switched = (
            corpus.sort("instance_id")
            .filter(pl.col(f"{side}_switched") > 0)
            .select(
                pl.col(key).alias("text_id"),
                pl.col(f"{side}_language").alias("language"),
                pl.col(side).alias("positive"),
            )
        )
        different = switched.unique(maintain_order=True).join(original, on="text_id", maintain_order="left")
        kept = different.filter(pl.col("anchor") != pl.col("positive")).group_by("text_id", maintain_order=True)
        parts.append(kept.head(versions).with_columns(kind=pl.lit(side)))
    pairs = pl.concat(parts).sort("kind", "text_id", "language", "positive")
    if not pairs.height:
        raise SwitchRankError("contrastive pairs: no text of the corpus was switched; raise p or use a fuller lexicon")
    return pairs.with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64)).select(list(PAIRS.columns))
