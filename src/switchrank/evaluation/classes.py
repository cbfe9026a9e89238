"""Classes of queries, such as intents, by their nearest labelled English training queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.tables import CLASSES

_BLOCK = 256
"""Queries whose cosines with all training queries are held at a time."""
_DIGITS = 5
"""Decimals of a cosine that count: those after them depend on the processor, and equal texts must be equally near."""

Vectors = NDArray[np.float32]


def classify_queries(
    train: pl.DataFrame,
    queries: Mapping[str, pl.DataFrame],
    labels: pl.DataFrame,
    vectors: Mapping[str, Vectors],
    neighbours: int,
) -> pl.DataFrame:
    """Accuracy of the classes that the nearest training queries give.

    Args:
        train: QUERIES table of the English training queries.
        queries: QUERIES table of the judged queries, by language.
        labels: LABELS table; a query without a label of a kind takes no part in this kind, on either side.
        vectors: unit rows, float32 [queries, d], of `train` under "train" and of `queries` under their languages, in
            the order of these tables.
        neighbours: how many vote; of classes with equally many votes, the one with the nearest neighbour wins. Equally
            near training queries (to five decimals) go by query_id, ascending.

    Returns:
        CLASSES table: accuracy and number of queries of each kind of label and language.

    Raises:
        SwitchRankError: no training query, or no judged query of any language, has a label.
    """
    rows: list[tuple[str, str, float, int]] = []
    for kind in labels["kind"].unique(maintain_order=True).sort():
        label = dict(labels.filter(pl.col("kind") == kind).select("query_id", "label").iter_rows())
        known, classes = _labelled(train, label, vectors["train"])
        if not classes:
            continue
        for code in sorted(queries):
            asked, wanted = _labelled(queries[code], label, vectors[code])
            if wanted:
                found = _voted(asked, known, classes, neighbours)
                right = sum(one == other for one, other in zip(found, wanted, strict=True))
                rows.append((kind, code, right / len(wanted), len(wanted)))
    if not rows:
        raise SwitchRankError(
            f"classes: of {train.height} training queries and {sum(map(len, queries.values()))} judged ones, none have "
            "labels of one kind; do the benchmark's files give them?"
        )
    return pl.DataFrame(rows, schema=CLASSES.schema, orient="row")


def _labelled(queries: pl.DataFrame, label: Mapping[str, str], vectors: Vectors) -> tuple[Vectors, list[str]]:
    """Vectors and classes of the queries that have one, by query_id."""
    ids = queries["query_id"].to_list()
    places = sorted((place for place, name in enumerate(ids) if name in label), key=lambda place: ids[place])
    return vectors[places], [label[ids[place]] for place in places]


def _voted(asked: Vectors, known: Vectors, classes: Sequence[str], neighbours: int) -> list[str]:
    """The class of each row of `asked`."""
    found: list[str] = []
    for start in range(0, len(asked), _BLOCK):
        cosines = np.round(asked[start : start + _BLOCK] @ known.T, _DIGITS)
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :neighbours]
        # a counter keeps the order in which it first meets its keys, and ties go by that order
        found += [Counter(classes[place] for place in row).most_common(1)[0][0] for row in nearest.tolist()]
    return found
