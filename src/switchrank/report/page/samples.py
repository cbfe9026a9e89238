"""A few example training instances before and after switching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from switchrank import tables
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


_CHOICE = ["instance_id", "query_id", "label", "query_switched", "passage_switched"]
_SHOWN = ["instance_id", "query", "passage", "query_language", "passage_language"]


def read_samples(corpus: str | Path, tokens: str | Path, number: int = 3) -> list[Sample]:
    """Read only a few instances of a corpus.

    Args:
        corpus: path of a CORPUS table.
        tokens: path of the TOKENS table of its benchmark, which holds the English texts.
        number: the largest number.

    Returns:
        As `samples`.

    Raises:
        SwitchRankError: a file is missing, truncated, not Parquet, or of another contract.
    """
    tables.group_count(corpus, tables.CORPUS)
    tables.group_count(tokens, tables.TOKENS)
    scanned = pl.scan_parquet(corpus)
    chosen = choose(scanned.select(_CHOICE).collect(), number)
    wanted = pl.col("instance_id").is_in(chosen)
    switched = scanned.filter(wanted).select(_SHOWN).collect()
    return samples(switched, pl.scan_parquet(tokens).filter(wanted).select(_SHOWN[:3]).collect())


def choose(corpus: pl.DataFrame, number: int = 3) -> list[int]:
    """Choose instances spread evenly over a corpus: relevant, switched on both sides if there are enough
    such, else on one, one per query.

    Args:
        corpus: a CORPUS table, or its columns instance_id, query_id, label, query_switched and passage_switched.
        number: the largest number.

    Returns:
        Their instance_id.
    """
    relevant = corpus.filter(pl.col("label") == 1).sort("instance_id")
    relevant = relevant.unique("query_id", keep="first", maintain_order=True)
    sides = pl.col("query_switched") > 0, pl.col("passage_switched") > 0
    eligible = relevant.filter(sides[0] & sides[1])
    if eligible.height < number:
        eligible = relevant.filter(sides[0] | sides[1])
    count = min(number, eligible.height)
    return [int(eligible["instance_id"][index * eligible.height // count]) for index in range(count)]


def samples(switched: pl.DataFrame, english: pl.DataFrame) -> list[Sample]:
    """Pair instances with their originals.

    Args:
        switched: of a CORPUS table, the instances to show.
        english: of a TOKENS table, at least instance_id, query and passage of those instances.
    """
    originals = {number: (query, passage) for number, query, passage in english.select(_SHOWN[:3]).iter_rows()}
    return [
        _sample(row, *originals.get(row["instance_id"], (None, None)))
        for row in switched.sort("instance_id").iter_rows(named=True)
    ]


def _sample(row: Mapping[str, Any], query: str | None, passage: str | None) -> Sample:
    return Sample(
        None if query is None else show(query, "en"),
        None if passage is None else show(passage, "en"),
        show(row["query"], row["query_language"]),
        show(row["passage"], row["passage_language"]),
    )


def show(text: str, code: str) -> Text:
    """A text with its language for a browser."""
    return Text(text, None if code == MIXED else code)
