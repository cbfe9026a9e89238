"""Qrels as arrays, prepared once and used for every run of a benchmark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.measures.id_bytes import hashes_of, utf8


@dataclass(frozen=True)
class Judgements:
    """Judged passages, flat, by query (sorted by id) and falling relevance.

    Attributes:
        query_ids: the judged queries, sorted, each once.
        number: index of each query id in `query_ids`.
        first: int64[queries + 1], where each query's judged passages begin.
        query: int64[judged], index of the passage's query.
        offsets, text: int64[judged + 1] and uint8, the passages' ids in UTF-8.
        codes: uint64[judged], hashes of the ids.
        gain: int64[judged], relevance, 0 if it is negative.
        known_count, known_mark: int64[queries] and uint64[queries], number and sum of hashes of the passages that a run
            had for the query without repeats; filled by `locate`, which then need not check this set again.
    """

    query_ids: pl.Series
    number: dict[str, int]
    first: NDArray[np.int64]
    query: NDArray[np.int64]
    offsets: NDArray[np.int64]
    text: NDArray[np.uint8]
    codes: NDArray[np.uint64]
    gain: NDArray[np.int64]
    known_count: NDArray[np.int64]
    known_mark: NDArray[np.uint64]

    @property
    def rank(self) -> NDArray[np.int64]:
        """int64[judged], rank in the best possible ranking, from 1."""
        return np.arange(len(self.query)) - self.first[self.query] + 1


def judgements_of(qrels: pl.DataFrame, name: str = "run") -> Judgements:
    """Convert a QRELS table to arrays.

    Args:
        qrels: a QRELS table, in any order.
        name: of the qrels in messages.

    Raises:
        SwitchRankError: it has no rows, or judges a passage twice for a query.
    """
    if qrels.is_empty():
        raise SwitchRankError(f"{name}: its qrels have no rows; at least one judged passage is needed to measure a run")
    repeated = qrels.filter(pl.struct("query_id", "doc_id").is_duplicated())
    if repeated.height:
        row = repeated.row(0, named=True)
        raise SwitchRankError(
            f"{name}: qrels judge passage {row['doc_id']!r} more than once for query {row['query_id']!r}; "
            "once is allowed"
        )
    judged = qrels.with_columns(gain=pl.col("relevance").cast(pl.Int64).clip(lower_bound=0)).sort(
        "query_id", "gain", "doc_id", descending=[False, True, False]
    )
    query_ids = judged["query_id"].unique(maintain_order=True)
    counts = judged.group_by("query_id", maintain_order=True).len()["len"].to_numpy()
    offsets, text = utf8(judged["doc_id"].to_arrow(compat_level=pl.CompatLevel.oldest()))
    return Judgements(
        query_ids,
        {query: place for place, query in enumerate(query_ids)},
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.repeat(np.arange(len(counts)), counts),
        offsets.astype(np.int64),
        text,
        hashes_of(offsets, text),
        judged["gain"].to_numpy(),
        np.zeros(query_ids.len(), dtype=np.int64),
        np.zeros(query_ids.len(), dtype=np.uint64),
    )


def refuse_unknown(qrels: pl.DataFrame, query_ids: Iterable[str], doc_ids: Iterable[str], name: str) -> None:
    """Check that the benchmark has every query and passage of the qrels.

    Args:
        qrels: a QRELS table.
        query_ids, doc_ids: all ids of the benchmark; iterators are fine.
        name: the path of the qrels, for messages.

    Raises:
        SwitchRankError: a query or passage of the qrels is unknown; the message names the first.
    """
    for column, what, known in (("query_id", "query", query_ids), ("doc_id", "passage", doc_ids)):
        wanted = set(qrels[column])
        for found in known:
            wanted.discard(found)
        if wanted:
            raise SwitchRankError(
                f"{name}: judges {what} {min(wanted)!r}, which the benchmark does not have ({len(wanted)} such); "
                f"allowed: ids of its {'queries' if what == 'query' else 'passages'}"
            )
