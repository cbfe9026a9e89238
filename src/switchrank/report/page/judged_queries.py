"""What the systems were judged on: the number of queries, and the recall of their candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from switchrank.measures.computing import measure


@dataclass(frozen=True)
class Judged:
    """One benchmark's judged split, and the pairs that share candidates and judgements.

    Attributes:
        pairs: which; empty if they are all pairs.
        queries: queries with qrels.
        origin: where candidates come from (see `data.settings.Candidates`).
        depth: most candidates of a query; None without candidates, where systems retrieve from all passages.
        recall: mean share of the relevant passages among a query's candidates, 0 … 1: a re-ranker cannot rank
            other passages.
    """

    benchmark: str
    split: str
    pairs: tuple[str, ...]
    queries: int
    origin: str
    depth: int | None
    recall: float | None


def describe(place: Mapping[str, Any], candidates: pl.DataFrame | None, qrels: pl.DataFrame) -> Judged:
    """Count queries and candidates, and measure the candidates' recall.

    Args:
        place: names of the benchmark, the split and the pairs, and the origin of candidates.
        candidates: CANDIDATES table; None if no system scores candidates.
        qrels: QRELS table of the pairs.
    """
    benchmark, split, pairs = place["benchmark"], place["split"], tuple(place["pairs"])
    origin = place["origin"]
    if candidates is None:
        return Judged(benchmark, split, pairs, qrels["query_id"].n_unique(), origin, None, None)
    depth = int(candidates["rank"].max() or 0)  # type: ignore[arg-type]
    values = measure(
        candidates, qrels, [f"R@{max(depth, 1)}"], f"candidates of {benchmark} {split} {', '.join(pairs)}"
    )["value"]
    return Judged(benchmark, split, pairs, len(values), origin, depth, float(values.mean()))  # type: ignore[arg-type]
