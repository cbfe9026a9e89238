"""Every kind of contrastive pairs and batches, and dense retrieval, through Snakemake."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from tests.toy.workspace import ROOT, clone

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def made(toy_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of tests/toy/contrastive.yaml and all that it rests on."""
    workspace = clone(tmp_path_factory.mktemp("contrastive") / "clone", toy_sources)
    shutil.copy(ROOT / "tests" / "toy" / "contrastive.yaml", workspace.folder / "contrastive.yaml")
    finished = workspace.snakemake("--configfile", "contrastive.yaml")
    assert finished.code == 0, finished.output[-6000:]
    return workspace.folder


def pairs_of(made: Path, encoder: str) -> pl.DataFrame:
    return tables.read(made / f"results/pairs/{encoder}/pairs.parquet", tables.PAIRS)


def test_every_kind_of_pair_says_what_it_is(made: Path) -> None:
    pairs = pairs_of(made, "every")
    assert set(pairs.select("kind", "origin").unique().rows()) == {
        ("switched", "mlcs"),
        ("words", "aligned"),
        ("parallel", "toy titles"),
        ("parallel", "toy queries"),
        ("parallel", "toy passages"),
        ("query_passage", "toy"),
    }
    assert set(pairs.filter(pl.col("kind") == "parallel")["positive_language"]) == {"de", "ru"}
    assert set(pairs.filter(pl.col("kind") == "words")["positive_language"]) == {"ar", "ja"}
    assert set(pairs.filter(pl.col("kind") == "query_passage")["anchor_language"]) == {"en", "de", "ru", "ja", "ar"}


def test_no_dev_or_test_text_is_in_a_pair(made: Path) -> None:
    splits = tables.read(made / "results/data/toy/splits.parquet", tables.SPLITS)
    judged = splits.filter(pl.col("split") != "train")["doc_id"]
    for encoder in ("every", "hybrid"):
        documents = pairs_of(made, encoder)["document"].str.strip_prefix("toy/")
        assert not documents.is_in(judged.to_list()).any()


def test_batches_are_of_one_language_pair_and_negatives_of_other_documents(made: Path) -> None:
    pairs = pairs_of(made, "hybrid")
    batches = tables.read(made / "results/pairs/hybrid/seed1/batches.parquet", tables.BATCHES).join(pairs, on="pair_id")
    assert (
        batches.group_by("step")
        .agg(pl.struct("anchor_language", "positive_language").n_unique())["anchor_language"]
        .max()
        == 1
    )
    sorts = batches.group_by("step").agg((pl.col("anchor_language") == pl.col("positive_language")).first())
    assert set(sorts["anchor_language"]) == {True, False}
    negatives = tables.read(made / "results/pairs/hybrid/negatives.parquet", tables.NEGATIVES).join(pairs, on="pair_id")
    assert negatives.height
    assert not (negatives["document"] == negatives["document_right"]).any()
    assert (negatives["language"] == negatives["positive_language"]).all()


def test_what_training_did_is_measured_on_dev(made: Path) -> None:
    found = tables.read(made / "results/encoder/hybrid/seed1/diagnostics.parquet", tables.DIAGNOSTICS)
    assert found["step"].unique().sort().to_list() == [0, 5, 10, 12]
    assert tables.read(made / "results/encoder/every/seed1/diagnostics.parquet", tables.DIAGNOSTICS).is_empty()


def test_dense_runs_hold_every_passage_and_are_judged(made: Path) -> None:
    run = tables.read(made / "results/run/dense/seed1/toy/ar-ru.parquet", tables.RUN)
    pool = run.group_by("query_id").len()["len"].unique().to_list()
    assert len(pool) == 1 and pool[0] > 8  # more than the BM25 candidates of tests/toy/config.yaml
    summary = tables.read(made / "results/summary.parquet", tables.SUMMARY)
    assert {"zeroshot", "dense", "dense-hybrid"} == set(summary["system"])
    cells = tables.read(made / "results/table/pool.parquet", tables.CELLS)
    assert cells["value"].is_not_null().all()
    for name in ("space.svg", "space.pdf", "loss.svg", "gains.svg", "distance.svg", "overlap.svg"):
        assert (made / "results/figure" / name).stat().st_size > 1000
