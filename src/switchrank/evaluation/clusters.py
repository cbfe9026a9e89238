"""Groups of queries that may be won and lost together."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def groups_of_queries(qrels: pl.DataFrame, splits: pl.DataFrame) -> dict[str, int]:
    """Number the groups of queries: two are in one if relevant passages of theirs are of one group of documents,
    directly or by way of others.

    Args:
        qrels: a QRELS table.
        splits: a SPLITS table; a passage that it does not hold is a group by itself.

    Returns:
        For each query with a relevant passage its group's number, from 0, by the first query id in each group. A query
        without one belongs with no other and is left out.
    """
    relevant = qrels.filter(pl.col("relevance") > 0).select("query_id", "doc_id").unique(maintain_order=True)
    found = relevant.sort("query_id", "doc_id").join(
        splits.select("doc_id", "group"), on="doc_id", how="left", maintain_order="left"
    )
    queries, query = np.unique(found["query_id"].to_numpy(), return_inverse=True)
    # names of groups and of passages could be equal, so they are numbered apart
    keys = [(True, group) if group is not None else (False, doc) for doc, group in found["doc_id", "group"].iter_rows()]
    number = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    column = len(queries) + np.array([number[key] for key in keys], dtype=np.int64)
    size = len(queries) + len(number)
    edges = coo_array((np.ones(len(query), dtype=np.int8), (query, column)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    order = {label: at for at, label in enumerate(dict.fromkeys(labels[: len(queries)].tolist()))}
    return {str(name): order[label] for name, label in zip(queries, labels[: len(queries)].tolist(), strict=True)}
