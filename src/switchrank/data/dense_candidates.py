"""Candidates by an encoder: the passages whose vectors are nearest to the query's, exactly, in blocks of passages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import faiss
import numpy as np
import polars as pl
import pyarrow.compute as pc
from numpy.typing import NDArray

from switchrank import tables
from switchrank.data.candidates import ranked
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED

Block = tuple[pl.Series, NDArray[np.float32]]
"""Ids, and float32 [ids, d]."""


def shown_blocks(
    files: Mapping[str, str | Path], wanted: str, mixed: pl.DataFrame | None, keep: Collection[str]
) -> Iterator[Block]:
    """The vectors of the texts that one side of a pair shows, one row group at a time.

    Args:
        files: EMBEDDED tables by language.
        wanted: language code, or `xx`.
        mixed: MIXED table. Without one, `xx` shows the texts of all languages, whose ids are different.
        keep: ids that count.

    Raises:
        SwitchRankError: as `tables.read`.
    """
    for code in sorted(files) if wanted == MIXED else [wanted]:
        ids = pl.Series(sorted(keep), dtype=pl.String)
        if wanted == MIXED and mixed is not None:
            ids = mixed.filter((pl.col("language") == code) & pl.col("id").is_in(ids.implode()))["id"]
        for group in tables.row_groups(files[code], tables.EMBEDDED):
            names = pl.Series(group.column("id").to_pylist(), dtype=pl.String)
            here = names.is_in(ids.implode())
            if here.any():
                flat = pc.list_flatten(group.column("vector")).to_numpy().reshape(len(names), -1)
                yield names.filter(here), np.ascontiguousarray(flat[here.to_numpy()], dtype=np.float32)


def dense_candidates(queries: Iterable[Block], passages: Iterable[Block], depth: int, label: str) -> pl.DataFrame:
    """The nearest passages of each query (faiss, flat inner product of unit vectors).

    Args:
        queries: vectors of the judged queries.
        passages: vectors of the pool; one block is in memory at a time.
        depth: most candidates of a query.
        label: names the job in messages.

    Returns:
        A CANDIDATES table: score is the cosine, equal scores in ascending order of `doc_id` (faiss chooses which of
        several equal ones fall beyond the depth).

    Raises:
        SwitchRankError: there is no query or no passage, or a vector is not finite.
    """
    asked = list(queries)
    if not asked:
        raise SwitchRankError(f"{label}: no judged query has a vector; at least one is needed")
    query_ids, vectors = pl.concat([ids for ids, _ in asked]), np.concatenate([rows for _, rows in asked])
    scores = np.empty((len(query_ids), 0), dtype=np.float32)
    places = np.empty((len(query_ids), 0), dtype=np.int64)
    names: list[pl.Series] = []
    start = 0
    _refuse_infinite(query_ids, vectors, label)
    for ids, rows in passages:
        _refuse_infinite(ids, rows, label)
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(rows)
        found, here = index.search(vectors, min(depth, len(ids)))
        scores, places = _best(np.hstack([scores, found]), np.hstack([places, here + start]), depth)
        names.append(ids)
        start += len(ids)
    if not start:
        raise SwitchRankError(f"{label}: no passage has a vector; at least one is needed")
    table = pl.DataFrame(
        {
            "query_id": query_ids.gather(np.repeat(np.arange(len(query_ids)), scores.shape[1])),
            "doc_id": pl.concat(names).gather(places.reshape(-1)),
            "score": scores.reshape(-1),
        }
    )
    return ranked(table, depth)


def _refuse_infinite(ids: pl.Series, rows: NDArray[np.float32], label: str) -> None:
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        bad = ids[int(np.flatnonzero(~finite)[0])]
        raise SwitchRankError(f"{label}: the vector of {bad!r} holds a number that is not finite")


def _best(
    scores: NDArray[np.float32], places: NDArray[np.int64], depth: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The highest scores of each row, equal ones in the order of their places."""
    order = np.lexsort((places, -scores))[:, :depth]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(places, order, axis=1)
