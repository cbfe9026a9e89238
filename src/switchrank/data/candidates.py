"""Candidates to re-rank: by English BM25, used for every language pair (2305.05295), given ones, or all passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import polars as pl

from switchrank.data.bm25 import Index, best
from switchrank.data.splits import pool_ids
from switchrank.errors import SwitchRankError


def build_candidates(
    queries: pl.DataFrame,
    passages: Sequence[pl.DataFrame],
    splits: pl.DataFrame,
    split: str,
    depth: int,
) -> pl.DataFrame:
    """The best passages of each query, by English BM25.

    The pool is the split's documents that every language has, so that a candidate can be shown in any.
    The relevant passage is not added. A passage that shares no word with the query scores 0 and is not
    retrieved, so a query may have fewer candidates than `depth`, or none.

    Args:
        queries: English `query_id`, `language`, `text`.
        passages: one table per language, `doc_id`, `language`, `text`; English among them.
        splits: `doc_id`, `group`, `split`.
        split: train, dev or test.
        depth: most candidates of a query.

    Returns:
        `query_id`, `doc_id`, `rank` (int32, from 1), `score` (float32), sorted by query and rank; equal
        scores in ascending order of `doc_id`.

    Raises:
        SwitchRankError: no English table among `passages`, an empty pool, or no query that shares a word with it.
    """
    pool = _pool(passages, splits, split)
    doc_ids = pool["doc_id"].to_list()
    index, tie = Index(pool["text"].to_list()), np.arange(len(doc_ids))
    asked = queries.sort("query_id")
    rows: list[tuple[str, str, int, float]] = []
    for query_id, text in asked.select("query_id", "text").iter_rows():
        scores = index.scores(text)
        chosen = best(scores, tie, min(depth, int(np.count_nonzero(scores))))
        found = zip(chosen.tolist(), scores[chosen].tolist(), strict=True)
        rows += [(query_id, doc_ids[position], rank, score) for rank, (position, score) in enumerate(found, start=1)]
    if not rows:
        raise SwitchRankError(
            f"candidates: none of {asked.height} {split} queries shares a word with one of {len(doc_ids)} "
            "passages; at least one must"
        )
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}


def given_candidates(
    given: Iterable[pl.DataFrame], judged: Collection[str], pool: Collection[str], depth: int
) -> pl.DataFrame:
    """The source's own candidates of judged queries, the best first.

    Args:
        given: pieces with `query_id`, `doc_id` and `score`; higher is better.
        judged: queries with qrels; the others are left out.
        pool: passages that are judged; the others are left out.
        depth: most candidates of a query.

    Returns:
        A CANDIDATES table; equal scores in ascending order of `doc_id`.

    Raises:
        SwitchRankError: a passage is given twice for a query, or nothing is left.
    """
    wanted, known = pl.col("query_id").is_in(sorted(judged)), pl.col("doc_id").is_in(sorted(pool))
    none = pl.DataFrame(schema={"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32})
    found = pl.concat([none, *(piece.select(none.columns).filter(wanted, known) for piece in given)])
    repeated = found.filter(pl.struct("query_id", "doc_id").is_duplicated())
    if repeated.height:
        query, doc = repeated.sort("query_id", "doc_id").row(0)[:2]
        raise SwitchRankError(f"candidates: passage {doc!r} is given twice for query {query!r}; once is allowed")
    if not found.height:
        raise SwitchRankError(
            f"candidates: the source gives none for {len(judged)} judged queries among {len(pool)} passages; "
            "at least one is needed"
        )
    return ranked(found, depth)


def all_candidates(judged: Collection[str], pool: Collection[str]) -> pl.DataFrame:
    """Every passage for every judged query, by `doc_id`, with score 0.

    Returns:
        A CANDIDATES table.
    """
    queries, passages = sorted(judged), sorted(pool)
    return pl.DataFrame(
        {
            "query_id": np.repeat(np.array(queries, dtype=object), len(passages)),
            "doc_id": passages * len(queries),
            "rank": np.tile(np.arange(1, len(passages) + 1, dtype=np.int32), len(queries)),
            "score": np.zeros(len(queries) * len(passages), dtype=np.float32),
        },
        schema=_SCHEMA,
    )


def without_itself(candidates: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Candidates of queries that are passages too, each without the passage whose doc_id is its query_id.

    Args:
        candidates: a CANDIDATES table, with one passage more than wanted for each query.
        depth: most candidates of a query.
    """
    return ranked(candidates.filter(pl.col("query_id") != pl.col("doc_id")), depth)


def ranked(found: pl.DataFrame, depth: int) -> pl.DataFrame:
    """The best candidates of each query as a CANDIDATES table; equal scores in ascending order of `doc_id`."""
    ordered = found.sort("query_id", "score", "doc_id", descending=[False, True, False])
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("query_id")
    return ordered.with_columns(rank=rank).filter(pl.col("rank") <= depth).select(list(_SCHEMA))


def _pool(passages: Sequence[pl.DataFrame], splits: pl.DataFrame, split: str) -> pl.DataFrame:
    """English passages of the split that every language has, sorted by `doc_id`."""
    english = [table for table in passages if table["language"].head(1).to_list() == ["en"]]
    if len(english) != 1:
        raise SwitchRankError(f"candidates: found {len(english)} English passage tables, expected 1")
    ids = pool_ids([table["doc_id"] for table in passages], splits, split, parallel=True)
    return english[0].filter(pl.col("doc_id").is_in(sorted(ids))).sort("doc_id")
