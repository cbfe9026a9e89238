"""A few example entries of each lexicon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.report.page.excerpts import read_rows
from switchrank.report.page.samples import Text


@dataclass(frozen=True)
class Entry:
    """A word or title, its best translation, and the method's score on its own scale."""

    source: Text
    target: Text
    score: float
    others: int


@dataclass(frozen=True)
class Excerpt:
    """Entries of one lexicon and direction."""

    lexicon: str
    pair: str
    entries: list[Entry]


def read_entries(path: str | Path, number: int) -> Excerpt:
    """Read a few entries of a lexicon, spread evenly over its sources from the most to the least frequent.

    Args:
        path: results/lexicon/{lexicon}/{source}-{target}.parquet.
        number: the largest number.

    Raises:
        SwitchRankError: the file is missing, truncated, not Parquet, or of another contract.
    """
    path = Path(path)
    languages = path.stem.split("-")
    ordered = read_rows(path, tables.LEXICON, "choice", [1], ["source", "source_rank"]).sort("source_rank", "source")
    count = min(number, ordered.height)
    chosen = [ordered["source"][index * ordered.height // count] for index in range(count)]
    rows = read_rows(path, tables.LEXICON, "source", chosen, ["source", "choice", "target", "score"])
    best = {source: (target, score) for source, choice, target, score in rows.iter_rows() if choice == 1}
    sizes = dict(rows.group_by("source", maintain_order=True).agg(pl.len()).iter_rows())
    entries = [
        Entry(Text(source, languages[0]), Text(best[source][0], languages[1]), best[source][1], sizes[source] - 1)
        for source in chosen
    ]
    return Excerpt(path.parent.name, path.stem, entries)
