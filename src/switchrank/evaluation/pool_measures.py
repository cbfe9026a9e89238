"""Measures of retrieval from one pool of all languages, and the language bias that it shows."""

from __future__ import annotations

import polars as pl

_NAMES = ("AP", "R@1", "R@10")
DISTANCE = "rank distance"


def pool_measures(ranks: pl.DataFrame) -> dict[str, float]:
    """Measures of a POOL table, as in 2408.10536, section 4: macro averages over language pairs or query languages.

    `mono AP`: query and passages in one language. `cross AP`: in two, all ordered pairs. `multi AP`: passages of all
    languages in one pool, where every translation of a relevant passage is relevant. `… R@k` for k of 1, 10.
    `rank distance`: for a query the greatest minus the smallest pool rank of the translations of a relevant passage
    (after Huang et al. 2023), mean over relevant passages and queries; the fewer languages count, the smaller.

    Args:
        ranks: POOL table.

    Returns:
        Values by name; those of a part that has no query (mono, cross) are absent.
    """
    of_query = ["query_language", "query_id"]
    pairs = ranks.with_columns(
        scope=pl.when(pl.col("query_language") == pl.col("passage_language"))
        .then(pl.lit("mono"))
        .otherwise(pl.lit("cross"))
    )
    by_pair = _by_query(pairs, "rank", ["scope", "query_language", "passage_language", "query_id"])
    macro = by_pair.group_by("scope", "query_language", "passage_language").agg(pl.col(*_NAMES).mean())
    found = {
        f"{scope} {name}": value
        for scope, *values in macro.group_by("scope").agg(pl.col(*_NAMES).mean()).iter_rows()
        for name, value in zip(_NAMES, values, strict=True)
    }
    multi = _by_query(ranks, "pool_rank", of_query).group_by("query_language").agg(pl.col(*_NAMES).mean())
    found |= {f"multi {name}": float(multi[name].mean()) for name in _NAMES}  # type: ignore[arg-type]
    spread = ranks.group_by(*of_query, "doc_id").agg(pl.col("pool_rank").max() - pl.col("pool_rank").min())
    distance = spread.group_by("query_language").agg(pl.col("pool_rank").mean())
    return found | {DISTANCE: float(distance["pool_rank"].mean())}  # type: ignore[arg-type]


def _by_query(ranks: pl.DataFrame, column: str, keys: list[str]) -> pl.DataFrame:
    """AP and recall of each query from the ranks of its relevant passages."""
    ordered = ranks.sort(*keys, column)
    place = pl.int_range(1, pl.len() + 1).over(keys)
    return (
        ordered.with_columns(precision=place / pl.col(column))
        .group_by(keys)
        .agg(
            pl.col("precision").mean().alias("AP"),
            *((pl.col(column) <= k).mean().alias(f"R@{k}") for k in (1, 10)),
        )
    )
