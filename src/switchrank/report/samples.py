"""A few training instances before and after switching, to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from switchrank.languages import MIXED


@dataclass(frozen=True)
class Text:
    """A text to show: `lang` is the language it is in or was switched into, None for a mix."""

    text: str
    lang: str | None


@dataclass(frozen=True)
class Sample:
    """A query and its relevant passage, in English (None if the English text is unknown) and switched."""

    query: Text | None
    passage: Text | None
    switched_query: Text
    switched_passage: Text


def samples(
    corpus: pl.DataFrame, queries: Mapping[str, str], passages: Mapping[str, str], number: int = 3
) -> list[Sample]:
    """Choose instances spread evenly over a corpus: relevant, switched on both sides if there are such,
    else on one, one a query.

    Args:
        corpus: a CORPUS table.
        queries: English text by query id.
        passages: English text by passage id.
        number: how many at most.
    """
    relevant = corpus.filter(pl.col("label") == 1).sort("instance_id")
    relevant = relevant.unique("query_id", keep="first", maintain_order=True)
    sides = pl.col("query_switched") > 0, pl.col("passage_switched") > 0
    eligible = relevant.filter(sides[0] & sides[1])
    if eligible.height < number:
        eligible = relevant.filter(sides[0] | sides[1])
    count = min(number, eligible.height)
    places = [index * eligible.height // count for index in range(count)]
    return [_sample(row, queries, passages) for row in (eligible.row(place, named=True) for place in places)]


def _sample(row: Mapping[str, str], queries: Mapping[str, str], passages: Mapping[str, str]) -> Sample:
    query, passage = queries.get(row["query_id"]), passages.get(row["doc_id"])
    return Sample(
        None if query is None else show(query, "en"),
        None if passage is None else show(passage, "en"),
        show(row["query"], row["query_language"]),
        show(row["passage"], row["passage_language"]),
    )


def show(text: str, code: str) -> Text:
    """A text with what a browser must know of its language."""
    return Text(text, None if code == MIXED else code)
