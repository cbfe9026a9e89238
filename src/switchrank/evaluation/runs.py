"""The runs of a system, seed and benchmark: one file for all pairs."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from switchrank import tables


@contextmanager
def stream_runs(path: str | Path) -> Iterator[Callable[[str, pl.DataFrame], None]]:
    """Write a RUN file block by block, completely or not at all.

    Yields:
        A function that appends the name of a pair and some of its queries' runs (RUN columns without `pair`, sorted by
        query_id and rank). Pairs come in rising order, and so do the queries of a pair.

    Raises:
        SwitchRankError: as `tables.stream`.
    """
    with tables.stream(path, tables.RUN) as append:

        def append_pair(pair: str, run: pl.DataFrame) -> None:
            rows = run.select(pl.lit(pair).alias("pair"), "query_id", "doc_id", "rank", "score")
            for piece in rows.iter_slices(tables.ROW_GROUP):
                append(piece.to_arrow(compat_level=pl.CompatLevel.oldest()))

        yield append_pair


def join_runs(shards: Sequence[str | Path], output: str | Path) -> None:
    """One RUN table from those of the shards, in order: byte-identical to what one job would have written, since a
    row group holds one pair's rows of one block."""
    parts = heapq.merge(*(_row_groups_of(number, path) for number, path in enumerate(shards)))
    with tables.stream(output, tables.RUN) as append:
        for _, number, group in parts:
            append(next(tables.row_groups(shards[number], tables.RUN, range(group, group + 1))))


def _row_groups_of(number: int, path: str | Path) -> Iterator[tuple[str, int, int]]:
    """Pair, shard and number of each row group."""
    groups = tables.column_groups(path, tables.RUN, ["pair"], coded=["pair"])
    for group, rows in enumerate(groups):
        yield rows.column("pair")[0].as_py(), number, group
