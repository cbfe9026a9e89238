"""Measures of one run, query by query, with the values of ir_measures.

A query's passages are ordered by score, highest first; the run's `rank` column is not read. Equal scores go
by doc_id (code points), in the direction of ir_measures' provider of the measure: descending
for RR, nDCG, AP, R, P and Success (trec_eval 9), ascending for RR@k (the MS MARCO script) and for Judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.measures.judgements import Judgements, judgements_of
from switchrank.measures.locating import Located, locate
from switchrank.measures.names import MEASURE, MEASURES, NEEDS_CUTOFF

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class _Ranking:
    """The judged passages that a run retrieved, flat, ordered by query and rank; and the judgements behind them.

    Attributes:
        query: int64[passages], index of the query.
        rank: int64[passages], from 1, among all retrieved passages.
        gain: int64[passages], relevance, 0 when negative.
        retrieved: int64[queries], passages retrieved, judged or not.
        relevant: int64[queries], judged passages of relevance 1 or more, retrieved or not.
        ideal_query, ideal_rank, ideal_gain: the first three for the best possible ranking.
    """

    query: Integers
    rank: Integers
    gain: Integers
    retrieved: Integers
    relevant: Integers
    ideal_query: Integers
    ideal_rank: Integers
    ideal_gain: Integers

    def total(self, weights: Floats) -> Floats:
        """Sum of a weight over each query's passages; float64[queries]."""
        return _summed(self.query, weights, len(self.relevant))

    def relevant_within(self, cutoff: int) -> Floats:
        """Relevant passages among the first `cutoff`; float64[queries]."""
        return self.total(((self.gain > 0) & (self.rank <= cutoff)).astype(np.float64))


def measure(run: pl.DataFrame, qrels: pl.DataFrame, measures: Sequence[str], name: str = "run") -> pl.DataFrame:
    """Measure a run.

    Every query of the qrels gets a value, 0 if the run lacks it; queries of the run without qrels are
    left out; unjudged passages are not relevant; a passage is relevant from relevance 1 on, and nDCG's
    gain is the relevance itself (Järvelin & Kekäläinen 2002, discount log2(rank + 1)).

    Args:
        run: the rows of one pair of a RUN table, in any order; `pair` and `rank` are not used.
        qrels: a QRELS table.
        measures: RR, RR@k, nDCG, nDCG@k, AP, AP@k, R@k, P@k, Success@k, Judged or Judged@k.
        name: of the run in messages, such as its path.

    Returns:
        A MEASURES table without `pair`: one row per measure and query of the qrels.

    Raises:
        SwitchRankError: no qrels, a NaN score, a passage twice for one query, an unknown measure.
    """
    judgements = judgements_of(qrels, name)
    rows = in_order(run).select("query_id", "doc_id", "score").to_arrow(compat_level=pl.CompatLevel.oldest())
    return _measured(locate([rows], judgements, name), judgements, measures)


def measure_file(
    path: str | Path, judgements_of_pair: Callable[[str], Judgements], measures: Sequence[str]
) -> pl.DataFrame:
    """Measure the runs in a Parquet file, pair by pair as `measure`, in memory that does not grow with their
    length.

    Args:
        path: of a RUN table.
        judgements_of_pair: the judgements of a pair; pairs with equal ones share one object.
        measures: as `measure`.

    Returns:
        A MEASURES table.

    Raises:
        SwitchRankError: as `measure` and `tables.read`; or there are no rows, or a pair has none of a judged query.
    """
    columns = ["pair", "query_id", "doc_id", "score"]
    pieces = tables.column_groups(path, tables.RUN, columns, coded=["pair", "query_id"])
    found = []
    for pair, rows in tables.by_value(pieces, "pair"):
        judgements = judgements_of_pair(pair)
        located = locate(rows, judgements, f"{path}: {pair}")
        if not located.retrieved.any():
            raise SwitchRankError(
                f"{path}: {pair}: has none of the {judgements.query_ids.len()} judged queries (the first is "
                f"{judgements.query_ids[0]!r}); a run is measured on queries of its own benchmark"
            )
        found.append(_measured(located, judgements, measures).select(pl.lit(pair).alias("pair"), pl.all()))
    if not found:
        raise SwitchRankError(f"{path}: has no rows; a run ranks one passage at least for some judged query")
    return pl.concat(found)


