"""Retrieval from one pool of all languages: how the translations of a relevant passage are ranked, and what that says
about the encoder's preference for languages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.retrieval import Retriever
from switchrank.tables import POOL

_BLOCK = 256
"""Queries whose cosines with all passages are held at a time."""


def rank_pool(
    retriever: Retriever,
    queries: Mapping[str, pl.DataFrame],
    passages: Mapping[str, pl.DataFrame],
    qrels: pl.DataFrame,
    label: str,
    without_itself: bool = False,
) -> pl.DataFrame:
    """Ranks of the relevant passages of every query in every language.

    Args:
        retriever: the encoder.
        queries: QUERIES table by language.
        passages: PASSAGES table by language: the pool.
        qrels: QRELS table.
        label: names the job in progress lines.
        without_itself: leave out of a query's passages the one whose doc_id is its query_id.

    Returns:
        POOL table: for each query language, query, passage language and relevant passage its rank among the passages of
        that language, and among those of all languages together (pool_rank), from 1. Equal cosines rank by doc_id and
        then language, descending, as trec_eval breaks ties.

    Raises:
        SwitchRankError: no query has a relevant passage in the pool.
    """
    every = pl.concat([passages[code].select("doc_id", "text", language=pl.lit(code)) for code in sorted(passages)])
    every = every.sort("doc_id", "language")  # a passage's position orders ties
    vectors = retriever.passages(every["text"].to_list(), label)
    of_document = every.with_row_index("place").group_by("doc_id", maintain_order=True).agg("place", "language")
    places = {
        document: list(zip(languages, rows, strict=True)) for document, rows, languages in of_document.iter_rows()
    }
    relevant = qrels.filter(pl.col("relevance") > 0).sort("query_id", "doc_id")
    wanted = relevant.group_by("query_id", maintain_order=True).agg("doc_id")
    language = every["language"].to_numpy()
    # by query_id: which queries are multiplied together decides the last bits of their cosines
    asked = {
        code: table.sort("query_id").join(wanted, on="query_id", maintain_order="left")
        for code, table in sorted(queries.items())
    }
    parts = [
        _ranks_of_language(retriever, code, table, vectors, language, places, label, without_itself)
        for code, table in asked.items()
    ]
    ranks = pl.DataFrame([row for part in parts for row in part], schema=POOL.schema, orient="row")
    if not ranks.height:
        raise SwitchRankError(f"{label}: no query has a relevant passage in the pool of {every.height} passages")
    return ranks.select(list(POOL.columns))


_Row = tuple[str, str, str, str, int, int]


def _ranks_of_language(
    retriever: Retriever,
    code: str,
    asked: pl.DataFrame,
    vectors: NDArray[np.float32],
    language: NDArray[np.str_],
    places: Mapping[str, list[tuple[str, int]]],
    label: str,
    without_itself: bool,
) -> list[_Row]:
    rows: list[_Row] = []
    for start in range(0, asked.height, _BLOCK):
        block = asked.slice(start, _BLOCK)
        cosines = retriever.queries(block["text"].to_list(), label) @ vectors.T
        for cosine, query, documents in zip(cosines, block["query_id"], block["doc_id"], strict=True):
            if without_itself:
                cosine[[place for _, place in places.get(query, [])]] = -np.inf
            for document in documents:
                for other, place in places.get(document, []):
                    before = _before(cosine, place)
                    rows.append(
                        (
                            code,
                            query,
                            other,
                            document,
                            1 + int((before & (language == other)).sum()),
                            1 + int(before.sum()),
                        )
                    )
    return rows


def _before(cosine: NDArray[np.float32], place: int) -> NDArray[np.bool_]:
    """Which passages are ranked before a given one; bool [passages]."""
    before: NDArray[np.bool_] = cosine > cosine[place]
    before[place + 1 :] |= cosine[place + 1 :] == cosine[place]
    return before
