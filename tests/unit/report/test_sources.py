"""Where cells come from."""

from __future__ import annotations

import polars as pl

from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.systems import build_cells, headings
from switchrank.report.tables.render import to_csv, to_html, to_latex, to_markdown
from switchrank.report.tables.sources import trace
from tests.unit.report.test_cells import PAIRS, SETTINGS, SIGNIFICANCE, SUMMARY, cell

RUNS = {system: [f"results/run/{system}/seed{seed}/toy.parquet" for seed in (1, 2)] for system in ("base", "mlcs")}
FILES = {system: {"": runs, "switched": ["results/corpus/mixed/summary.parquet"]} for system, runs in RUNS.items()}
COMMAND = "snakemake --cores all --configfile my_config.yaml -- results/table/main.md"
ENTRY = SETTINGS | {"kind": "systems", "caption": "Main", "digits": 1, "percent": True}
TEST = {"baseline": "base", "test": "t", "correction": "none", "level": 0.05}


def traced_cells() -> pl.DataFrame:
    cells = build_cells(SUMMARY, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], headings(PAIRS), 0.05)
    return trace(cells, FILES, [1, 2], COMMAND)


def test_a_pair_comes_from_its_runs_of_all_seeds() -> None:
    found = cell(traced_cells(), "mlcs", "CLIR", "en-ar")
    assert found["files"] == RUNS["mlcs"]
    assert (found["seeds"], found["command"]) == ([1, 2], COMMAND)


def test_a_mean_comes_from_the_runs_of_its_pairs() -> None:
    found = cell(traced_cells(), "base", "CLIR", "mean")
    assert found["files"] == RUNS["base"], "each once, though it holds both pairs"


def test_what_was_not_judged_has_no_files() -> None:
    found = cell(traced_cells(), "mlcs", "CLIR", "de-en")
    assert (found["value"], found["files"], found["seeds"]) == (None, [], [])


def test_a_setting_of_its_own_has_its_own_files() -> None:
    cells = pl.DataFrame({"system": ["mlcs"] * 2, "pair": ["mean"] * 2, "regime": ["switched", "CLIR"], "value": 0.5})
    found = trace(cells, FILES, [1, 2], "made")["files"].to_list()
    assert found == [["results/corpus/mixed/summary.parquet"], RUNS["mlcs"]]


def test_every_format_says_how_to_make_the_table_again() -> None:
    grid = make_grid(traced_cells(), ENTRY, TEST)
    assert grid.legend[-1] == f"Seeds 1, 2. Made by: {COMMAND}"
    assert COMMAND in to_html(grid)
    assert 'title="results/run/base/seed1/toy.parquet and 1 more"' in to_html(grid)
    assert COMMAND in to_markdown(grid)
    assert r"my\_config.yaml" in to_latex(grid)
    assert "results/run" not in to_csv(grid)


def test_the_spread_over_seeds_stands_beside_a_mean() -> None:
    spread = SUMMARY.with_columns(
        deviation=pl.when((pl.col("system") == "mlcs") & (pl.col("pair") == "en-ar")).then(0.0123)
    )
    cells = build_cells(spread, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], headings(PAIRS), 0.05)
    found = trace(cells, FILES, [1, 2], COMMAND)
    assert cell(found, "mlcs", "CLIR", "en-ar")["deviation"] == 0.0123
    assert cell(found, "base", "CLIR", "en-ar")["deviation"] is None
    page = to_html(make_grid(found, ENTRY, TEST))
    assert 'title="± 1.2 over seeds; results/run/mlcs/seed1/toy.parquet and 1 more"' in page
    assert page.count("over seeds;") == 1
