"""Kinds of tables and figures: each is one module, and what a table or figure is made from follows from its entry."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from switchrank import tables
from switchrank.config import read_config
from switchrank.kinds import module_of_kind
from switchrank.provenance import fingerprint
from switchrank.report.costs import Job
from switchrank.report.figures.kind import figure_kinds, module_of_figure
from switchrank.report.inputs import Plan, paths_in
from switchrank.report.tables import kinds
from switchrank.report.tables.kind import module_of_table, table_kinds
from tests.toy.script import Job as ScriptJob
from tests.toy.script import Named, run_script
from tests.toy.workspace import ROOT, clone
from tests.unit.report.test_settings import edited

CONFIG = edited(
    run__seeds=[1, 2],
    run__systems=["zeroshot", "mlcs", "dense"],
    run__pairs=["en-en", "de-en", "en-ja", "xx-xx"],
    systems__dense={"encoder": "small", "retrieval": {}},
    evaluation={
        "groups": ["seen"],
        "significance": {"baseline": "zeroshot", "others": {"mlcs": ["dense"]}, "level": 0.01},
    },
    tables__seen={"caption": "c", "benchmark": "home", "columns": "seen", "systems": ["mlcs"], "pairs": ["en-ja"]},
    tables__pool={"kind": "pool", "caption": "c", "benchmark": "home", "systems": ["dense"]},
    tables__p__baseline="mlcs",
    tables__p__rows=[{"system": "mlcs", "label": 1}, {"system": "dense", "label": 2}],
    tables__cost={"kind": "cost", "caption": "c", "rows": "rule"},
    figures__loss={"kind": "training", "systems": ["mlcs"], "caption": "c"},
    figures__words={"kind": "overlap", "benchmark": "home", "caption": "c"},
    figures__near={"kind": "distance", "table": "main", "caption": "c"},
)
JOBS = [
    Job("ranker", "train_ranker", "logs/benchmarks/train_ranker/a.tsv", 1),
    Job("ranker", "train_ranker", "logs/benchmarks/train_ranker/b.tsv", 1),
    Job("data", "build_qrels", "logs/benchmarks/build_qrels/c.tsv", 0),
]
SUMMARIES = {"summary": "results/summary.parquet", "significance": "results/significance.parquet"}
RUNS = {
    name: [f"results/run/{name}/seed{seed}/home.parquet" for seed in (1, 2)] for name in ("zeroshot", "mlcs", "dense")
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(read_config(CONFIG), lambda: JOBS)


def test_a_table_of_systems(plan: Plan) -> None:
    main, seen = plan.config.tables["main"], plan.config.tables["seen"]
    assert main.inputs(plan) == SUMMARIES
    assert main.origins(plan) == {system: {"": files} for system, files in RUNS.items()}
    assert main.seeds(plan) == [1, 2]
    values = main.values(plan)
    assert values["systems"] == ["zeroshot", "mlcs", "dense"]
    assert values["pairs"] == {"MoIR": ["en-en"], "CLIR": ["de-en", "en-ja"], "MLIR": ["xx-xx"]}
    assert (values["baseline"], values["level"]) == ("zeroshot", 0.01)
    assert not {"caption", "digits", "percent"} & values.keys(), "these change no cell"
    # de was switched into; ja was not
    assert seen.values(plan)["pairs"] == {"CLIR unseen": ["en-ja"]}
    assert seen.values(plan)["systems"] == ["mlcs"]


def test_an_ablation_reads_the_summaries_of_switched_corpora(plan: Plan) -> None:
    table = plan.config.tables["p"]
    summary = "results/corpus/mlcs/summary.parquet"
    assert table.inputs(plan) == SUMMARIES | {"corpora": {"mlcs": summary}}
    assert table.origins(plan)["mlcs"] == {"": RUNS["mlcs"], "switched": [summary]}
    assert table.origins(plan)["dense"] == {"": RUNS["dense"]}
    assert table.values(plan)["baseline"] == "mlcs"
    assert "heading" not in table.values(plan)
    assert plan.significance(table) == plan.significance() | {"baseline": "mlcs"}


def test_tables_of_other_results(plan: Plan) -> None:
    found = {name: plan.config.tables[name] for name in ("quality", "pool", "cost")}
    quality = "results/lexicon/words/quality.parquet"
    ranks = [f"results/pool/dense/seed{seed}/home.parquet" for seed in (1, 2)]
    assert {name: table.inputs(plan) for name, table in found.items()} == {
        "quality": {"quality": {"words": quality}},
        "pool": {"ranks": {"dense": ranks}},
        "cost": {"cost": "results/cost.parquet"},
    }
    assert {name: table.seeds(plan) for name, table in found.items()} == {"quality": [], "pool": [1, 2], "cost": []}
    assert found["quality"].origins(plan) == {"words": {"": [quality]}}
    assert found["pool"].origins(plan) == {"dense": {"": ranks}}
    records = [job.record for job in JOBS]
    assert found["cost"].origins(plan) == {
        "train_ranker": {"": records[:2]},
        "build_qrels": {"": records[2:]},
        "total": {"": records},
    }


def test_what_figures_are_drawn_from(plan: Plan) -> None:
    figures = plan.config.figures
    assert figures["p"].inputs(plan) == {"cells": "results/table/p.parquet"}
    assert figures["p"].drawn_table(plan.config) is plan.config.tables["p"]
    assert figures["words"].inputs(plan) == {"overlap": "results/overlap.parquet"}
    assert figures["words"].values(plan)["systems"] == ["zeroshot", "mlcs", "dense"]
    assert figures["words"].drawn_table(plan.config) is None
    logs = [f"results/ranker/mlcs/xx-xx/seed{seed}/training.parquet" for seed in (1, 2)]
    assert figures["loss"].inputs(plan) == {"training": {"mlcs": logs}}
    # German and Japanese share neither genus nor family, English and German the genus
    assert set(figures["near"].values(plan)["distances"]) == {"en-en", "de-en", "en-ja", "xx-xx"}


def test_paths_at_any_depth_are_found_once() -> None:
    nested = {"a": {"b": ["словари/один", "辞書/二"]}, "c": None, "name": "toy", "seed": 1, "d": ["словари/один"]}
    assert paths_in(nested) == ["словари/один", "辞書/二"]


def edited_kinds(source: Path, script: str, modules: dict[str, str]) -> dict[str, set[str]]:
    """For each kind the kinds whose jobs of a script run again after an edit in its module."""
    path = ROOT / f"workflow/scripts/{script}.py"

    def prints() -> dict[str, str]:
        return {kind: fingerprint(path, source, also=[module]) for kind, module in modules.items()}

    changed, before = {}, prints()
    for kind, module in modules.items():
        file = source.joinpath(*module.split(".")).with_suffix(".py")
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{text}\nADDED = 1\n", encoding="utf-8")
        changed[kind] = {other for other, found in prints().items() if found != before[other]}
        file.write_text(text, encoding="utf-8")
    return changed


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "src"
    shutil.copytree(ROOT / "src/switchrank", folder / "switchrank", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize("script", ["build_table", "render_table"])
def test_an_edit_in_one_kind_runs_only_tables_of_this_kind(source: Path, script: str) -> None:
    modules = {kind: module_of_table(kind) for kind in table_kinds()}
    assert edited_kinds(source, script, modules) == {kind: {kind} for kind in modules}


def test_an_edit_in_one_kind_runs_only_figures_of_this_kind(source: Path) -> None:
    modules = {kind: module_of_figure(kind) for kind in figure_kinds()}
    assert edited_kinds(source, "plot_figure", modules) == {kind: {kind} for kind in modules}


def test_what_plans_is_no_part_of_what_computes(source: Path) -> None:
    """Kinds name the configuration under `if TYPE_CHECKING:` only; with it a new option would make all tables again."""
    before = fingerprint(ROOT / "workflow/scripts/build_table.py", source, also=[module_of_table("pool")])
    file = source / "switchrank/config/models.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nADDED = 1\n", encoding="utf-8")
    after = fingerprint(ROOT / "workflow/scripts/build_table.py", source, also=[module_of_table("pool")])
    file.write_text(text, encoding="utf-8")
    assert after == before


PAGE = ROOT / "docs" / "report.md"
TEXTS = {"en": ["Open the door.", "no"], "ru": ["Открой дверь."], "ja": ["ドアを開けて"], "ar": ["افتح الباب"]}
LENGTHS = {"en": 8.0, "ru": 13.0, "ja": 6.0, "ar": 10.0}


def of_page(language: str) -> str:
    section = PAGE.read_text(encoding="utf-8").split("## A kind of your own")[1]
    [found] = re.findall(rf"```{language}\n(.*?)```", section.split("\n## ")[0], re.S)
    return str(found)


def test_the_kind_on_the_page_is_planned_in_a_clone(toy_sources: Path, tmp_path: Path) -> None:
    """One module is added; the configuration, the rules and the scripts know the kind."""
    workspace = clone(tmp_path / "clone", toy_sources)
    package = workspace.folder / "src/switchrank/report/tables/kinds"
    (package / "lengths.py").write_text(of_page("python"), encoding="utf-8")
    (workspace.folder / "own.yaml").write_text(of_page("yaml"), encoding="utf-8")
    finished = workspace.snakemake("--dry-run", "results/table/lengths.md", "--configfile", "own.yaml")
    assert finished.code == 0, finished.output
    assert "Build the cells of the table lengths" in finished.output
    for code in ("en", "de", "ru", "ja", "ar"):
        assert f"Build the {code} passages of toy" in finished.output, "which only its cells need"
    (workspace.folder / "own.yaml").write_text(of_page("yaml").replace("toy", "typo"), encoding="utf-8")
    refused = workspace.snakemake("--dry-run", "results/table/lengths.md", "--configfile", "own.yaml")
    assert "tables.lengths.benchmark: found 'typo', which is not defined; allowed: toy" in refused.output


def test_the_kind_on_the_page_is_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds/lengths.py").write_text(of_page("python"), encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "kinds")])
    assert "lengths" in table_kinds()
    monkeypatch.chdir(tmp_path)
    for code, texts in TEXTS.items():
        rows = [(f"d{number}", code, text) for number, text in enumerate(texts)]
        found = pl.DataFrame(rows, ["doc_id", "language", "text"], orient="row")
        tables.write(found, f"results/data/toy/passages/{code}.parquet", tables.PASSAGES)
    entry: Any = module_of_kind(kinds, "lengths").Table(**yaml.safe_load(of_page("yaml"))["tables"]["lengths"])
    benchmark: Any = type("Benchmark", (), {"languages": list(TEXTS)})
    plan: Any = type("Plan", (), {"config": type("Config", (), {"benchmarks": {"toy": benchmark}})})
    params = Named(
        settings=entry.values(plan),
        inputs=entry.inputs(plan),
        files=entry.origins(plan),
        seeds=entry.seeds(plan),
        command="snakemake",
    )
    run_script("build_table", ScriptJob(tmp_path / "log", params=params, output=Named(out="cells.parquet")))
    cells = tables.read("cells.parquet", tables.CELLS)
    assert dict(cells.select("label", "value").iter_rows()) == LENGTHS
    assert cells["files"].to_list()[1] == ["results/data/toy/passages/ru.parquet"]
    params = Named(settings=entry.model_dump(mode="json"), significance={})
    output = Named(**{name: f"lengths.{name}" for name in ("md", "tex", "html", "csv")})
    run_script(
        "render_table", ScriptJob(tmp_path / "log", params=params, input=Named(cells="cells.parquet"), output=output)
    )
    assert Path("lengths.csv").read_text(encoding="utf-8").splitlines() == [
        "language,characters", "en,8.0", "ru,13.0", "ja,6.0", "ar,10.0"
    ]  # fmt: skip
    assert "| ja       |        6.0 |" in Path("lengths.md").read_text(encoding="utf-8")
