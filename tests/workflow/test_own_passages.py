"""A benchmark whose languages have passages of their own, from files to tables and exports, through Snakemake."""

from __future__ import annotations

from pathlib import Path

import ir_measures
import polars as pl
import pytest
import yaml

from switchrank import tables
from switchrank.data.table_rows import json_rows
from tests.toy import own_passages
from tests.toy.workspace import Workspace, clone

pytestmark = pytest.mark.workflow

RETRIEVAL = {"query_prefix": "query: ", "passage_prefix": "passage: ", "max_length": 64}
PAIRS = ["en-en", "ar-ar", "en-zh", "zh-ar", "hi-zh", "en-xx", "xx-xx"]
CANDIDATES = {"from": "encoder", "encoder": "short", "depth": 2, "embedding": {"query_prefix": "query: "}}
CONFIG = {
    "run": {"systems": ["dense", "cut", "zeroshot"], "benchmarks": ["own"], "pairs": PAIRS},
    "benchmarks": {"own": own_passages.ENTRY | {"candidates": CANDIDATES}},
    "systems": {
        "dense": {"encoder": "short", "retrieval": RETRIEVAL},
        "cut": {"encoder": "short", "retrieval": RETRIEVAL | {"max_length": 8}},
    },
    "evaluation": {"measures": ["AP", "RR@10"], "significance": {"baseline": "dense"}},
    "tables": {
        "main": {"caption": "AP", "benchmark": "own", "measure": "AP"},
        "pool": {"kind": "pool", "caption": "One pool", "benchmark": "own", "systems": ["dense", "cut"]},
    },
}
TARGETS = [
    "results/table/main.md",
    "results/table/pool.md",
    "results/overlap.parquet",
    "results/report.html",
    "export_runs",
    "results/export/beir/own/hi-zh/test/corpus.jsonl",
    "results/export/beir/own/en-xx/test/corpus.jsonl",
]


@pytest.fixture(scope="module")
def made(toy_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace: Workspace = clone(tmp_path_factory.mktemp("own") / "clone", toy_sources)
    own_passages.write(workspace.folder / "own")
    (workspace.folder / "own.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    finished = workspace.snakemake(*TARGETS, "--configfile", "own.yaml")
    assert finished.code == 0, finished.output[-6000:]
    return workspace.folder / "results"


def run_of(made: Path, pair: str) -> pl.DataFrame:
    return tables.read(made / "run/dense/seed1/own.parquet", tables.RUN).filter(pl.col("pair") == pair)


def test_a_pair_ranks_the_passages_of_its_language(made: Path) -> None:
    for pair in PAIRS:
        shown = pair[-2:]
        codes = own_passages.LANGUAGES if shown == "xx" else [shown]
        pool = {f"{code}-{n}" for code in codes for n in range(1, len(own_passages.PASSAGES[code]) + 1)}
        for (query,), ranked in run_of(made, pair).group_by("query_id"):
            assert set(ranked["doc_id"]) == pool, (pair, query)


def test_a_pair_is_judged_on_its_own_queries(made: Path) -> None:
    measured = tables.read(made / "measure/dense/seed1/own.parquet", tables.MEASURES)
    asked = {pair: rows["query_id"].unique().sort().to_list() for (pair,), rows in measured.group_by("pair")}
    every, without_q3 = ["q1", "q2", "q3", "q4"], ["q1", "q2", "q4"]
    expected = dict.fromkeys(PAIRS, every) | dict.fromkeys(["ar-ar", "zh-ar", "hi-zh"], without_q3)
    assert asked == expected, "q3 has no Arabic passage and no Hindi question"


def test_average_precision_over_all_languages_is_that_of_ir_measures(made: Path) -> None:
    """One relevant passage per language: en-xx has four for q1, two for q3."""
    qrels = list(ir_measures.read_trec_qrels(str(made / "export/qrels/own/en-xx.trec")))
    assert sum(row.query_id == "q1" for row in qrels) == 4 and sum(row.query_id == "q3" for row in qrels) == 2
    run = list(ir_measures.read_trec_run(str(made / "export/runs/dense/seed1/own/en-xx.trec")))
    expected = {row.query_id: row.value for row in ir_measures.iter_calc([ir_measures.AP], qrels, run)}
    measured = tables.read(made / "measure/dense/seed1/own.parquet", tables.MEASURES)
    ours = measured.filter(pl.col("pair") == "en-xx", pl.col("measure") == "AP").select("query_id", "value")
    assert dict(ours.iter_rows()) == pytest.approx(expected)


def test_a_ranker_scores_the_candidates_of_each_pair(made: Path) -> None:
    """The encoder's two nearest passages of the pair, which a dense run with the same prefixes has too."""
    every = tables.read(made / "run/zeroshot/seed1/own.parquet", tables.RUN)
    for pair in PAIRS:
        candidates = tables.read(made / f"data/own/candidates/test/{pair}.parquet", tables.CANDIDATES)
        shown = own_passages.LANGUAGES if pair.endswith("xx") else [pair[-2:]]
        assert set(candidates["doc_id"].str.slice(0, 2)) <= set(shown)
        assert candidates.group_by("query_id").len()["len"].unique().to_list() == [2]
        asked = "hi" if pair == "hi-zh" else "en"
        assert ("q3" in candidates["query_id"]) == ("q3" in own_passages.RELEVANT.get(shown[0], {}) and asked != "hi")
        scored = every.filter(pl.col("pair") == pair).sort("query_id", "doc_id")
        assert scored.select("query_id", "doc_id").equals(
            candidates.sort("query_id", "doc_id").select("query_id", "doc_id")
        )


def test_the_page_reports_the_recall_of_each_pairs_candidates(made: Path) -> None:
    text = (made / "report.html").read_text(encoding="utf-8")
    for pair in PAIRS:
        queries = 3 if pair in ("ar-ar", "zh-ar", "hi-zh") else 4
        assert f"own, test, {pair}: {queries} queries with up to 2 candidates by an encoder each. " in text


def test_the_pool_ranks_every_relevant_passage_among_all_languages(made: Path) -> None:
    ranks = tables.read(made / "pool/dense/seed1/own.parquet", tables.POOL)
    english = ranks.filter(pl.col("query_language") == "en")
    assert english.height == 14 and english["pool_rank"].max() <= 17
    assert (english["doc_id"].str.slice(0, 2) == english["passage_language"]).all()
    assert ranks.filter(pl.col("query_language") == "hi")["query_id"].unique().sort().to_list() == ["q1", "q2", "q4"]


def test_words_in_common_are_counted_in_each_pairs_own_texts(made: Path) -> None:
    found = tables.read(made / "overlap.parquet", tables.OVERLAP).filter(pl.col("system") == "dense")
    counts = dict(found.group_by("pair").agg(pl.col("queries").sum()).iter_rows())
    assert counts["en-en"] == 4 and counts["hi-zh"] == 3 and counts["en-xx"] == 4


def test_exported_folders_hold_the_texts_and_judgements_of_the_pair(made: Path) -> None:
    hindi, every = (made / f"export/beir/own/{pair}/test" for pair in ("hi-zh", "en-xx"))
    assert [row["_id"] for _, row in json_rows(hindi / "queries.jsonl")] == ["q1", "q2", "q4"]
    assert [row["_id"] for _, row in json_rows(hindi / "corpus.jsonl")] == [f"zh-{n}" for n in range(1, 6)]
    judged = (hindi / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert judged == ["q1\tzh-1\t1", "q2\tzh-2\t1", "q4\tzh-4\t1"]
    assert len(list(json_rows(every / "corpus.jsonl"))) == 17
