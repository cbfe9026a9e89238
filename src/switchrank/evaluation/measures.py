"""Measures of one run, query by query, with the values of ir_measures.

A query's passages are ordered by score, highest first; the run's `rank` column is not read. Equal scores go
by doc_id (code points), in the direction that ir_measures' provider of the measure takes: descending
for RR, nDCG, AP and R (trec_eval 9), ascending for RR@k (the MS MARCO script).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.settings import MEASURE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Ranking:
    """All queries' ranked passages, flat, ordered by query and rank; and the judgements behind them.

    Attributes:
        query: int64[passages], index of the query.
        rank: int64[passages], from 1.
        gain: int64[passages], relevance, 0 when unjudged or negative.
        relevant: int64[queries], judged passages of relevance 1 or more, retrieved or not.
        ideal_query, ideal_rank, ideal_gain: the same three for the best possible ranking.
    """

    query: NDArray[np.int64]
    rank: NDArray[np.int64]
    gain: NDArray[np.int64]
    relevant: NDArray[np.int64]
    ideal_query: NDArray[np.int64]
    ideal_rank: NDArray[np.int64]
    ideal_gain: NDArray[np.int64]

    def total(self, weights: Floats) -> Floats:
        """Sum of a weight over each query's passages; float64[queries]."""
        return _summed(self.query, weights, len(self.relevant))


def measure(run: pl.DataFrame, qrels: pl.DataFrame, measures: Sequence[str], name: str = "run") -> pl.DataFrame:
    """Measure a run.

    Every query of the qrels gets a value, 0 if the run lacks it; queries of the run without qrels are
    left out; unjudged passages are not relevant; a passage is relevant from relevance 1 on, and nDCG's
    gain is the relevance itself (Järvelin & Kekäläinen 2002, discount log2(rank + 1)).

    Args:
        run: a RUN table; `rank` is not used.
        qrels: a QRELS table.
        measures: RR, RR@k, nDCG, nDCG@k, AP, AP@k or R@k.
        name: what messages call the run, its path for one.

    Returns:
        A MEASURES table: one row a measure and query of the qrels.

    Raises:
        SwitchRankError: no qrels, a NaN score, a passage twice for one query, an unknown measure.
    """
    _refuse_bad(run, qrels, name)
    queries = qrels.select(pl.col("query_id").unique().sort())
    numbered = queries.with_row_index("query")
    rankings = {later: _ranked(run, qrels, numbered, later) for later in {not _of_msmarco(name) for name in measures}}
    return pl.concat(
        queries.select(pl.lit(wanted).alias("measure"), "query_id").with_columns(
            pl.Series("value", _values(wanted, rankings[not _of_msmarco(wanted)]), dtype=pl.Float64)
        )
        for wanted in measures
    )


def _of_msmarco(measure: str) -> bool:
    """Whether ir_measures takes a measure from the MS MARCO script."""
    return measure.startswith("RR@")


def in_order(run: pl.DataFrame, later_first: bool = True) -> pl.DataFrame:
    """A run's rows by query, score and doc_id, with `rank` counted anew from 1 (int32).

    Args:
        run: at least query_id, doc_id and score.
        later_first: of equal scores, the later doc_id first (trec_eval), else the earlier one.
    """
    ordered = run.sort("query_id", pl.col("score") + 0.0, "doc_id", descending=[False, True, later_first])
    return ordered.with_columns((pl.int_range(pl.len()).over("query_id") + 1).cast(pl.Int32).alias("rank"))


def _refuse_bad(run: pl.DataFrame, qrels: pl.DataFrame, name: str) -> None:
    if qrels.is_empty():
        raise SwitchRankError(f"{name}: its qrels have no rows; at least one judged passage is needed to measure a run")
    nan = run.filter(pl.col("score").is_nan() | pl.col("score").is_null())
    if nan.height:
        row = nan.row(0, named=True)
        raise SwitchRankError(
            f"{name}: score of query {row['query_id']!r}, passage {row['doc_id']!r} is not a number; "
            "any other float is allowed"
        )
    repeated = run.filter(pl.struct("query_id", "doc_id").is_duplicated())
    if repeated.height:
        row = repeated.row(0, named=True)
        raise SwitchRankError(
            f"{name}: passage {row['doc_id']!r} stands more than once for query {row['query_id']!r}; once is allowed"
        )


