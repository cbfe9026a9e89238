"""The order of a run: by score, and by doc_id where scores are equal."""

from __future__ import annotations

import polars as pl


def ranked(scored: pl.DataFrame, later_first: bool = True) -> pl.DataFrame:
    """Rank the passages of each query, highest score first.

    Args:
        scored: at least query_id, doc_id and score.
        later_first: of equal scores, the later doc_id first (trec_eval), else the earlier one.

    Returns:
        query_id, doc_id, rank (int32, from 1) and score, by query and rank.
    """
    ordered = scored.sort("query_id", pl.col("score") + 0.0, "doc_id", descending=[False, True, later_first])
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("query_id")
    return ordered.with_columns(rank=rank).select("query_id", "doc_id", "rank", "score")
