"""Qrels: the source's judgements on texts that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from switchrank.errors import SwitchRankError


def build_qrels(
    judged: pl.DataFrame,
    queries: Sequence[pl.DataFrame],
    passages: Sequence[pl.DataFrame],
    split: str,
    parallel: bool = True,
) -> pl.DataFrame:
    """Judgements on queries and passages that exist.

    In a parallel benchmark both must exist in every language. So every pair of languages is judged on the same queries,
    and their means are comparable. Otherwise they are the judgements on the passages of one language, or of all; a
    query is in some language, and has a relevant passage among them.

    Args:
        judged: `query_id`, `doc_id`, `relevance`, as the source gives them.
        queries: QUERIES tables of the split, one for each language (parallel: English alone for train).
        passages: PASSAGES tables of the split's documents, one for each language (parallel: English alone for train).
        split: train, dev or test; for messages.
        parallel: whether a doc_id means the same passage in every language.

    Returns:
        `query_id`, `doc_id`, `relevance` (int8), sorted.

    Raises:
        SwitchRankError: no judgement is left; the message counts queries by language.
    """
    common = in_all if parallel else in_any
    asked = common(table["query_id"] for table in queries)
    answered = common(table["doc_id"] for table in passages)
    kept = judged.filter(pl.col("query_id").is_in(sorted(asked)) & pl.col("doc_id").is_in(sorted(answered)))
    if not parallel:
        relevant = kept.filter(pl.col("relevance") > 0)
        kept = kept.join(relevant, on="query_id", how="semi", maintain_order="left")
    if not kept.height:
        counts = ", ".join(f"{_language(table)} {table.height}" for table in queries)
        where = ", ".join(_language(table) for table in passages)
        missing = (
            "that every language asks and whose passage every language has"
            if parallel
            else f"that has a relevant passage in {where}"
        )
        raise SwitchRankError(
            f"qrels: no {split} query is left {missing} "
            f"(judgements: {judged.height}; queries: {counts}; passages of the split: {len(answered)}): name fewer "
            "languages, raise the split's share, or loosen the source's filter"
        )
    return kept.select("query_id", "doc_id", pl.col("relevance").cast(pl.Int8)).sort("query_id", "doc_id")


def of_queries(qrels: pl.DataFrame, queries: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The judgements of queries that are in one of these tables; all if there are no tables.

    Args:
        qrels: QRELS table.
        queries: tables with a `query_id`.
    """
    if not queries:
        return qrels
    asked = pl.concat([table.select("query_id") for table in queries])
    return qrels.join(asked, on="query_id", how="semi", maintain_order="left")


def ranked_queries(queries: Sequence[pl.DataFrame], qrels: pl.DataFrame | None) -> pl.DataFrame:
    """The queries for which passages are ranked: those with judgements, or all if nothing is judged.

    Args:
        queries: QUERIES tables.
        qrels: QRELS table; None if the benchmark has no judgements.
    """
    every = pl.concat(queries)
    return every if qrels is None else every.join(qrels, on="query_id", how="semi", maintain_order="left")


def in_all(columns: Iterable[pl.Series]) -> set[str]:
    """Values that occur in every one of at least one column."""
    return set.intersection(*(set(column) for column in columns))


def in_any(columns: Iterable[pl.Series]) -> set[str]:
    """Values that occur in some column."""
    return set().union(*(set(column) for column in columns))


def _language(table: pl.DataFrame) -> str:
    return table["language"][0] if table.height else "(none)"
