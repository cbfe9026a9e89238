"""Candidates to re-rank: English BM25, used for every language pair (2305.05295)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from switchrank.data.bm25 import Index, best
from switchrank.data.qrels import in_all
from switchrank.data.settings import Candidates
from switchrank.data.splits import in_split
from switchrank.errors import SwitchRankError


def build_candidates(
    queries: pl.DataFrame,
    passages: Sequence[pl.DataFrame],
    qrels: pl.DataFrame,
    splits: pl.DataFrame,
    split: str,
    settings: Candidates,
) -> pl.DataFrame:
    """The best passages of each judged query, by English BM25.

    The pool is the split's documents that every language has, so that a candidate can be shown in any.
    The relevant passage is not added. A passage that shares no word with the query scores 0 and is not
    retrieved, so a query may have fewer candidates than `depth`, or none.

    Args:
        queries: English `query_id`, `language`, `text`; those without qrels are left out.
        passages: one table per language, `doc_id`, `language`, `text`; English among them.
        qrels: `query_id`, `doc_id`, `relevance`.
        splits: `doc_id`, `group`, `split`.
        split: train, dev or test.
        settings: the depth.

    Returns:
        `query_id`, `doc_id`, `rank` (int32, from 1), `score` (float32), sorted by query and rank; equal
        scores in ascending order of `doc_id`.

    Raises:
        SwitchRankError: no English table among `passages`, an empty pool, or no query that shares a word with it.
    """
    pool = _pool(passages, splits, split)
    doc_ids = pool["doc_id"].to_list()
    index, tie = Index(pool["text"].to_list()), np.arange(len(doc_ids))
    judged = queries.filter(pl.col("query_id").is_in(qrels["query_id"].unique(maintain_order=True).to_list())).sort(
        "query_id"
    )
    rows: list[tuple[str, str, int, float]] = []
    for query_id, text in judged.select("query_id", "text").iter_rows():
        scores = index.scores(text)
        chosen = best(scores, tie, min(settings.depth, int(np.count_nonzero(scores))))
        found = zip(chosen.tolist(), scores[chosen].tolist(), strict=True)
        rows += [(query_id, doc_ids[position], rank, score) for rank, (position, score) in enumerate(found, start=1)]
    if not rows:
        raise SwitchRankError(
            f"candidates: none of {judged.height} judged {split} queries shares a word with one of {len(doc_ids)} "
            "passages; at least one must"
        )
    schema = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pool(passages: Sequence[pl.DataFrame], splits: pl.DataFrame, split: str) -> pl.DataFrame:
    """English passages of the split that every language has, sorted by `doc_id`."""
    english = [table for table in passages if table["language"].head(1).to_list() == ["en"]]
    if len(english) != 1:
        raise SwitchRankError(f"candidates: found {len(english)} English passage tables, expected 1")
    ids = in_all([in_split(splits, split)["doc_id"], *(table["doc_id"] for table in passages)])
    if not ids:
        raise SwitchRankError(f"candidates: no document of the split {split} has a passage in every language")
    return english[0].filter(pl.col("doc_id").is_in(sorted(ids))).sort("doc_id")
