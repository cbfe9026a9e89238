"""Tables of lexicons, by hand: cells, and the four formats that they are printed in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.lexicons import build_lexicons, is_share, larger_is_better
from switchrank.report.tables.render import to_csv, to_html, to_latex, to_markdown
from tests.unit.report.made import traced

TABLE: dict[str, Any] = {
    "kind": "lexicons",
    "caption": "Lexicons",
    "lexicons": ["words", "near"],
    "measures": ["entries", "token coverage", "P@1 freedict", "mean margin"],
    "digits": 1,
    "percent": True,
}


def quality_table(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    """QUALITY rows out of English from (target, measure, value)."""
    columns = ["source", "target", "measure", "value"]
    return pl.DataFrame([("en", *row) for row in rows], schema=columns, orient="row")


QUALITY = {
    "near": quality_table(
        [
            ("de", "entries", 2500.0),
            ("de", "token coverage", 0.9),
            ("de", "P@1 freedict", 0.25),
            ("de", "mean margin", 0.0312),
            ("ru", "entries", 12.0),
            ("ru", "token coverage", 0.1 + 0.7),
            ("ru", "mean margin", 0.5),
        ]
    ),
    "words": quality_table(
        [
            ("ja", "entries", 1.0),
            ("ja", "token coverage", 0.0),
            ("de", "entries", 9000.0),
            ("de", "token coverage", 0.45),
            ("de", "P@1 freedict", 0.5),
            ("de", "mean margin", 0.0),
            ("de", "type coverage", 0.99),
            ("ru", "token coverage", 0.8),
        ]
    ),
    "unasked": quality_table([("de", "P@1 freedict", 0.99)]),
}


def cells(**changes: Any) -> pl.DataFrame:
    return build_lexicons(QUALITY, TABLE | changes)


def test_rows_are_lexicons_and_pairs_and_columns_measures() -> None:
    found = cells()
    rows = found.filter(pl.col("column") == 0).select("row", "system", "pair").rows()
    assert rows == [
        (0, "words", "en-de"),
        (1, "words", "en-ja"),
        (2, "words", "en-ru"),
        (3, "near", "en-de"),
        (4, "near", "en-ru"),
    ]
    assert found.filter(pl.col("row") == 3).select("column", "measure", "value").rows() == [
        (0, "entries", 2500.0),
        (1, "token coverage", 0.9),
        (2, "P@1 freedict", 0.25),
        (3, "mean margin", 0.0312),
    ]


def test_the_best_of_a_pair_is_marked_where_more_is_better() -> None:
    best = cells().filter("best").select("system", "pair", "measure").rows()
    assert sorted(best) == [
        ("near", "en-de", "token coverage"),
        ("near", "en-ru", "token coverage"),  # 0.1 + 0.7, the same but for the last bit
        ("words", "en-de", "P@1 freedict"),
        ("words", "en-ja", "token coverage"),
        ("words", "en-ru", "token coverage"),
    ]


def test_what_was_not_measured_is_null(tmp_path: Path) -> None:
    found = cells()
    missing = found.filter(pl.col("value").is_null()).select("system", "pair", "measure").rows()
    assert ("near", "en-ru", "P@1 freedict") in missing and ("words", "en-ru", "entries") in missing
    assert len(missing) == 6
    tables.write(traced(found), tmp_path / "cells.parquet", tables.CELLS)
    assert tables.read(tmp_path / "cells.parquet", tables.CELLS).equals(traced(found))


def test_a_measure_that_no_lexicon_has_is_refused() -> None:
    with pytest.raises(
        SwitchRankError, match=r"quality of words, near: no measure 'P@3 muse', which a table shows; mea"
    ):
        cells(measures=["entries", "P@3 muse"])


@pytest.mark.parametrize(
    ("measure", "share", "better"),
    [
        ("entries", False, False),
        ("token coverage", True, True),
        ("identical share", True, False),
        ("P@10 my.gold", True, True),
        ("accuracy@1 my.gold", True, True),
        ("common accuracy@5 my.gold", True, True),
        ("common gold words my.gold", False, False),
        ("mean margin", False, False),
    ],
)
def test_kinds_of_measures(measure: str, share: bool, better: bool) -> None:
    assert (is_share(measure), larger_is_better(measure)) == (share, better)


def test_all_four_formats() -> None:
    grid = make_grid(cells(), TABLE, {})
    lines = [line for line in to_markdown(grid).splitlines() if line.startswith("|")]
    read = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert read[0] == ["lexicon", "pair", "entries", "token coverage", "P@1 freedict", "mean margin"]
    assert read[1][:2] == ["-------", "-----"] and all(rule.endswith(":") for rule in read[1][2:])
    assert read[2] == ["words", "en-de", "9,000", "45.0", "**50.0**", "0.000"]
    assert read[5] == ["near", "en-de", "2,500", "**90.0**", "25.0", "0.031"]
    assert read[6] == ["near", "en-ru", "12", "**80.0**", "–", "0.500"]
    assert r"words & en-de & 9,000 & 45.0 & \textbf{50.0} & 0.000 \\" in to_latex(grid)
    html = to_html(grid)
    assert '<th scope="row">words</th><td class="text">en-de</td><td data-value="9000.0">9,000</td>' in html
    assert '<td class="best" data-value="0.5"><strong>50.0</strong></td>' in html
    rows = list(csv.reader(to_csv(grid).splitlines()))
    assert rows[4] == ["near", "en-de", "2500.0", "0.9", "0.25", "0.0312"]
    assert rows[5][4] == ""


def test_the_legend_says_what_there_is() -> None:
    text = to_markdown(make_grid(cells(), TABLE, {}))
    assert "× 100: token coverage, P@1 freedict. Bold: the highest of a language pair" in text
    assert "–: not measured." in text
    plain = to_markdown(make_grid(cells(measures=["token coverage"]), TABLE | {"percent": False, "digits": 2}, {}))
    assert "× 100" not in plain and "not measured" not in plain
    assert "0.45" in plain