def in_order(run: pl.DataFrame, later_first: bool = True) -> pl.DataFrame:
    """A run's rows by query, score and doc_id, with a new `rank` from 1 (int32).

    Args:
        run: at least query_id, doc_id and score.
        later_first: of equal scores, the later doc_id first (trec_eval), else the earlier one.
    """
    ordered = run.sort("query_id", pl.col("score") + 0.0, "doc_id", descending=[False, True, later_first])
    return ordered.with_columns((pl.int_range(pl.len()).over("query_id") + 1).cast(pl.Int32).alias("rank"))


def _measured(located: Located, judgements: Judgements, measures: Sequence[str]) -> pl.DataFrame:
    rankings = {
        early: _ranking(located.earlier if early else located.later, located, judgements)
        for early in {_earlier_first(name) for name in measures}
    }
    return pl.concat(
        pl.DataFrame({"query_id": judgements.query_ids}).select(
            pl.lit(wanted).alias("measure"),
            "query_id",
            pl.Series("value", _values(wanted, rankings[_earlier_first(wanted)]), dtype=pl.Float64),
        )
        for wanted in measures
    )


def _earlier_first(measure: str) -> bool:
    """Whether ir_measures takes a measure from a provider that ranks the earlier doc_id first among equal scores."""
    return measure.startswith(("RR@", "Judged"))


def _ranking(ranks: Integers, located: Located, judgements: Judgements) -> _Ranking:
    found = np.flatnonzero(ranks)
    order = found[np.lexsort((ranks[found], judgements.query[found]))]
    relevant = np.bincount(judgements.query[judgements.gain > 0], minlength=judgements.query_ids.len())
    return _Ranking(
        judgements.query[order],
        ranks[order],
        judgements.gain[order],
        located.retrieved,
        relevant,
        judgements.query,
        judgements.rank,
        judgements.gain,
    )


def _values(name: str, ranking: _Ranking) -> Floats:
    found = MEASURE.match(name)
    if found is None or name in NEEDS_CUTOFF:
        raise SwitchRankError(f"measure {name!r} is not one of {MEASURES}")
    cutoff = int(found[2][1:]) if found[2] else np.iinfo(np.int64).max
    compute: dict[str, Callable[[_Ranking, int], Floats]] = {
        "RR": _reciprocal_rank,
        "nDCG": _ndcg,
        "AP": _average_precision,
        "R": _recall,
        "P": _precision,
        "Success": _success,
        "Judged": _judged,
    }
    return compute[found[1]](ranking, cutoff)


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


def _discounted(gain: Integers, rank: Integers, cutoff: int) -> Floats:
    return np.where(rank <= cutoff, gain / np.log2(rank + 1.0), 0.0)


def _average_precision(ranking: _Ranking, cutoff: int) -> Floats:
    hit = ranking.gain > 0
    so_far: Integers = np.cumsum(hit)
    first_of_query = np.searchsorted(ranking.query, ranking.query)
    before: Integers = (so_far - hit)[first_of_query]
    precision = np.where(hit & (ranking.rank <= cutoff), (so_far - before) / ranking.rank, 0.0)
    return _share(ranking.total(precision), ranking.relevant)


def _recall(ranking: _Ranking, cutoff: int) -> Floats:
    return _share(ranking.relevant_within(cutoff), ranking.relevant)


def _precision(ranking: _Ranking, cutoff: int) -> Floats:
    return ranking.relevant_within(cutoff) / cutoff


def _success(ranking: _Ranking, cutoff: int) -> Floats:
    return (ranking.relevant_within(cutoff) > 0).astype(np.float64)


def _judged(ranking: _Ranking, cutoff: int) -> Floats:
    """Judged among the first passages; a query with fewer than `cutoff` is measured on its passages."""
    judged = ranking.total((ranking.rank <= cutoff).astype(np.float64))
    return _share(judged, np.minimum(ranking.retrieved, cutoff))


def _summed(query: Integers, weights: Floats, queries: int) -> Floats:
    return np.bincount(query, weights=weights, minlength=queries).astype(np.float64)


def _share(part: Floats, whole: Integers | Floats) -> Floats:
    """part / whole, and 0 if the query has nothing relevant."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
