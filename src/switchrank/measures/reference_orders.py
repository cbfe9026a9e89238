"""What the candidates of a benchmark are worth before any ranker orders them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from switchrank import tables
from switchrank.measures.computing import known_measure, ranking_of
from switchrank.measures.judged_ranks import locate
from switchrank.measures.judgements import Judgements
from switchrank.measures.reference_names import CEILING, FIRST_STAGE, RANDOM
from switchrank.measures.registry import Ranking


def measure_candidates(
    path: str | Path, judgements: Judgements, measures: Sequence[str]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Measure three orders of the candidates of a pair, a row group in memory at a time.

    Args:
        path: of a CANDIDATES table.
        judgements: of the pair.
        measures: as `registry.known_measures`.

    Yields:
        For each order its name and the rows of a MEASURES table without `pair`: the first stage's own order; the
        expected value of a random order; and the ceiling, an order by relevance, which no ranker can surpass.

    Raises:
        SwitchRankError: as `tables.read`.
    """
    pieces = tables.column_groups(path, tables.CANDIDATES, ["query_id", "doc_id", "rank"], coded=["query_id"])
    located = locate(_by_rank(pieces), judgements, str(path))
    given = ranking_of(located.later, located, judgements)
    best = _best(given)
    wanted = {name: known_measure(name) for name in measures}
    for order, values in (
        (FIRST_STAGE, {name: one.values(given) for name, one in wanted.items()}),
        (RANDOM, {name: one.expected(given) for name, one in wanted.items()}),
        (CEILING, {name: one.values(best) for name, one in wanted.items()}),
    ):
        parts = [
            pl.DataFrame({"query_id": judgements.query_ids}).select(
                pl.lit(name).alias("measure"), "query_id", pl.Series("value", value, dtype=pl.Float64)
            )
            for name, value in values.items()
        ]
        yield order, pl.concat(parts)


def _by_rank(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows with a score that falls with the rank; float32 holds every rank up to 16 million."""
    for piece in pieces:
        score = pc.negate(piece.column("rank")).cast(pa.float32())
        yield piece.select(["query_id", "doc_id"]).append_column("score", score)


def _best(ranking: Ranking) -> Ranking:
    """The same passages with the judged ones of each query first, by falling relevance."""
    order = np.lexsort((-ranking.gain, ranking.query))
    query = ranking.query[order]
    place = np.arange(len(query)) - np.searchsorted(query, query) + 1
    return replace(ranking, query=query, rank=place, gain=ranking.gain[order])
