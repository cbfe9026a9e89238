"""Every kind of contrastive pairs and batches, and dense retrieval, through Snakemake."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from switchrank import tables
from tests.toy.workspace import ROOT, Workspace, clone

pytestmark = pytest.mark.workflow


CONFIG = ("--configfile", "contrastive.yaml")
PAGE = {"Write the report", "Write the manifest: how every file was made, and its checksum"}


@pytest.fixture(scope="module")
def workspace(toy_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The report of tests/toy/contrastive.yaml and all that it rests on."""
    workspace = clone(tmp_path_factory.mktemp("contrastive") / "clone", toy_sources)
    shutil.copy(ROOT / "tests" / "toy" / "contrastive.yaml", workspace.folder / "contrastive.yaml")
    finished = workspace.snakemake(*CONFIG)
    assert finished.code == 0, finished.output[-6000:]
    return workspace


@pytest.fixture(scope="module")
def made(workspace: Workspace) -> Path:
    return workspace.folder


@pytest.fixture
def edited(workspace: Workspace) -> Iterator[Workspace]:
    """The finished run; what a test edits is put back afterwards."""
    files = [workspace.folder / name for name in ("contrastive.yaml", "workflow/report/style.mplstyle")]
    before = [file.read_bytes() for file in files]
    yield workspace
    for file, content in zip(files, before, strict=True):
        file.write_bytes(content)


def entry(workspace: Workspace, key: str, **changes: object) -> None:
    """Edit an entry of contrastive.yaml."""
    file = workspace.folder / "contrastive.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    section, name = key.split(".")
    config[section][name] |= changes
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


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
        ("phrases", "titles"),
        ("instances", "mlcs"),
    }
    alone = pairs.filter(pl.col("document").str.starts_with("toy/word "))
    assert set(alone["positive_language"]) == {"ar", "ja"}
    assert pairs.filter("joint")["kind"].unique().to_list() == ["switched"]
    assert pairs.filter(kind="instances")["english"].null_count() == 0
    given = tables.read(made / "results/pairs/every/given.parquet", tables.NEGATIVES)
    assert set(given["pair_id"]) <= set(pairs.filter(kind="instances")["pair_id"])
    assert given.height
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
    run = tables.read(made / "results/run/dense/seed1/toy.parquet", tables.RUN).filter(pl.col("pair") == "ar-ru")
    pool = run.group_by("query_id").len()["len"].unique().to_list()
    assert len(pool) == 1 and pool[0] > 8  # more than the BM25 candidates of tests/toy/config.yaml
    summary = tables.read(made / "results/summary.parquet", tables.SUMMARY)
    assert {"zeroshot", "dense", "dense-hybrid"} == set(summary["system"])
    cells = tables.read(made / "results/table/pool.parquet", tables.CELLS)
    assert cells["value"].is_not_null().all()
    for name in ("space.svg", "space.pdf", "loss.svg", "gains.svg", "distance.svg", "overlap.svg"):
        assert (made / "results/figure" / name).stat().st_size > 1000


def test_costs_are_those_of_the_jobs(made: Path) -> None:
    cost = tables.read(made / "results/cost.parquet", tables.COST)
    trained = cost.filter(pl.col("rule") == "prealign_encoder").row(0, named=True)
    records = sorted((made / "logs/benchmarks/prealign_encoder").rglob("*.tsv"))
    walls = [float(path.read_text(encoding="utf-8").splitlines()[1].split("\t")[0]) for path in records]
    assert (trained["stage"], trained["jobs"], trained["recorded"]) == ("encoder", 2, 2)
    assert trained["wall"] == pytest.approx(sum(walls))
    assert (cost["jobs"] == cost["recorded"]).all()
    cells = tables.read(made / "results/table/cost.parquet", tables.CELLS)
    stages = ["data", "lexicon", "corpus", "encoder", "ranker", "evaluation", "total"]
    assert list(dict.fromkeys(cells["label"])) == stages


def test_cells_know_their_runs_seeds_and_command(made: Path) -> None:
    cells = tables.read(made / "results/table/some.parquet", tables.CELLS)
    shown = cells.filter((pl.col("system") == "dense") & (pl.col("pair") == "ar-ru")).row(0, named=True)
    assert shown["files"] == ["results/run/dense/seed1/toy.parquet"]
    assert shown["command"] == "snakemake --cores all --configfile contrastive.yaml -- results/table/some.md"
    mean = cells.filter((pl.col("system") == "dense") & (pl.col("pair") == "mean")).row(0, named=True)
    assert mean["files"] == shown["files"], "it holds all CLIR pairs of the run"
    assert all((made / path).is_file() for files in cells["files"] for path in files)


def test_a_tables_looks_render_it_and_no_more(edited: Workspace) -> None:
    entry(edited, "tables.some", digits=3)
    assert edited.planned(*CONFIG) == PAGE | {"Render the table some"}


def test_a_tables_rows_build_it_and_no_more(edited: Workspace) -> None:
    entry(edited, "tables.some", systems=["zeroshot"])
    assert edited.planned(*CONFIG) == PAGE | {"Build the cells of the table some", "Render the table some"}


def test_a_figures_entry_plots_it_and_no_more(edited: Workspace) -> None:
    entry(edited, "figures.gains", caption="Won")
    assert edited.planned(*CONFIG) == PAGE | {"Plot the figure gains"}


def test_the_style_plots_all_figures_and_no_more(edited: Workspace) -> None:
    style = edited.folder / "workflow/report/style.mplstyle"
    style.write_text(style.read_text(encoding="utf-8").replace("font.size: 9", "font.size: 10"), encoding="utf-8")
    names = ("space", "loss", "gains", "distance", "overlap", "time")
    assert edited.planned(*CONFIG) == PAGE | {f"Plot the figure {name}" for name in names}


def test_lost_records_run_nothing(workspace: Workspace) -> None:
    kept, records = workspace.folder / "kept", workspace.folder / "logs/benchmarks"
    records.rename(kept)
    try:
        assert workspace.planned(*CONFIG) == set()
    finally:
        kept.rename(records)


def test_latex_takes_every_table_of_the_run(made: Path, tmp_path: Path) -> None:
    files = sorted((made / "results/table").glob("*.tex"))
    inputs = "".join(rf"\input{{{path}}}\clearpage" for path in files)
    document = rf"\documentclass{{article}}\usepackage{{booktabs}}\begin{{document}}{inputs}\end{{document}}"
    (tmp_path / "all.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert len(files) == 6


def test_a_profile_with_a_gpu_makes_no_job_run_again(workspace: Workspace) -> None:
    """Not the table of costs either, which counts GPU time."""
    assert workspace.planned(*CONFIG, "--workflow-profile", "profiles/workstation") == set()
