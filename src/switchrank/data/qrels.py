"""Relevance: the document with the query's own id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from switchrank.errors import SwitchRankError


def build_qrels(
    queries: Sequence[pl.DataFrame], passages: Sequence[pl.DataFrame], splits: pl.DataFrame, split: str
) -> pl.DataFrame:
    """Queries that every language can ask and answer, each with its one relevant document.

    Args:
        queries: one table a language (English alone for train): `query_id`, `language`, `text`.
        passages: one table a language (English alone for train): `doc_id`, `language`, `text`.
        splits: `doc_id`, `group`, `split`.
        split: train, dev or test.

    Returns:
        `query_id`, `doc_id`, `relevance` (int8, always 1), sorted by `query_id`.

    Raises:
        SwitchRankError: the split is empty, or no query is left; the message counts them by language.
    """
    tables = [table["query_id"] for table in queries] + [table["doc_id"] for table in passages]
    in_split = splits.filter(pl.col("split") == split)["doc_id"]
    if in_split.is_empty():
        raise SwitchRankError(f"no document is in the split {split}: raise its share, or change the shares' seed")
    ids = sorted(in_all([in_split, *tables]))
    if not ids:
        counts = ", ".join(f"{_language(table)} {table.height}" for table in queries)
        raise SwitchRankError(
            f"no {split} query is translated in all languages (queries: {counts}): "
            "name fewer languages or loosen the filter"
        )
    return pl.DataFrame(
        {"query_id": ids, "doc_id": ids, "relevance": [1] * len(ids)},
        schema={"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8},
    )


def in_all(columns: Iterable[pl.Series]) -> set[str]:
    """Values that stand in every one of at least one column."""
    return set.intersection(*(set(column) for column in columns))


def _language(table: pl.DataFrame) -> str:
    return table["language"][0] if table.height else "(none)"
