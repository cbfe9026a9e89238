"""What the evaluation makes on request: shared words, published values, and files for other programs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import ir_measures
import polars as pl
import pytest

from switchrank import tables
from tests.toy.workspace import Workspace

pytestmark = pytest.mark.workflow

PAIRS = ("en-en", "en-de", "ar-ru", "en-xx", "xx-xx")
JOBS = {
    "Measure the runs by the words that queries share with relevant passages",
    "Compare the means with published values",
    "Export the runs and judgements as TREC files",
    *(f"Export toy {pair}, test, as a BEIR folder" for pair in PAIRS),
}


@pytest.fixture(scope="module")
def made(finished_run: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the toy run with what its evaluation makes on request."""
    folder = tmp_path_factory.mktemp("evaluation") / "clone"
    shutil.copytree(finished_run.folder, folder)
    workspace = Workspace(folder, finished_run.sources)
    assert workspace.planned("evaluation", "export") == JOBS
    finished = workspace.snakemake("evaluation", "export")
    assert finished.code == 0, finished.output
    return folder / "results"


def read_lines(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_exported_runs_measure_as_ours(made: Path) -> None:
    judged = list(ir_measures.read_trec_qrels(str(made / "export/qrels/toy/shared.trec")))
    runs = sorted((made / "export/runs").rglob("*.trec"))
    files = sorted((made / "measure").rglob("*.parquet"))
    measured = {
        made / "export/runs" / path.relative_to(made / "measure").with_suffix("") / f"{pair}.trec": rows.drop("pair")
        for path in files
        for (pair,), rows in tables.read(path, tables.MEASURES).group_by("pair")
    }
    assert sorted(measured) == runs
    for path, ours in measured.items():
        asked = [ir_measures.parse_measure(name) for name in ours["measure"].unique()]
        found = ir_measures.iter_calc(asked, judged, ir_measures.read_trec_run(str(path)))
        theirs = {(str(row.measure), row.query_id): row.value for row in found}
        assert {(m, q): value for m, q, value in ours.iter_rows()} == pytest.approx(theirs, abs=1e-9), path


def test_a_beir_folder_holds_every_judged_text_as_shown(made: Path) -> None:
    qrels = tables.read(made / "data/toy/qrels/test/shared.parquet", tables.QRELS)
    for pair in PAIRS:
        folder = made / f"export/beir/toy/{pair}/test"
        lines = {name: read_lines(folder / f"{name}.jsonl") for name in ("corpus", "queries")}
        assert set(qrels["doc_id"]) <= {row["_id"] for row in lines["corpus"]}
        assert set(qrels["query_id"]) <= {row["_id"] for row in lines["queries"]}
        rows = (folder / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()
        assert rows[0] == "query-id\tcorpus-id\tscore"
        assert len(rows) == qrels.height + 1
    russian = tables.read(made / "data/toy/passages/ru.parquet", tables.PASSAGES)
    shown = read_lines(made / "export/beir/toy/ar-ru/test/corpus.jsonl")
    assert {row["_id"]: row["text"] for row in shown} == dict(russian.select("doc_id", "text").iter_rows())


def test_every_query_is_in_one_bin_of_shared_words(made: Path) -> None:
    overlap = tables.read(made / "overlap.parquet", tables.OVERLAP)
    queries = tables.read(made / "data/toy/qrels/test/shared.parquet", tables.QRELS)["query_id"].n_unique()
    counted = overlap.filter(pl.col("pair") != "all").group_by("system", "pair").agg(pl.col("queries").sum())
    assert counted["queries"].unique().to_list() == [queries]
    summary = tables.read(made / "summary.parquet", tables.SUMMARY)
    keys = ["system", "benchmark", "regime", "pair", "measure"]
    means = overlap.group_by(keys).agg((pl.col("mean") * pl.col("queries")).sum() / pl.col("queries").sum())
    joined = means.join(summary, on=keys, suffix="_summary")
    assert joined.height == means.filter(pl.col("pair") != "all").height
    assert (joined["mean"] - joined["mean_summary"]).abs().max() < 1e-12  # type: ignore[operator]
    shares = overlap.filter(pl.col("pair") == "ar-ru").group_by("system").agg(pl.col("high").max())
    translated = shares.filter(pl.col("system") == "zeroshot-translate")["high"].item()
    assert translated > 0, "translated into English, query and passage share words"


def test_published_values_are_visibly_not_comparable(made: Path) -> None:
    expected = tables.read(made / "expected.parquet", tables.EXPECTED)
    assert set(expected["verdict"]) == {"not comparable"}
    assert expected["ours"].null_count() == expected.height
