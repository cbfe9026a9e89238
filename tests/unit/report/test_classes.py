"""The table of classes by nearest neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.classes import build_classes
from switchrank.report.tables.render import to_markdown
from tests.unit.report.made import traced

SETTINGS: dict[str, Any] = {
    "kind": "classes",
    "caption": "Intents",
    "benchmark": "home",
    "systems": ["plain", "hybrid"],
    "label": "intent",
    "languages": ["en", "hi", "th", "ru"],
    "digits": 1,
    "percent": True,
}


def classes(english: float, hindi: float, thai: float) -> pl.DataFrame:
    rows = [("domain", "en", 1.0, 4)]
    rows += [("intent", code, value, 8) for code, value in (("en", english), ("hi", hindi), ("th", thai))]
    return pl.DataFrame(rows, schema=tables.CLASSES.schema, orient="row")


FOUND = {"plain": [classes(0.75, 0.5, 0.25), classes(0.75, 0.5, 0.5)], "hybrid": [classes(0.875, 0.25, 0.5)] * 2}


def test_means_over_seeds_and_over_all_languages_but_english(tmp_path: Path) -> None:
    cells = build_classes(FOUND, SETTINGS)
    tables.write(traced(cells), tmp_path / "cells.parquet", tables.CELLS)
    values = cells.select("system", "measure", "value", "best").rows()
    assert values == [
        ("plain", "en", 0.75, False),
        ("plain", "hi", 0.5, True),
        ("plain", "th", 0.375, False),
        ("plain", "ru", None, False),  # no query of it has a label
        ("plain", "mean", pytest.approx((0.375 + 0.5) / 2), True),
        ("hybrid", "en", 0.875, True),
        ("hybrid", "hi", 0.25, False),
        ("hybrid", "th", 0.5, True),
        ("hybrid", "ru", None, False),
        ("hybrid", "mean", 0.375, False),
    ]
    assert cells["deviation"].to_list()[2] == pytest.approx(0.25 / 2**0.5)
    text = to_markdown(make_grid(cells, SETTINGS, {}))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line]
    assert rows[-2:] == [
        ["plain", "75.0", "**50.0**", "37.5", "–", "**43.8**"],
        ["hybrid", "**87.5**", "25.0", "**50.0**", "–", "37.5"],
    ]


def test_an_unknown_kind_of_label_lists_the_known() -> None:
    with pytest.raises(SwitchRankError, match="label: found 'intents'; allowed for 'home': domain, intent"):
        build_classes(FOUND, SETTINGS | {"label": "intents"})
