"""Measures against ir_measures (trec_eval) and against numbers worked by hand."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.measures import in_order, measure

QUERIES = ["q1", "запрос", "استعلام", "検索", "खोज"]
PASSAGES = ["d1", "d10", "d2", "документ", "وثيقة", "文書", "दस्तावेज़", "Äpfel"]
ALL = [
    "RR",
    "RR@1",
    "RR@3",
    "RR@10",
    "nDCG",
    "nDCG@1",
    "nDCG@3",
    "nDCG@10",
    "AP",
    "AP@2",
    "AP@10",
    "R@1",
    "R@3",
    "R@10",
]


def run_table(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    """A RUN table whose rank follows the order of the rows (the measures must not read it)."""
    return pl.DataFrame(
        [(query, doc, rank, score) for rank, (query, doc, score) in enumerate(rows, start=1)],
        schema={"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32},
        orient="row",
    )


def qrels_table(rows: list[tuple[str, str, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}, orient="row")


def values(table: pl.DataFrame) -> dict[tuple[str, str], float]:
    return {(name, query): value for name, query, value in table.iter_rows()}


def reference(measures: list[str], qrels: pl.DataFrame, run: pl.DataFrame) -> dict[tuple[str, str], float]:
    """What ir_measures says, query by query."""
    judged = [ir_measures.Qrel(*row) for row in qrels.iter_rows()]
    scored = [ir_measures.ScoredDoc(query, doc, score) for query, doc, _, score in run.iter_rows()]
    parsed = [ir_measures.parse_measure(name) for name in measures]
    return {(str(m.measure), m.query_id): m.value for m in ir_measures.iter_calc(parsed, judged, scored)}


# No negative relevance here: pytrec_eval counts grades in an array and does not return for some of them.
judgements = st.dictionaries(
    st.tuples(st.sampled_from(QUERIES), st.sampled_from(PASSAGES)), st.integers(0, 3), min_size=1
)
# Few different scores, so that ties are the rule.
scores = st.dictionaries(
    st.tuples(st.sampled_from([*QUERIES, "unjudged"]), st.sampled_from(PASSAGES)),
    st.sampled_from([-1.5, -0.0, 0.0, 0.25, 7.0]) | st.floats(-5, 5, width=32),
)


@settings(deadline=None, max_examples=150)
@given(judgements, scores)
def test_equal_to_ir_measures_with_ties_gaps_and_grades(
    judged: dict[tuple[str, str], int], scored: dict[tuple[str, str], float]
) -> None:
    qrels = qrels_table([(*key, relevance) for key, relevance in judged.items()])
    run = run_table([(*key, score) for key, score in scored.items()])
    found = values(measure(run, qrels, ALL))
    expected = reference(ALL, qrels, run)
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-9)


def test_by_hand() -> None:
    qrels = qrels_table([("q", "a", 2), ("q", "b", 1), ("q", "c", 0), ("запрос", "文書", 1)])
    run = run_table([("q", "x", 9.0), ("q", "b", 8.0), ("q", "c", 7.0), ("q", "a", 6.0)])
    found = values(measure(run, qrels, ["RR@10", "RR@1", "nDCG@10", "nDCG@2", "AP", "R@2", "R@10"]))
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert found["RR@10", "q"] == 1 / 2
    assert found["RR@1", "q"] == 0
    assert found["nDCG@10", "q"] == pytest.approx((1 / math.log2(3) + 2 / math.log2(5)) / best, abs=1e-12)
    assert found["nDCG@2", "q"] == pytest.approx((1 / math.log2(3)) / best, abs=1e-12)
    assert found["AP", "q"] == pytest.approx((1 / 2 + 2 / 4) / 2, abs=1e-12)
    assert found["R@2", "q"] == 1 / 2
    assert found["R@10", "q"] == 1
    assert [found[name, "запрос"] for name in ("RR@10", "nDCG@10", "AP", "R@10")] == [0, 0, 0, 0]


def test_the_eleventh_place_is_beyond_ten() -> None:
    qrels = qrels_table([("q", "wanted", 1), ("r", "wanted", 1)])
    rows = [(query, f"other{n:02}", 20.0 - n) for query in "qr" for n in range(9 if query == "q" else 10)]
    run = run_table([*rows, ("q", "wanted", 1.0), ("r", "wanted", 1.0)])
    found = values(measure(run, qrels, ["RR@10", "RR"]))
    assert found["RR@10", "q"] == pytest.approx(1 / 10)
    assert found["RR@10", "r"] == 0
    assert found["RR", "r"] == pytest.approx(1 / 11)


def test_ties_go_to_the_later_doc_id() -> None:
    run = run_table([("q", "an", 1.0), ("q", "яблоко", 1.0), ("q", "文", 1.0), ("q", "z", 1.0), ("q", "first", 2.0)])
    ordered = in_order(run)
    assert ordered["doc_id"].to_list() == ["first", "文", "яблоко", "z", "an"]
    assert ordered["rank"].to_list() == [1, 2, 3, 4, 5]
    assert ordered["rank"].dtype == pl.Int32
    assert in_order(run, later_first=False)["doc_id"].to_list() == ["first", "an", "z", "яблоко", "文"]


def test_order_of_rows_and_ranks_in_the_file_do_not_matter() -> None:
    generator = np.random.default_rng(5)
    rows = [(query, doc, float(generator.integers(4))) for query in QUERIES for doc in PASSAGES]
    qrels = qrels_table([(query, doc, int(generator.integers(3))) for query in QUERIES for doc in PASSAGES[::2]])
    shuffled = [rows[index] for index in generator.permutation(len(rows))]
    assert measure(run_table(rows), qrels, ALL).equals(measure(run_table(shuffled), qrels, ALL))


def test_result_fits_its_contract(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = measure(run_table([("検索", "d1", 1.0)]), qrels_table([("検索", "d1", 1)]), ["RR@10"])
    tables.write(table, tmp_path / "m.parquet", tables.MEASURES)
    assert tables.read(tmp_path / "m.parquet", tables.MEASURES).rows() == [("RR@10", "検索", 1.0)]


def test_negative_relevance_is_not_relevant() -> None:
    run = run_table([("q", "spam", 3.0), ("q", "мусор", 2.0), ("q", "a", 1.0)])
    negative = measure(run, qrels_table([("q", "spam", -2), ("q", "мусор", -1), ("q", "a", 2)]), ALL)
    zero = measure(run, qrels_table([("q", "spam", 0), ("q", "мусор", 0), ("q", "a", 2)]), ALL)
    assert negative.equals(zero)
    assert values(negative)["nDCG", "q"] == pytest.approx(1 / 2)


def test_empty_run_measures_zero() -> None:
    table = measure(run_table([]), qrels_table([("q", "d", 1)]), ["RR@10", "nDCG", "AP", "R@5"])
    assert table["value"].to_list() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("q", "d1", float("nan"))], "score of query 'q', passage 'd1' is not a number"),
        ([("q", "文書", 1.0), ("q", "文書", 2.0)], "passage '文書' stands more than once for query 'q'"),
    ],
)
def test_bad_runs_are_refused(rows: list[tuple[str, str, float]], words: str) -> None:
    with pytest.raises(SwitchRankError, match=words) as raised:
        measure(run_table(rows), qrels_table([("q", "d1", 1)]), ["RR"], "results/run/x.parquet")
    assert str(raised.value).startswith("results/run/x.parquet: ")


def test_no_qrels_and_unknown_measures_are_refused() -> None:
    with pytest.raises(SwitchRankError, match="qrels have no rows"):
        measure(run_table([]), qrels_table([]), ["RR"])
    for name in ("P@5", "R", "RR@0", "rr@10"):
        with pytest.raises(SwitchRankError, match=f"measure '{name}' is not one of"):
            measure(run_table([]), qrels_table([("q", "d", 1)]), [name])
