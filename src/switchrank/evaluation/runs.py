"""The runs of a system, seed and benchmark: one file for all pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from switchrank import tables


@contextmanager
def stream_runs(path: str | Path) -> Iterator[Callable[[str, pl.DataFrame], None]]:
    """Write a RUN file pair by pair, completely or not at all; one pair is in memory at a time.

    Yields:
        A function that appends a pair and its run (RUN columns without `pair`, sorted by query_id and rank). Pairs
        come in rising order.

    Raises:
        SwitchRankError: as `tables.stream`.
    """
    with tables.stream(path, tables.RUN) as append:

        def append_pair(pair: str, run: pl.DataFrame) -> None:
            rows = run.select(pl.lit(pair).alias("pair"), "query_id", "doc_id", "rank", "score")
            for piece in rows.iter_slices(tables.ROW_GROUP):
                append(piece.to_arrow(compat_level=pl.CompatLevel.oldest()))

        yield append_pair
