"""Every Parquet that a run makes holds what the design says."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml

from switchrank import tables
from tests.toy.workspace import Workspace

pytestmark = pytest.mark.workflow

CONTRACTS = [
    (r"data/[^/]+/passages/[a-z]{2}", tables.PASSAGES),
    (r"data/[^/]+/queries/[a-z]+/[a-z]{2}", tables.QUERIES),
    (r"data/[^/]+/titles/[a-z]{2}", tables.TITLES),
    (r"data/[^/]+/splits", tables.SPLITS),
    (r"data/[^/]+/left_out", tables.LEFT_OUT),
    (r"data/[^/]+/contamination/[^/]+", tables.CONTAMINATION),
    (r"data/[^/]+/qrels/[a-z]+/shared", tables.QRELS),
    (r"data/[^/]+/candidates/[a-z]+/shared", tables.CANDIDATES),
    (r"data/[^/]+/instances", tables.INSTANCES),
    (r"data/[^/]+/mixed/[a-z]+/(queries|passages)", tables.MIXED),
    (r"vectors/[^/]+/[a-z]{2}", tables.VECTORS),
    (r"lexicon/[^/]+/[a-z]{2}-[a-z]{2}", tables.LEXICON),
    (r"lexicon/[^/]+/quality", tables.QUALITY),
    (r"corpus/tokens/[^/]+/tokens", tables.TOKENS),
    (r"corpus/tokens/[^/]+/vocabulary", tables.VOCABULARY),
    (r"corpus/[^/]+/[a-z]{2}-[a-z]{2}", tables.CORPUS),
    (r"corpus/[^/]+/summary", tables.CORPUS_SUMMARY),
    (r"pairs/[^/]+/pairs", tables.PAIRS),
    (r"pairs/[^/]+/(given|negatives)", tables.NEGATIVES),
    (r"pairs/[^/]+/seed\d+/batches", tables.BATCHES),
    (r"encoder/[^/]+/seed\d+/training", tables.TRAINING),
    (r"encoder/[^/]+/seed\d+/diagnostics", tables.DIAGNOSTICS),
    (r"ranker/tokens/[^/]+/[^/]+/[a-z]{2}-[a-z]{2}", tables.ENCODED),
    (r"ranker/[^/]+/[a-z-]+/seed\d+/training", tables.TRAINING),
    (r"ranker/[^/]+/[a-z-]+/seed\d+/dev", tables.DEV),
    (r"translated/[^/]+/[^/]+/[a-z]+/queries/[a-z]{2}", tables.QUERIES),
    (r"translated/[^/]+/[^/]+/[a-z]+/passages/[a-z]{2}", tables.PASSAGES),
    (r"run/[^/]+/seed\d+/[^/]+", tables.RUN),
    (r"measure/[^/]+/seed\d+/[^/]+", tables.MEASURES),
    (r"summary", tables.SUMMARY),
    (r"reference/[^/]+", tables.SUMMARY),
    (r"significance", tables.SIGNIFICANCE),
    (r"table/[^/]+", tables.CELLS),
    (r"manifest", tables.MANIFEST),
]


def _contract(path: str) -> tables.Contract:
    found = [contract for pattern, contract in CONTRACTS if re.fullmatch(f"{pattern}.parquet", path)]
    assert len(found) == 1, f"{path} fits {len(found)} contracts"
    return found[0]


def test_every_table_keeps_its_contract(finished_run: Workspace) -> None:
    results = finished_run.folder / "results"
    paths = sorted(results.rglob("*.parquet"))
    seen = set()
    for path in paths:
        contract = _contract(str(path.relative_to(results)))
        table = tables.read(path, contract)
        keys = table.select(contract.key)
        assert keys.is_duplicated().sum() == 0, path
        assert keys.rows() == sorted(keys.rows()), path
        nulls = {name for name in table.columns if table[name].null_count()}
        assert nulls <= contract.nullable, path
        assert set(pq.ParquetFile(path).schema_arrow.metadata or {}) == set(), path
        seen.add(contract.name)
    # the toy is judged on the benchmark that it is trained on, so no two benchmarks are compared
    assert seen == {contract.name for _, contract in CONTRACTS} - {"contamination"}


def test_the_manifest_lists_every_result_but_logs_and_itself(finished_run: Workspace) -> None:
    results = finished_run.folder / "results"
    listed = set(tables.read(results / "manifest.parquet", tables.MANIFEST)["path"])
    files = {str(path.relative_to(finished_run.folder)) for path in results.rglob("*") if path.is_file()}
    assert listed == {name for name in files if Path(name).name not in ("training.parquet", "manifest.parquet")}


def test_runs_hold_each_candidate_once_by_falling_score(finished_run: Workspace) -> None:
    results = finished_run.folder / "results"
    candidates = tables.read(results / "data/toy/candidates/test/shared.parquet", tables.CANDIDATES)
    for path in sorted(results.glob("run/**/*.parquet")):
        for (pair,), run in tables.read(path, tables.RUN).group_by("pair"):
            assert (
                run.select("query_id", "doc_id")
                .sort("query_id", "doc_id")
                .equals(candidates.select("query_id", "doc_id").sort("query_id", "doc_id"))
            ), (path, pair)
            falling = run.group_by("query_id").agg(pl.col("score").sort_by("rank").diff().max() <= 0)
            assert falling["score"].fill_null(True).all(), (path, pair)


def test_a_file_of_runs_or_measures_holds_every_pair_of_its_system(finished_run: Workspace) -> None:
    config = yaml.safe_load((finished_run.folder / "config.yaml").read_text(encoding="utf-8"))
    results = finished_run.folder / "results"
    for kind, contract in (("run", tables.RUN), ("measure", tables.MEASURES)):
        for system in config["run"]["systems"]:
            pairs = config["systems"][system].get("pairs", config["run"]["pairs"])
            found = tables.read(results / kind / system / "seed1/toy.parquet", contract)["pair"]
            assert found.unique().sort().to_list() == sorted(pairs), (kind, system)


def test_the_ranker_scores_in_sentence_transformers_as_in_the_run(finished_run: Workspace) -> None:
    from sentence_transformers import CrossEncoder

    results = finished_run.folder / "results"
    model = CrossEncoder(str(results / "ranker/mlcs/xx-xx/seed1"), device="cpu")
    run = tables.read(results / "run/mlcs/seed1/toy.parquet", tables.RUN).filter(pl.col("pair") == "ar-ru")
    queries = tables.read(results / "data/toy/queries/test/ar.parquet", tables.QUERIES)
    passages = tables.read(results / "data/toy/passages/ru.parquet", tables.PASSAGES)
    shown = run.join(queries.select("query_id", query="text"), on="query_id").join(
        passages.select("doc_id", passage="text"), on="doc_id"
    )
    scores = model.predict(list(zip(shown["query"], shown["passage"], strict=True)))
    assert abs(scores - shown["score"].to_numpy()).max() < 1e-5


def test_the_report_and_all_renderings_exist(finished_run: Workspace) -> None:
    results = finished_run.folder / "results"
    for name in ("report.html", "table/main.md", "table/main.tex", "table/main.html", "table/main.csv"):
        assert (results / name).stat().st_size > 100, name
