"""Contrastive pairs worked by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.encoder.pairs import build_pairs
from switchrank.errors import SwitchRankError

QUERIES = {"q1": "open door", "q2": "turn on light"}
PASSAGES = {"d1": "The door opens.", "d2": "The light goes on."}
TOKENS = pl.DataFrame(
    [(q, d, QUERIES[q], PASSAGES[d]) for q in QUERIES for d in PASSAGES],
    schema=["query_id", "doc_id", "query", "passage"],
    orient="row",
)


def corpus(*rows: tuple[str, str, str, str, int, int]) -> pl.DataFrame:
    """Rows of (query_id, doc_id, query, passage, query_switched, passage_switched)."""
    names = ["query_id", "doc_id", "query", "passage", "query_switched", "passage_switched"]
    frame = pl.DataFrame(list(rows), schema=names, orient="row")
    frame = frame.with_row_index("instance_id").cast({"instance_id": pl.Int64})
    return frame.with_columns(query_language=pl.lit("xx"), passage_language=pl.lit("xx"))


ROWS = [
    ("q1", "d1", "öffne дверь", "The Tür opens.", 2, 1),
    ("q1", "d2", "open Tür", "The свет goes on.", 1, 1),
    ("q1", "d2", "open Tür", "The light goes on.", 1, 0),  # the same query again, the passage as it was
    ("q2", "d1", "turn on light", "The Tür opens.", 1, 1),  # "light" became "light": no change to learn from
]


def test_every_different_switched_version_once() -> None:
    pairs = build_pairs(corpus(*ROWS), TOKENS, 9)
    found = pairs.select("pair_id", "kind", "text_id", "language", "anchor", "positive").rows()
    assert found == [
        (0, "passage", "d1", "xx", "The door opens.", "The Tür opens."),
        (1, "passage", "d2", "xx", "The light goes on.", "The свет goes on."),
        (2, "query", "q1", "xx", "open door", "open Tür"),
        (3, "query", "q1", "xx", "open door", "öffne дверь"),
    ]


def test_the_first_versions_by_instance_are_kept() -> None:
    pairs = build_pairs(corpus(*ROWS), TOKENS, 1)
    assert pairs["positive"].to_list() == ["The Tür opens.", "The свет goes on.", "öffne дверь"]


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    for name, rows in (("a", ROWS), ("b", ROWS[::-1])):
        tables.write(build_pairs(corpus(*rows), TOKENS, 9), tmp_path / name, tables.PAIRS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_switched_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="no text of the corpus was switched"):
        build_pairs(corpus(("q1", "d1", "open door", "The door opens.", 0, 0)), TOKENS, 9)
