"""Measures against ir_measures (trec_eval) and against numbers worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import ir_measures
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from switchrank import tables
from switchrank.config import read_config
from switchrank.errors import SwitchRankError
from switchrank.measures.computing import measure, measure_file
from switchrank.measures.judgements import judgements_of, refuse_unknown
from switchrank.measures.order import ranked
from switchrank.measures.registry import MEASURES, Measure, Ranking, known_measures, parsed
from tests.unit.report.test_settings import edited

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
    "P@1",
    "P@3",
    "P@10",
    "Success@1",
    "Success@3",
    "Judged",
    "Judged@1",
    "Judged@3",
    "Judged@10",
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
    ordered = ranked(run)
    assert ordered["doc_id"].to_list() == ["first", "文", "яблоко", "z", "an"]
    assert ordered["rank"].to_list() == [1, 2, 3, 4, 5]
    assert ordered["rank"].dtype == pl.Int32
    assert ranked(run, later_first=False)["doc_id"].to_list() == ["first", "an", "z", "яблоко", "文"]


def test_order_of_rows_and_ranks_in_the_file_do_not_matter() -> None:
    generator = np.random.default_rng(5)
    rows = [(query, doc, float(generator.integers(4))) for query in QUERIES for doc in PASSAGES]
    qrels = qrels_table([(query, doc, int(generator.integers(3))) for query in QUERIES for doc in PASSAGES[::2]])
    shuffled = [rows[index] for index in generator.permutation(len(rows))]
    assert measure(run_table(rows), qrels, ALL).equals(measure(run_table(shuffled), qrels, ALL))


def test_result_fits_its_contract(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = measure(run_table([("検索", "d1", 1.0)]), qrels_table([("検索", "d1", 1)]), ["RR@10"])
    tables.write(of_pairs(table, "ja-ja"), tmp_path / "m.parquet", tables.MEASURES)
    assert tables.read(tmp_path / "m.parquet", tables.MEASURES).rows() == [("ja-ja", "RR@10", "検索", 1.0)]


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
        ([("q", "文書", 1.0), ("q", "文書", 2.0)], "passage '文書' occurs more than once for query 'q'"),
    ],
)
def test_bad_runs_are_refused(rows: list[tuple[str, str, float]], words: str) -> None:
    with pytest.raises(SwitchRankError, match=words) as raised:
        measure(run_table(rows), qrels_table([("q", "d1", 1)]), ["RR"], "results/run/x.parquet")
    assert str(raised.value).startswith("results/run/x.parquet: ")


def test_no_qrels_and_unknown_measures_are_refused() -> None:
    with pytest.raises(SwitchRankError, match="qrels have no rows"):
        measure(run_table([]), qrels_table([]), ["RR"])
    for name in ("P", "Success", "R", "RR@0", "rr@10", "Judged@"):
        with pytest.raises(SwitchRankError, match=f"measure '{name}' is not one of"):
            measure(run_table([]), qrels_table([("q", "d", 1)]), [name])


def test_precision_success_and_judged_by_hand() -> None:
    qrels = qrels_table([("q", "a", 2), ("q", "b", 0), ("q", "文書", 1), ("запрос", "a", 1)])
    run = run_table([("q", "x", 9.0), ("q", "b", 8.0), ("q", "文書", 7.0)])
    found = values(
        measure(run, qrels, ["P@1", "P@3", "P@5", "Success@2", "Success@3", "Judged@2", "Judged@10", "Judged"])
    )
    assert [found[f"P@{k}", "q"] for k in (1, 3, 5)] == pytest.approx([0, 1 / 3, 1 / 5])
    assert [found[f"Success@{k}", "q"] for k in (2, 3)] == [0, 1]
    assert found["Judged@2", "q"] == 1 / 2
    assert found["Judged@10", "q"] == pytest.approx(2 / 3), "three were retrieved, not ten"
    assert found["Judged", "q"] == pytest.approx(2 / 3)
    assert all(value == 0 for (_, query), value in found.items() if query == "запрос")


def of_pairs(run: pl.DataFrame, *pairs: str) -> pl.DataFrame:
    """The same run in each of these pairs."""
    return pl.concat(run.select(pl.lit(pair).alias("pair"), pl.all()) for pair in pairs)


def in_pieces(run: pl.DataFrame, sizes: list[int], path: Path) -> Path:
    """A RUN file of two pairs whose row groups end anywhere, within a query too, or hold the end of one pair and the
    begin of the other."""
    ordered = of_pairs(ranked(run), "ar-hi", "xx-ja")
    at = 0
    with tables.stream(path, tables.RUN) as append:
        for size in [*sizes, ordered.height]:
            if at < ordered.height:
                append(ordered.slice(at, size).to_arrow(compat_level=pl.CompatLevel.oldest()))
                at += size
    return path


@settings(deadline=None, max_examples=60)
@given(judgements, scores, st.lists(st.integers(1, 7), max_size=6))
def test_a_file_is_measured_as_its_table(
    tmp_path_factory: pytest.TempPathFactory,
    judged: dict[tuple[str, str], int],
    scored: dict[tuple[str, str], float],
    sizes: list[int],
) -> None:
    qrels = qrels_table([(*key, relevance) for key, relevance in judged.items()])
    # one judged query at least, as a run of this benchmark has
    run = run_table([(*key, score) for key, score in (scored | {(qrels["query_id"][0], "d3"): 0.5}).items()])
    path = in_pieces(run, sizes, tmp_path_factory.mktemp("runs") / "run.parquet")
    found = measure_file(path, lambda pair: judgements_of(qrels), ALL)
    assert found.equals(of_pairs(measure(run, qrels, ALL), "ar-hi", "xx-ja"))


def test_many_ties_and_judgements() -> None:
    """A run long enough to fill the table of passages, half of it judged, five different scores."""
    generator = np.random.default_rng(3)
    docs = [f"وثيقة{number}" for number in range(700)]
    run = run_table([(query, doc, float(generator.integers(5))) for query in ("検索", "q") for doc in docs])
    qrels = qrels_table([(query, doc, int(generator.integers(3))) for query in ("検索", "q") for doc in docs[::2]])
    found, expected = values(measure(run, qrels, ALL)), reference(ALL, qrels, run)
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "has no rows; a run ranks one passage at least"),
        ([("q", "a", 1, 2.0), ("q", "b", 2, float("nan"))], "en-ru: score of query 'q', passage 'b' is not a number"),
        ([("q", "文書", 1, 2.0), ("q", "文書", 2, 1.0)], "passage '文書' occurs more than once for query 'q'"),
        ([("other", "a", 1, 2.0)], r"en-ru: has none of the 1 judged queries \(the first is 'q'\)"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, rows: list[tuple[str, str, int, float]], words: str) -> None:
    path = tmp_path / "run.parquet"
    run = pl.DataFrame(rows, schema=run_table([]).schema, orient="row")
    tables.write(of_pairs(run, "en-ru"), path, tables.RUN)
    with pytest.raises(SwitchRankError, match=words) as raised:
        measure_file(path, lambda pair: judgements_of(qrels_table([("q", "a", 1)])), ["RR"])
    assert str(raised.value).startswith(f"{path}: ")


def test_a_query_whose_rows_stand_apart_is_refused(tmp_path: Path) -> None:
    rows = [("q", "a", 1, 3.0), ("r", "a", 1, 2.0), ("q", "b", 2, 1.0)]
    path = tmp_path / "run.parquet"
    run = pl.DataFrame(rows, schema=run_table([]).schema, orient="row")
    of_pairs(run, "en-ru").write_parquet(path, compression="zstd")
    with pytest.raises(SwitchRankError, match="rows of query 'q' are not adjacent; runs are sorted by query"):
        measure_file(path, lambda pair: judgements_of(qrels_table([("q", "a", 1)])), ["RR"])


def test_a_truncated_or_foreign_file_is_refused(tmp_path: Path) -> None:
    judged = judgements_of(qrels_table([("q", "a", 1)]))
    path = tmp_path / "run.parquet"
    tables.write(of_pairs(run_table([("q", "a", 1.0)]), "en-ru"), path, tables.RUN)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(SwitchRankError, match="unreadable or truncated"):
        measure_file(path, lambda pair: judged, ["RR"])
    of_pairs(pl.DataFrame({"query_id": ["q"], "doc_id": ["a"], "rank": [1], "score": [1.0]}), "en-ru").write_parquet(
        path
    )
    with pytest.raises(SwitchRankError, match="column 'rank' of run is int64, expected int32"):
        measure_file(path, lambda pair: judged, ["RR"])


def test_qrels_that_judge_a_passage_twice_are_refused() -> None:
    with pytest.raises(SwitchRankError, match="judge passage '文書' more than once for query 'q'"):
        measure(run_table([]), qrels_table([("q", "文書", 1), ("q", "文書", 0)]), ["RR"])


def test_qrels_of_unknown_queries_and_passages_are_refused() -> None:
    qrels = qrels_table([("q1", "d1", 1), ("запрос", "文書", 0)])
    refuse_unknown(qrels, iter(["q1", "запрос", "more"]), ["文書", "d1"], "qrels.parquet")
    with pytest.raises(
        SwitchRankError, match=r"qrels.parquet: judges query 'запрос', which .* does not have \(1 such\)"
    ):
        refuse_unknown(qrels, ["q1"], ["文書", "d1"], "qrels.parquet")
    with pytest.raises(SwitchRankError, match="judges passage 'd1'"):
        refuse_unknown(qrels, ["q1", "запрос"], ["文書"], "qrels.parquet")


def test_a_passage_that_stands_twice_is_found_in_a_second_run_too(tmp_path: Path) -> None:
    """Runs of one candidate list are not checked again; d1 twice has the count of d0 and d2, and in a plain hash
    even the sum."""
    judged = judgements_of(qrels_table([("q", "d0", 1), ("r", "d2", 1)]))
    paths = []
    for number, docs in enumerate((["d0", "d2"], ["d2", "d0"], ["d1", "d1"])):
        rows = [(query, doc, rank, -float(rank)) for query in "qr" for rank, doc in enumerate(docs, start=1)]
        paths.append(tmp_path / f"{number}.parquet")
        run = pl.DataFrame(rows, schema=run_table([]).schema, orient="row")
        tables.write(of_pairs(run, "en-ru"), paths[-1], tables.RUN)
    found = [measure_file(path, lambda pair: judged, ["RR"])["value"].to_list() for path in paths[:2]]
    assert found == [[1, 1 / 2], [1 / 2, 1]]
    with pytest.raises(SwitchRankError, match="passage 'd1' occurs more than once for query 'q'"):
        measure_file(paths[2], lambda pair: judged, ["RR"])


def test_ids_are_read_from_the_column_alone(tmp_path: Path) -> None:
    table = pl.DataFrame({"query_id": ["検索", "запрос"], "language": ["ja", "ru"], "text": ["一", "два"]})
    tables.write(table, tmp_path / "q.parquet", tables.QUERIES)
    assert list(tables.values_of(tmp_path / "q.parquet", tables.QUERIES, "query_id")) == ["запрос", "検索"]
    with pytest.raises(SwitchRankError, match="no such file"):
        list(tables.values_of(tmp_path / "none.parquet", tables.QUERIES, "query_id"))


def test_a_new_measure_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs, the configuration and its messages know it."""

    def misses(ranking: Ranking, cutoff: int) -> NDArray[np.float64]:
        return ranking.relevant - ranking.relevant_within(cutoff)

    monkeypatch.setitem(MEASURES, "Misses", Measure(misses, misses, bare=False))
    qrels = qrels_table([("q", "a", 2), ("q", "b", 1), ("запрос", "文書", 1)])
    found = values(measure(run_table([("q", "x", 2.0), ("q", "b", 1.0)]), qrels, ["Misses@1", "Misses@2"]))
    assert found == {
        ("Misses@1", "q"): 2,
        ("Misses@2", "q"): 1,
        ("Misses@1", "запрос"): 1,
        ("Misses@2", "запрос"): 1,
    }
    raw = edited(tables__p__measure="Misses@5", evaluation__measures=["Misses@5", "RR@10"])
    assert read_config(raw).tables["p"].measure == "Misses@5"
    with pytest.raises(SwitchRankError, match=r"'Misses' is not one of RR, RR@k, .*Judged@k, Misses@k$"):
        read_config(edited(evaluation__measures=["Misses", "RR@10"]))


def test_the_registry_has_the_names_that_messages_list() -> None:
    assert known_measures() == "RR, RR@k, nDCG, nDCG@k, AP, AP@k, R@k, P@k, Success@k, Judged, Judged@k"
    assert [name for name in ALL if parsed(name) is None] == []
