"""What a backend changes, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.evaluation.backend_comparison import compare_runs, in_words

QRELS = pl.DataFrame(
    {"query_id": ["q1", "q2"], "doc_id": ["a", "b"], "relevance": [1, 1]}, schema_overrides={"relevance": pl.Int8}
)


def run(**scores: list[float]) -> pl.DataFrame:
    """Scores of passages a, b, c by query."""
    rows = []
    for query, values in scores.items():
        ordered = sorted(zip(values, "abc", strict=True), reverse=True)
        rows += [(query, doc, rank, value) for rank, (value, doc) in enumerate(ordered, 1)]
    schema = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_by_hand(tmp_path: Path) -> None:
    runs = {
        "torch": run(q1=[3.0, 2.0, 1.0], q2=[0.5, 0.25, 0.0]),  # RR 1 and 1/2
        "openvino": run(q1=[3.0, 2.0, 1.0], q2=[0.5, 0.25, 0.0]),
        "int8": run(q1=[1.5, 2.0, 1.0], q2=[0.5, 0.25, 0.0]),  # RR 1/2 and 1/2
    }
    found = compare_runs(runs, QRELS, ["RR@10"], "en-de")
    tables.write(found, tmp_path / "backends.parquet", tables.BACKENDS)
    rows = {row["backend"]: row for row in found.iter_rows(named=True)}
    assert rows["torch"]["mean"] == pytest.approx(0.75)
    assert rows["openvino"] == rows["torch"] | {"backend": "openvino"}
    assert rows["int8"]["mean"] == pytest.approx(0.5)
    assert rows["int8"]["difference"] == pytest.approx(-0.25)
    assert rows["int8"]["largest"] == pytest.approx(1.5)
    assert rows["int8"]["reordered"] == pytest.approx(0.5)
    assert rows["int8"]["queries"] == 2
    assert in_words(found)[1] == (
        "int8 en-de: RR@10 50.00, 25.00 points below torch's 75.00; 50 % of queries in another order, "
        "scores at most 1.5e+00 apart"
    )
