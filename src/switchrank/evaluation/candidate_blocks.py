"""Candidates in blocks of whole queries, so that a job holds one block in memory, and shards are whole blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from switchrank import tables

KEYS = ("query_id", "doc_id")


class CandidateBlocks:
    """The blocks of one file. They depend on the file alone, so a candidate shares its block, and with it its batches
    and its score to the last bit, with the same others whatever the number of shards.

    Args:
        path: file of a CANDIDATES table.
        most: rows of a block; more only if one query has more.

    Attributes:
        edges: the row at which each block starts, and the number of rows.
    """

    def __init__(self, path: str | Path, most: int = tables.ROW_GROUP) -> None:
        self.path = path
        self._groups: list[int] = []
        self.edges = [0]
        end = 0
        for _, pieces in tables.by_value(self._query_ids(), "query_id"):
            size = sum(piece.num_rows for piece in pieces)
            if end > self.edges[-1] and end + size - self.edges[-1] > most:
                self.edges.append(end)
            end += size
        if end:
            self.edges.append(end)

    def _query_ids(self) -> Iterator[pa.Table]:
        for group in tables.column_groups(self.path, tables.CANDIDATES, ["query_id"], coded=["query_id"]):
            self._groups.append(group.num_rows)
            yield group

    def share(self, shard: int, shards: int) -> range:
        """The blocks of one shard: together the shards have each block once, in order."""
        count = len(self.edges) - 1
        return range(shard * count // shards, (shard + 1) * count // shards)

    def rows(self, blocks: range) -> int:
        """Candidates in consecutive blocks."""
        return self.edges[blocks.stop] - self.edges[blocks.start]

    def read(self, blocks: range) -> Iterator[pl.DataFrame]:
        """The query_id and doc_id of each block's candidates, in the order of the file."""
        starts = np.cumsum([0, *self._groups])
        for block in blocks:
            first, end = self.edges[block], self.edges[block + 1]
            groups = range(int(np.searchsorted(starts, first, "right")) - 1, int(np.searchsorted(starts, end)))
            pieces = [pl.DataFrame(group.select(KEYS)) for group in self._row_groups(groups)]
            yield pl.concat(pieces).slice(first - int(starts[groups.start]), end - first)

    def _row_groups(self, groups: range) -> Iterator[pa.Table]:
        return tables.row_groups(self.path, tables.CANDIDATES, groups)


def ids_of(blocks: Iterable[pl.DataFrame]) -> tuple[pl.Series, pl.Series]:
    """The queries and the documents of some blocks, each id once, sorted."""
    found = {key: (pl.Series(key, dtype=pl.String), pl.Series(key, dtype=pl.String)) for key in KEYS}
    for block in blocks:
        for key, (known, new) in found.items():
            new = pl.concat([new, block[key].unique(maintain_order=True)])
            if len(new) > len(known):  # not after each block, which would go over all ids each time
                known, new = pl.concat([known, new]).unique(maintain_order=True), new.clear()
            found[key] = known, new
    queries, documents = (pl.concat(parts).unique(maintain_order=True).sort() for parts in found.values())
    return queries, documents