def _ranked(run: pl.DataFrame, qrels: pl.DataFrame, queries: pl.DataFrame, later_first: bool) -> _Ranking:
    judged = qrels.join(queries, on="query_id").with_columns(
        pl.col("relevance").cast(pl.Int64).clip(lower_bound=0).alias("gain")
    )
    ranked = (
        in_order(run.select("query_id", "doc_id", "score").join(queries, on="query_id"), later_first)
        .join(judged.select("query_id", "doc_id", "gain"), on=["query_id", "doc_id"], how="left", maintain_order="left")
        .with_columns(pl.col("gain").fill_null(0))
    )
    ideal = judged.sort("query", "gain", descending=[False, True]).with_columns(
        (pl.int_range(pl.len()).over("query") + 1).alias("rank")
    )
    relevant = np.bincount(judged.filter(pl.col("gain") > 0)["query"].to_numpy(), minlength=queries.height)
    return _Ranking(*_arrays(ranked), relevant, *_arrays(ideal))


def _arrays(table: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    query, rank, gain = (table[name].cast(pl.Int64).to_numpy() for name in ("query", "rank", "gain"))
    return query, rank, gain


def _values(name: str, ranking: _Ranking) -> Floats:
    found = MEASURE.match(name)
    if found is None or name == "R":
        raise SwitchRankError(f"measure {name!r} is not one of RR, RR@k, nDCG, nDCG@k, AP, AP@k, R@k")
    cutoff = int(found[2][1:]) if found[2] else np.iinfo(np.int64).max
    compute = {"RR": _reciprocal_rank, "nDCG": _ndcg, "AP": _average_precision, "R": _recall}[found[1]]
    return compute(ranking, cutoff)


def _reciprocal_rank(ranking: _Ranking, cutoff: int) -> Floats:
    first = np.full(len(ranking.relevant), np.inf)
    hit = (ranking.gain > 0) & (ranking.rank <= cutoff)
    np.minimum.at(first, ranking.query[hit], ranking.rank[hit])
    return 1.0 / first


def _ndcg(ranking: _Ranking, cutoff: int) -> Floats:
    found = ranking.total(_discounted(ranking.gain, ranking.rank, cutoff))
    ideal = _discounted(ranking.ideal_gain, ranking.ideal_rank, cutoff)
    best = _summed(ranking.ideal_query, ideal, len(ranking.relevant))
    return _share(found, best)


def _discounted(gain: NDArray[np.int64], rank: NDArray[np.int64], cutoff: int) -> Floats:
    return np.where(rank <= cutoff, gain / np.log2(rank + 1.0), 0.0)


def _average_precision(ranking: _Ranking, cutoff: int) -> Floats:
    hit = ranking.gain > 0
    so_far: NDArray[np.int64] = np.cumsum(hit)
    first_of_query = np.searchsorted(ranking.query, ranking.query)
    before: NDArray[np.int64] = (so_far - hit)[first_of_query]
    precision = np.where(hit & (ranking.rank <= cutoff), (so_far - before) / ranking.rank, 0.0)
    return _share(ranking.total(precision), ranking.relevant)


def _recall(ranking: _Ranking, cutoff: int) -> Floats:
    hit = (ranking.gain > 0) & (ranking.rank <= cutoff)
    return _share(ranking.total(hit.astype(np.float64)), ranking.relevant)


def _summed(query: NDArray[np.int64], weights: Floats, queries: int) -> Floats:
    return np.bincount(query, weights=weights, minlength=queries).astype(np.float64)


def _share(part: Floats, whole: NDArray[np.int64] | Floats) -> Floats:
    """part / whole, and 0 where the query has nothing relevant."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
