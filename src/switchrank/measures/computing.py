"""Measures of one run, query by query, with the values of ir_measures.

A query's passages are ordered by score, highest first; the run's `rank` column is not read. Equal scores go
by doc_id (code points), in the direction of ir_measures' provider of the measure: descending
for RR, nDCG, AP, R, P and Success (trec_eval 9), ascending for RR@k (the MS MARCO script) and for Judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.measures.judged_ranks import Located, locate
from switchrank.measures.judgements import Judgements, judgements_of
from switchrank.measures.order import ranked
from switchrank.measures.registry import Integers, Ranking, Wanted, known_measures, parsed


def measure(run: pl.DataFrame, qrels: pl.DataFrame, measures: Sequence[str], name: str = "run") -> pl.DataFrame:
    """Measure a run.

    Every query of the qrels gets a value, 0 if the run lacks it; queries of the run without qrels are
    left out; unjudged passages are not relevant; a passage is relevant from relevance 1 on, and nDCG's
    gain is the relevance itself (Järvelin & Kekäläinen 2002, discount log2(rank + 1)).

    Args:
        run: the rows of one pair of a RUN table, in any order; `pair` and `rank` are not used.
        qrels: a QRELS table.
        measures: as `registry.known_measures`.
        name: of the run in messages, such as its path.

    Returns:
        A MEASURES table without `pair`: one row per measure and query of the qrels.

    Raises:
        SwitchRankError: no qrels, a NaN score, a passage twice for one query, an unknown measure.
    """
    judgements = judgements_of(qrels, name)
    rows = ranked(run).select("query_id", "doc_id", "score").to_arrow(compat_level=pl.CompatLevel.oldest())
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


def _measured(located: Located, judgements: Judgements, measures: Sequence[str]) -> pl.DataFrame:
    known = {name: known_measure(name) for name in measures}
    rankings = {
        early: ranking_of(located.earlier if early else located.later, located, judgements)
        for early in {wanted.earlier_first for wanted in known.values()}
    }
    return pl.concat(
        pl.DataFrame({"query_id": judgements.query_ids}).select(
            pl.lit(name).alias("measure"),
            "query_id",
            pl.Series("value", wanted.values(rankings[wanted.earlier_first]), dtype=pl.Float64),
        )
        for name, wanted in known.items()
    )


def known_measure(name: str) -> Wanted:
    """The measure of a name; SwitchRankError if there is none."""
    if (wanted := parsed(name)) is None:
        raise SwitchRankError(f"measure {name!r} is not one of {known_measures()}")
    return wanted


def ranking_of(ranks: Integers, located: Located, judgements: Judgements) -> Ranking:
    """The judged passages of a run at these ranks, int64[judged], 0 for those that it lacks."""
    found = np.flatnonzero(ranks)
    order = found[np.lexsort((ranks[found], judgements.query[found]))]
    relevant = np.bincount(judgements.query[judgements.gain > 0], minlength=judgements.query_ids.len())
    return Ranking(
        judgements.query[order],
        ranks[order],
        judgements.gain[order],
        located.retrieved,
        relevant,
        judgements.query,
        judgements.rank,
        judgements.gain,
    )
