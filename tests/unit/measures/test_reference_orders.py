"""Candidates in their own order, in random order and at their best, against every order of small lists."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.measures.computing import measure
from switchrank.measures.judgements import judgements_of
from switchrank.measures.reference_names import CEILING, FIRST_STAGE, RANDOM
from switchrank.measures.reference_orders import measure_candidates
from tests.toy.script import Job, Named, run_script

NAMES = ["RR", "RR@2", "nDCG", "nDCG@3", "AP", "AP@2", "R@1", "R@3", "P@2", "P@9", "Success@1", "Success@2", "Judged@2"]
LISTS = {
    "вопрос": ["d1", "文書", "d3", "وثيقة", "d5"],
    "प्रश्न": ["d1"],
    "問い": ["d2", "d3", "d4"],
    "none": ["d7", "d8"],
}
JUDGED = [("вопрос", "文書", 1), ("вопрос", "d5", 2), ("вопрос", "d9", 1), ("вопрос", "d3", 0), ("प्रश्न", "d1", 1)]
JUDGED += [("問い", "d3", 1), ("none", "d9", 1), ("не найден", "d1", 1)]
QRELS = pl.DataFrame(JUDGED, schema={"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}, orient="row")


def candidates(path: Path, lists: dict[str, list[str]]) -> str:
    rows = [(query, doc, rank, 0.0) for query, docs in lists.items() for rank, doc in enumerate(docs, start=1)]
    table = pl.DataFrame(rows, schema=tables.CANDIDATES.schema, orient="row")
    tables.write(table, path, tables.CANDIDATES)
    return str(path)


def in_order(query: str, docs: tuple[str, ...]) -> dict[str, float]:
    """The measures of one list, as of any run."""
    run = pl.DataFrame({"query_id": query, "doc_id": docs, "score": [-float(n) for n in range(len(docs))]})
    run = run.with_columns(pl.col("score").cast(pl.Float32))
    found = measure(run, QRELS.filter(pl.col("query_id") == query), NAMES)
    return dict(found.select("measure", "value").iter_rows())


def test_against_every_order_of_the_candidates(tmp_path: Path) -> None:
    found = dict(measure_candidates(candidates(tmp_path / "c.parquet", LISTS), judgements_of(QRELS), NAMES))
    assert list(found) == [FIRST_STAGE, RANDOM, CEILING]
    value = {
        (order, name, query): v for order, rows in found.items() for name, query, v in rows.iter_rows()
    }  # measure, query_id, value
    for query, docs in LISTS.items():
        orders = [in_order(query, order) for order in permutations(docs)]
        given = in_order(query, tuple(docs))
        for name in NAMES:
            assert value[FIRST_STAGE, name, query] == pytest.approx(given[name]), (name, query)
            mean = sum(order[name] for order in orders) / len(orders)
            assert value[RANDOM, name, query] == pytest.approx(mean), (name, query)
            assert value[CEILING, name, query] == pytest.approx(max(order[name] for order in orders)), (name, query)
    assert {value[order, name, "не найден"] for order in found for name in NAMES} == {0.0}


def test_random_order_by_hand(tmp_path: Path) -> None:
    """One relevant among four: RR is (1 + 1/2 + 1/3 + 1/4) / 4 = 25/48, RR@2 (1 + 1/2) / 4 = 3/8, R@3 3/4."""
    path = candidates(tmp_path / "c.parquet", {"q": ["a", "b", "c", "d"]})
    qrels = QRELS.head(1).with_columns(query_id=pl.lit("q"), doc_id=pl.lit("c"))
    rows = dict(measure_candidates(path, judgements_of(qrels), ["RR", "RR@2", "R@3"]))[RANDOM]
    assert rows["value"].to_list() == pytest.approx([25 / 48, 3 / 8, 3 / 4])


def test_the_script_averages_pairs_and_regimes(tmp_path: Path) -> None:
    path = candidates(tmp_path / "c.parquet", LISTS)
    tables.write(QRELS, tmp_path / "qrels.parquet", tables.QRELS)
    by = {"qrels": str(tmp_path / "qrels.parquet"), "queries": []}
    pairs = ["en-ja", "en-en"]
    settings = {"measures": ["RR@2"], "candidates": dict.fromkeys(pairs, path), "judged_by": dict.fromkeys(pairs, by)}
    job = Job(
        tmp_path / "log",
        input=Named(candidates=[path], qrels=[by["qrels"]]),
        output=Named(made=str(tmp_path / "references.parquet")),
        params=Named(settings=settings, groups={}),
        wildcards=Named(benchmark="home"),
    )
    run_script("measure_references", job)
    rows = tables.read(tmp_path / "references.parquet", tables.SUMMARY)
    means = {row["system"]: row["mean"] for row in rows.filter(pl.col("pair") == "mean").iter_rows(named=True)}
    # of five queries: 1/2, 1, 1/2, 0 and 0; the ceiling 1, 1, 1, 0, 0
    assert means[FIRST_STAGE] == pytest.approx(2 / 5) and means[CEILING] == pytest.approx(3 / 5)
    # two relevant of five: 2/5 + 3/5 · 2/4 · 1/2; one of one; one of three: 1/3 + 1/3 · 1/2
    assert means[RANDOM] == pytest.approx((0.55 + 1 + 0.5) / 5)
    assert set(rows["regime"]) == {"MoIR", "CLIR"} and set(rows["pair"]) == {"en-ja", "en-en", "mean"}
