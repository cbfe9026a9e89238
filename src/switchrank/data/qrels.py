"""Qrels: the source's judgements whose query and passage exist in every language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from switchrank.errors import SwitchRankError


def build_qrels(
    judged: pl.DataFrame, queries: Sequence[pl.DataFrame], passages: Sequence[pl.DataFrame], split: str
) -> pl.DataFrame:
    """Judgements on queries and passages that exist in every language.

    So every pair of languages is judged on the same queries, and their means are comparable.

    Args:
        judged: `query_id`, `doc_id`, `relevance`, as the source gives them.
        queries: QUERIES tables of the split, one for each language (English alone for train).
        passages: PASSAGES tables of the split's documents, one for each language (English alone for train).
        split: train, dev or test; for messages.

    Returns:
        `query_id`, `doc_id`, `relevance` (int8), sorted.

    Raises:
        SwitchRankError: no judgement is left; the message counts queries by language.
    """
    asked = in_all(table["query_id"] for table in queries)
    answered = in_all(table["doc_id"] for table in passages)
    kept = judged.filter(pl.col("query_id").is_in(sorted(asked)) & pl.col("doc_id").is_in(sorted(answered)))
    if not kept.height:
        counts = ", ".join(f"{_language(table)} {table.height}" for table in queries)
        raise SwitchRankError(
            f"qrels: no {split} query is left that every language asks and whose passage every language has "
            f"(judgements: {judged.height}; queries: {counts}; passages of the split: {len(answered)}): name fewer "
            "languages, raise the split's share, or loosen the source's filter"
        )
    return kept.select("query_id", "doc_id", pl.col("relevance").cast(pl.Int8)).sort("query_id", "doc_id")


def in_all(columns: Iterable[pl.Series]) -> set[str]:
    """Values that occur in every one of at least one column."""
    return set.intersection(*(set(column) for column in columns))


def _language(table: pl.DataFrame) -> str:
    return table["language"][0] if table.height else "(none)"
