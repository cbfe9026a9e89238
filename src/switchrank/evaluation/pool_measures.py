"""Measures of retrieval from one pool of all languages, and the language bias that it shows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from switchrank.tables import POOL

_NAMES = ("AP", "R@1", "R@10")
DISTANCE = "rank distance"


def pool_measures(ranks: pl.DataFrame, parallel: bool = True) -> dict[str, float]:
    """Measures of a POOL table, as in 2408.10536, section 4: macro averages over language pairs or query languages.

    `mono AP`: query and passages in one language. `cross AP`: in two, all ordered pairs. `multi AP`: passages of all
    languages in one pool, where every translation of a relevant passage is relevant. `… R@k` for k of 1, 10.
    `rank distance`: for a query the greatest minus the smallest pool rank of the translations of a relevant passage
    (after Huang et al. 2023), mean over relevant passages and queries; the fewer languages count, the smaller. If
    passages are not parallel, the relevant passages of a query in all languages take the place of the translations.

    Args:
        ranks: POOL table.
        parallel: whether a doc_id means the same passage in every language.

    Returns:
        Values by name; those of a part that has no query (mono, cross) are absent.
    """
    # the last bits of a mean depend on the order of summation
    ranks = ranks.sort(*POOL.key)
    scope = (
        pl.when(pl.col("query_language") == pl.col("passage_language")).then(pl.lit("mono")).otherwise(pl.lit("cross"))
    )
    of_pair = ["scope", "query_language", "passage_language"]
    macro = _means(_by_query(ranks.with_columns(scope=scope), "rank", [*of_pair, "query_id"]), of_pair, _NAMES)
    found = {
        f"{scope} {name}": value
        for scope, *values in _means(macro, ["scope"], _NAMES).iter_rows()
        for name, value in zip(_NAMES, values, strict=True)
    }
    of_query = ["query_language", "query_id"]
    multi = _means(_by_query(ranks, "pool_rank", of_query), of_query[:1], _NAMES)
    found |= {f"multi {name}": float(multi[name].mean()) for name in _NAMES}  # type: ignore[arg-type]
    together = [*of_query, "doc_id"] if parallel else of_query
    spread = ranks.group_by(together, maintain_order=True).agg(pl.col("pool_rank").max() - pl.col("pool_rank").min())
    distance = _means(spread, of_query[:1], ["pool_rank"])
    return found | {DISTANCE: float(distance["pool_rank"].mean())}  # type: ignore[arg-type]


def _means(values: pl.DataFrame, keys: Sequence[str], names: Sequence[str]) -> pl.DataFrame:
    """Means of each group, the groups in the order of their first rows."""
    return values.group_by(keys, maintain_order=True).agg(pl.col(*names).mean())


def _by_query(ranks: pl.DataFrame, column: str, keys: list[str]) -> pl.DataFrame:
    """AP and recall of each query from the ranks of its relevant passages, sorted by `keys`."""
    ordered = ranks.sort(*keys, column)
    place = pl.int_range(1, pl.len() + 1).over(keys)
    return (
        ordered.with_columns(precision=place / pl.col(column))
        .group_by(keys, maintain_order=True)
        .agg(
            pl.col("precision").mean().alias("AP"),
            *((pl.col(column) <= k).mean().alias(f"R@{k}") for k in (1, 10)),
        )
    )
