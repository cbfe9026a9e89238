"""What the systems were judged on: the number of queries, and the recall of their candidates."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from switchrank.measures.computing import measure


@dataclass(frozen=True)
class Judged:
    """One benchmark's judged split.

    Attributes:
        queries: queries with qrels.
        depth: most candidates of a query.
        recall: mean share of the relevant passages among a query's candidates, 0 … 1: a re-ranker cannot rank
            other passages.
    """

    benchmark: str
    split: str
    queries: int
    depth: int
    recall: float


def describe(benchmark: str, split: str, candidates: pl.DataFrame, qrels: pl.DataFrame) -> Judged:
    """Count queries and candidates, and measure the candidates' recall.

    Args:
        benchmark: its name.
        split: dev or test.
        candidates: CANDIDATES table.
        qrels: QRELS table of the split.
    """
    depth = int(candidates["rank"].max() or 0)  # type: ignore[arg-type]
    values = measure(candidates, qrels, [f"R@{max(depth, 1)}"], f"candidates of {benchmark} {split}")["value"]
    return Judged(benchmark, split, len(values), depth, float(values.mean()))  # type: ignore[arg-type]
