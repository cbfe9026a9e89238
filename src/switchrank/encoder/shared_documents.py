"""Which documents a text is about: what no text may be contrasted with."""

from __future__ import annotations

from itertools import chain

import polars as pl

from switchrank.normalising import caseless


def documents_of(pairs: pl.DataFrame, negatives: pl.DataFrame | None = None) -> dict[str, frozenset[str]]:
    """The documents of all pairs that contain a text, by the text without letter case.

    Two documents may share a title or a question, and several may answer it: a text is not a wrong answer to any
    question about any of its documents.

    Args:
        pairs: PAIRS table.
        negatives: NEGATIVES table, whose texts count as well.
    """
    rows = pairs.select("document", "anchor", "positive").iter_rows()
    more = () if negatives is None else negatives.select("document", "text").iter_rows()
    found: dict[str, set[str]] = {}
    for document, *texts in chain(rows, more):
        for text in texts:
            found.setdefault(caseless(text), set()).add(document)
    return {text: frozenset(documents) for text, documents in found.items()}
