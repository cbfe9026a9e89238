"""A measure by lexical overlap: how well systems rank passages that share words with the query, and those that share
none.

2305.05295 explains code-switching by it: rankers trained on English rely on words that query and passage have in common
("monolingual overfitting").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.query_values import Gathered, Key, Values, gather, of_all_pairs, pairs_by_regime
from switchrank.languages import MIXED, parse_pair
from switchrank.tables import OVERLAP
from switchrank.words import words

ALL = "all"
"""The value of the column `pair` for the queries of all pairs of a regime together."""

Words = Mapping[str, Sequence[str]]
"""The words of texts, in lower case, by their id."""


def words_of(texts: Iterable[pl.DataFrame], key: str, ids: Collection[str]) -> dict[str, list[str]]:
    """Divide some texts into words.

    Args:
        texts: pieces of a QUERIES or PASSAGES table; an iterator is fine.
        key: `query_id` or `doc_id`.
        ids: those that are wanted.
    """
    wanted = list(ids)
    return {
        name: words(text, language)
        for piece in texts
        for name, language, text in piece.filter(pl.col(key).is_in(wanted)).select(key, "language", "text").iter_rows()
    }


def shown_words(by_language: Mapping[str, Words], wanted: str, mixed: pl.DataFrame | None) -> Words:
    """One side's words as a pair shows them: in one language, in the one drawn for each id (MLIR), or in all.

    Args:
        by_language: words of the texts in each language.
        wanted: language code, or `xx`.
        mixed: MIXED table. Without one, `xx` shows the texts of all languages, whose ids are different.
    """
    if wanted != MIXED:
        return by_language[wanted]
    if mixed is None:
        return {name: found for words_there in by_language.values() for name, found in words_there.items()}
    return {
        name: by_language[language][name]
        for name, language in mixed.select("id", "language").iter_rows()
        if name in by_language.get(language, {})
    }


def overlaps(queries: Words, passages: Words, qrels: pl.DataFrame, name: str) -> dict[str, float]:
    """Share of each query's words that occur in its relevant passage, 0 … 1; of several passages, in the one with most.

    A word that occurs twice in the query counts twice. Queries without words or relevant passages are left out.

    Args:
        queries, passages: their words, as shown.
        qrels: a QRELS table.
        name: what messages call the pair.

    Raises:
        SwitchRankError: a judged query or a relevant passage has no text.
    """
    found: dict[str, float] = {}
    for query, passage in qrels.filter(pl.col("relevance") > 0).select("query_id", "doc_id").iter_rows():
        for what, key, texts in (("query", query, queries), ("passage", passage, passages)):
            if key not in texts:
                raise SwitchRankError(f"{name}: {what} {key!r} of the qrels has no text; every judged one needs a text")
        if queries[query]:
            there = set(passages[passage])
            share = sum(word in there for word in queries[query]) / len(queries[query])
            found[query] = max(share, found.get(query, 0.0))
    return found


def measure_overlap(
    measures: Iterable[pl.DataFrame],
    runs: Sequence[Sequence[str | int]],
    shares: Mapping[tuple[str, str, str], Mapping[str, float]],
    settings: Mapping[str, Any],
) -> pl.DataFrame:
    """Average a measure over the queries of each bin of overlap.

    Args:
        measures: of each run the rows of a MEASURES table, in the order of `runs`.
        runs: (system, seed, benchmark, pair) of each.
        shares: `overlaps` of each (system, benchmark, pair).
        settings: an Overlap entry: measure and edges.

    Returns:
        An OVERLAP table. Bin 0 holds queries without a shared word (low and high are 0), bin i those above `low` up to
        `high`; empty bins have no row. A row with pair "all" holds the queries of all pairs of the regime, for
        systems judged on all of them. `deviation` is the sample standard deviation of the seeds' means.

    Raises:
        SwitchRankError: see `values.gather`.
    """
    wanted, edges = str(settings["measure"]), [0.0, *map(float, settings["edges"])]
    gathered = gather((table.filter(pl.col("measure") == wanted) for table in measures), runs)
    rows: list[tuple[object, ...]] = []
    for key, values in gathered.items():
        share = _shares_of(values, shares[key.system, key.benchmark, key.pair])
        rows += _binned(key, parse_pair(key.pair).regime, values.values, share, edges)
    regimes_of = pairs_by_regime(gathered)
    for key in sorted({key._replace(pair=ALL) for key in gathered}):
        for regime, pairs in regimes_of[key.benchmark, key.measure].items():
            rows += _pooled(gathered, key, regime, pairs, shares, edges)
    return pl.DataFrame(rows, schema=OVERLAP.schema, orient="row")


def _shares_of(values: Values, shares: Mapping[str, float]) -> NDArray[np.float64]:
    """float64[queries]; NaN where there is none."""
    return np.array([shares.get(query, np.nan) for query in values.query_ids], dtype=np.float64)


def _pooled(
    gathered: Gathered,
    key: Key,
    regime: str,
    pairs: Sequence[str],
    shares: Mapping[tuple[str, str, str], Mapping[str, float]],
    edges: Sequence[float],
) -> Iterable[tuple[object, ...]]:
    parts = of_all_pairs(gathered, key, pairs)
    if parts is None:
        return []
    found = [_shares_of(part, shares[key.system, key.benchmark, pair]) for part, pair in zip(parts, pairs, strict=True)]
    values = np.concatenate([part.values for part in parts], axis=1)
    return _binned(key, regime, values, np.concatenate(found), edges)


def _binned(
    key: Key, regime: str, values: NDArray[np.float64], share: NDArray[np.float64], edges: Sequence[float]
) -> Iterable[tuple[object, ...]]:
    # the first edge not below the share: 0 for no overlap, 1 for (0, edges[1]], …
    bins = np.where(np.isnan(share), -1, np.searchsorted(edges, share))
    for number in sorted(set(bins[bins >= 0].tolist())):
        by_seed = values[:, bins == number].mean(axis=1)
        yield (
            key.system,
            key.benchmark,
            regime,
            key.pair,
            key.measure,
            number,
            edges[max(number - 1, 0)],
            edges[number],
            float(by_seed.mean()),
            float(by_seed.std(ddof=1)) if len(by_seed) > 1 else None,
            len(by_seed),
            int((bins == number).sum()),
        )
