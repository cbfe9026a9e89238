"""Training instances that a source gives, such as the triples of MS MARCO, piece by piece."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import polars as pl

from switchrank.errors import SwitchRankError


def given_instances(
    given: Iterable[pl.DataFrame], queries: pl.DataFrame, passages: pl.DataFrame, left_out: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The given pairs that may be trained on, in their order; a repeated pair stays repeated.

    What is left out is counted on stderr at the end: pairs with a query or passage that the guard leaves out, and pairs
    with an id that no train query or no train passage has, as those of other splits.

    Args:
        given: pieces with `query_id`, `doc_id` and `label`, from a reader.
        queries: `query_id` of the train queries.
        passages: `doc_id` of the train passages.
        left_out: LEFT_OUT table.

    Returns:
        Pieces of an INSTANCES table, numbered from 0; one is in memory at a time.

    Raises:
        SwitchRankError: no relevant pair is left.
    """
    queries_out, passages_out = (left_out.filter(pl.col("kind") == kind)["id"] for kind in ("query", "passage"))
    guarded = pl.col("query_id").is_in(queries_out.implode()) | pl.col("doc_id").is_in(passages_out.implode())
    asked, shown = queries.select("query_id"), passages.select("doc_id")
    total = kept = relevant = judged = 0
    for piece in given:
        rows = piece.join(asked, on="query_id", how="semi", maintain_order="left")
        rows = rows.join(shown, on="doc_id", how="semi", maintain_order="left")
        total += piece.height
        judged += piece.filter(guarded).height
        numbers = pl.int_range(kept, kept + pl.len(), dtype=pl.Int64).alias("instance_id")
        kept += rows.height
        relevant += rows.filter(pl.col("label") == 1).height
        if rows.height:
            yield rows.select(numbers, "query_id", "doc_id", pl.col("label").cast(pl.Int8))
    counts = (
        f"{total:,} given pairs: {kept:,} are kept, {relevant:,} of them relevant; {judged:,} are left out, as the "
        f"guard leaves out the query or the passage, and {total - kept - judged:,}, as train has no such query or "
        "passage"
    )
    if not relevant:
        raise SwitchRankError(f"negatives: {counts}; at least one relevant pair is needed")
    sys.stderr.write(f"{counts}\n")
