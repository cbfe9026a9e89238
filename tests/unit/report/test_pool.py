"""The table of dense retrieval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.pool import build_pool
from switchrank.report.tables.render import to_csv, to_markdown
from tests.unit.report.made import traced

NAMES = ["query_language", "query_id", "passage_language", "doc_id", "rank", "pool_rank"]
SETTINGS: dict[str, Any] = {
    "kind": "pool",
    "caption": "Dense",
    "benchmark": "home",
    "systems": ["plain", "hybrid"],
    "measures": ["mono AP", "cross AP", "rank distance"],
    "digits": 1,
    "percent": True,
}


def ranks(mono: int, cross: int, pool: int) -> pl.DataFrame:
    rows = [("en", "q", "en", "d", mono, 1), ("en", "q", "ja", "d", cross, pool)]
    return pl.DataFrame(rows, schema=NAMES, orient="row")


RANKS = {"plain": [ranks(1, 4, 9), ranks(1, 2, 5)], "hybrid": [ranks(2, 1, 3), ranks(2, 1, 3)]}


def test_means_over_seeds_and_the_best_of_each_column(tmp_path: Path) -> None:
    cells = build_pool(RANKS, SETTINGS)
    tables.write(traced(cells), tmp_path / "cells.parquet", tables.CELLS)
    # two seeds, at a and b: the sample deviation is |a - b| / √2
    assert cells.select("system", "measure", "value", "deviation", "best").rows() == [
        ("plain", "mono AP", 1.0, 0.0, True),
        ("plain", "cross AP", 0.375, pytest.approx(0.25 / 2**0.5), False),
        ("plain", "rank distance", 6.0, pytest.approx(4 / 2**0.5), False),
        ("hybrid", "mono AP", 0.5, 0.0, False),
        ("hybrid", "cross AP", 1.0, 0.0, True),
        ("hybrid", "rank distance", 2.0, 0.0, True),  # less is better
    ]


def test_shares_are_scaled_and_distances_are_not() -> None:
    text = to_markdown(make_grid(build_pool(RANKS, SETTINGS), SETTINGS, {}))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    assert rows[-2:] == [
        ["plain", "**100.0 ± 0.0**", "37.5 ± 17.7", "6.0 ± 2.8"],
        ["hybrid", "50.0 ± 0.0", "**100.0 ± 0.0**", "**2.0 ± 0.0**"],
    ]
    assert "rank distance: greatest minus smallest rank" in text
    assert "±: standard deviation over seeds." in text


def test_one_seed_has_no_deviation() -> None:
    one = {name: found[:1] for name, found in RANKS.items()}
    cells = build_pool(one, SETTINGS)
    assert cells["deviation"].null_count() == cells.height
    grid = make_grid(cells, SETTINGS, {})
    assert "±" not in to_markdown(grid)
    assert to_csv(grid).splitlines()[0] == "system,mono AP,cross AP,rank distance"


def test_a_file_of_values_has_deviations_of_every_digit() -> None:
    lines = to_csv(make_grid(build_pool(RANKS, SETTINGS), SETTINGS, {})).splitlines()
    assert lines[0] == (
        "system,mono AP,mono AP deviation,cross AP,cross AP deviation,rank distance,rank distance deviation"
    )
    assert [float(value) for value in lines[1].split(",")[1:]] == pytest.approx(
        [1.0, 0.0, 0.375, 0.25 / 2**0.5, 6.0, 4 / 2**0.5]
    )


def test_a_measure_that_cannot_be_computed() -> None:
    one = {name: [table.filter(pl.col("passage_language") == "en") for table in found] for name, found in RANKS.items()}
    with pytest.raises(SwitchRankError, match="pool of home: cross AP cannot be computed"):
        build_pool(one, SETTINGS)
