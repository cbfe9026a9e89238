"""The cells of a table, by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.measures.reference_names import CEILING, FIRST_STAGE, RANDOM
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.systems import build_cells, cells, headings
from switchrank.report.tables.render import to_markdown
from tests.unit.report.made import traced

SETTINGS = {"benchmark": "home", "measure": "RR@10"}


def summary_table(rows: list[tuple[str, str, str, float]], measure: str = "RR@10") -> pl.DataFrame:
    """SUMMARY rows from (system, regime, pair, mean)."""
    return pl.DataFrame(
        [(system, "home", regime, pair, measure, mean, None, 1, 9) for system, regime, pair, mean in rows],
        schema=["system", "benchmark", "regime", "pair", "measure", "mean", "deviation", "seeds", "queries"],
        orient="row",
    )


def significance_table(rows: list[tuple[str, str, str, float | None]]) -> pl.DataFrame:
    """The columns of SIGNIFICANCE that cells are made of, from (system, regime, pair, p_adjusted)."""
    return pl.DataFrame(
        [(system, "home", regime, pair, "RR@10", 0.1, -0.2, 0.4, p) for system, regime, pair, p in rows],
        schema={
            "system": pl.String,
            "benchmark": pl.String,
            "regime": pl.String,
            "pair": pl.String,
            "measure": pl.String,
            "difference": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "p_adjusted": pl.Float64,
        },
        orient="row",
    )


SUMMARY = summary_table(
    [
        ("base", "MoIR", "en-en", 0.8),
        ("base", "MoIR", "mean", 0.8),
        ("base", "CLIR", "en-ar", 0.5),
        ("base", "CLIR", "de-en", 0.7),
        ("base", "CLIR", "mean", 0.6),
        ("mlcs", "MoIR", "en-en", 0.1 + 0.7),
        ("mlcs", "MoIR", "mean", 0.7),
        ("mlcs", "CLIR", "en-ar", 0.9),
    ]
)
SIGNIFICANCE = significance_table(
    [("mlcs", "MoIR", "en-en", None), ("mlcs", "MoIR", "mean", 0.05), ("mlcs", "CLIR", "en-ar", 0.049)]
)
PAIRS = ["en-ar", "en-en", "de-en"]


def cell(cells: pl.DataFrame, system: str, regime: str, pair: str) -> dict[str, object]:
    wanted = (pl.col("system") == system) & (pl.col("regime") == regime) & (pl.col("pair") == pair)
    return cells.row(by_predicate=wanted, named=True)


def test_columns_are_grouped_and_followed_by_their_mean() -> None:
    cells = build_cells(SUMMARY, SIGNIFICANCE, SETTINGS, ["mlcs", "base"], headings(PAIRS), 0.05)
    first = cells.filter(pl.col("row") == 0)
    assert first["system"].unique().to_list() == ["mlcs"]
    assert first.select("regime", "pair").rows() == [
        ("MoIR", "en-en"),
        ("MoIR", "mean"),
        ("CLIR", "en-ar"),
        ("CLIR", "de-en"),
        ("CLIR", "mean"),
    ]
    assert first["column"].to_list() == [0, 1, 2, 3, 4]


def test_values_best_and_significance() -> None:
    cells = build_cells(SUMMARY, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], headings(PAIRS), 0.05)
    assert cell(cells, "mlcs", "CLIR", "en-ar")["value"] == 0.9
    assert cell(cells, "mlcs", "CLIR", "en-ar")["best"] is True
    assert cell(cells, "base", "CLIR", "en-ar")["best"] is False
    assert cell(cells, "mlcs", "CLIR", "en-ar")["significant"] is True
    assert cell(cells, "mlcs", "MoIR", "mean")["significant"] is False, "p_adjusted equal to the level"
    assert cell(cells, "mlcs", "MoIR", "en-en")["significant"] is False
    base, mlcs = cell(cells, "base", "CLIR", "en-ar"), cell(cells, "mlcs", "CLIR", "en-ar")
    assert [base[name] for name in ("difference", "low", "high", "p_adjusted")] == [None] * 4
    assert [mlcs[name] for name in ("difference", "low", "high", "p_adjusted")] == [0.1, -0.2, 0.4, 0.049]
    assert cells["label"].equals(cells["system"].rename("label"))


def test_equal_values_are_both_best() -> None:
    cells = build_cells(SUMMARY, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], headings(PAIRS), 0.05)
    assert 0.1 + 0.7 != 0.8
    assert cell(cells, "base", "MoIR", "en-en")["best"] is True
    assert cell(cells, "mlcs", "MoIR", "en-en")["best"] is True


def test_what_was_not_judged_is_null_and_not_best(tmp_path: Path) -> None:
    cells = build_cells(SUMMARY, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], headings(PAIRS), 0.05)
    for pair in ("de-en", "mean"):
        absent = cell(cells, "mlcs", "CLIR", pair)
        assert (absent["value"], absent["best"], absent["significant"]) == (None, False, False)
        assert cell(cells, "base", "CLIR", pair)["best"] is True
    tables.write(traced(cells), tmp_path / "cells.parquet", tables.CELLS)
    assert tables.read(tmp_path / "cells.parquet", tables.CELLS).equals(traced(cells))


def test_a_measure_without_rows_is_refused() -> None:
    with pytest.raises(SwitchRankError, match=r"measure 'AP', which a table shows; measures: RR@10"):
        build_cells(SUMMARY, SIGNIFICANCE, SETTINGS | {"measure": "AP"}, ["base"], headings(PAIRS), 0.05)


def test_groups_have_columns_and_means_of_their_own() -> None:
    """A pair's values stand under its regime, a group's mean under the group."""
    summary = pl.concat([SUMMARY, summary_table([("base", "CLIR unseen", "mean", 0.55)])])
    columns = headings([*PAIRS, "en-xx"], {"seen": ["de-en", "en-en"], "unseen": ["en-ar"]})
    assert columns == {"MoIR seen": ["en-en"], "CLIR seen": ["de-en"], "CLIR unseen": ["en-ar"]}
    cells = build_cells(summary, SIGNIFICANCE, SETTINGS, ["base", "mlcs"], columns, 0.05)
    assert cell(cells, "base", "CLIR unseen", "en-ar")["value"] == 0.5
    assert cell(cells, "mlcs", "CLIR unseen", "en-ar")["significant"] is True
    assert cell(cells, "base", "CLIR unseen", "mean")["value"] == 0.55
    assert cell(cells, "base", "CLIR seen", "mean")["value"] is None, "the regime's own mean is not the group's"


def test_pairs_stand_under_their_settings() -> None:
    pairs = ["xx-xx", "en-ru", "de-de", "en-en"]
    assert headings(pairs) == {"MoIR": ["de-de", "en-en"], "CLIR": ["en-ru"], "MLIR": ["xx-xx"]}


def test_no_column_is_refused() -> None:
    with pytest.raises(SwitchRankError, match=r"no column; no pair of run\.pairs is in a group"):
        build_cells(SUMMARY, SIGNIFICANCE, SETTINGS | {"columns": "seen"}, ["base"], {}, 0.05)


def test_reference_rows_stand_above_and_are_never_the_best(tmp_path: Path) -> None:
    """The ceiling is above every system, but no system; its row is neither bold nor significant."""
    names = {FIRST_STAGE: 0.6, RANDOM: 0.28, CEILING: 1.0}
    references = [(name, "CLIR", pair, value) for name, value in names.items() for pair in ("en-ar", "mean")]
    tables.write(completed_contract(summary_table(references)), tmp_path / "r.parquet", tables.SUMMARY)
    tables.write(completed_contract(SUMMARY), tmp_path / "s.parquet", tables.SUMMARY)
    empty = pl.DataFrame(schema=tables.SIGNIFICANCE.schema)
    tables.write(empty, tmp_path / "t.parquet", tables.SIGNIFICANCE)
    inputs = {name: str(tmp_path / f"{name[0]}.parquet") for name in ("references", "summary")}
    settings = SETTINGS | {"systems": ["base", "mlcs"], "pairs": {"CLIR": ["en-ar"]}, "level": 0.05, "baseline": "base"}
    shown = settings | {"reference_rows": ["first_stage", "random", "ceiling"]}
    found = cells(shown, inputs | {"significance": str(tmp_path / "t.parquet")})
    first = found.filter(pl.col("column") == 0)
    assert first.select("row", "system", "value", "best").rows() == [
        (0, "first stage", 0.6, False),
        (1, "random order", 0.28, False),
        (2, "ceiling", 1.0, False),
        (3, "base", 0.5, False),
        (4, "mlcs", 0.9, True),
    ]
    text = to_markdown(make_grid(found, TABLE, TESTS))
    assert "ceiling: the candidates with the relevant ones first." in text
    assert "Bold: the highest of a system in its column." in text
    plain = cells(settings | {"reference_rows": []}, inputs | {"significance": str(tmp_path / "t.parquet")})
    assert plain["system"].unique(maintain_order=True).to_list() == ["base", "mlcs"]
    assert "ceiling" not in to_markdown(make_grid(plain, TABLE, TESTS))


TABLE = {"kind": "systems", "caption": "c", "measure": "RR@10", "digits": 1, "percent": True}
TESTS = {"baseline": "base", "test": "t", "correction": "holm", "family": "regime", "level": 0.05}


def completed_contract(summary: pl.DataFrame) -> pl.DataFrame:
    return summary.select(pl.col(name).cast(kind) for name, kind in tables.SUMMARY.schema.items())
