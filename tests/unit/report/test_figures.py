"""Figures: what is drawn stands where its values say, in words too, and the bytes are the same every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import polars as pl
import pytest

from switchrank.errors import SwitchRankError
from switchrank.report.figures.files import inline, make_figure
from switchrank.report.figures.kind import draw
from switchrank.report.tables.cells import SCHEMA

STYLE = Path(__file__).resolve().parents[3] / "workflow" / "report" / "style.mplstyle"
SVG = "{http://www.w3.org/2000/svg}"
SIGNIFICANCE = {"baseline": "zeroshot", "level": 0.05}
ABLATION: dict[str, Any] = {"kind": "ablation", "measure": "RR@10", "digits": 1, "percent": True, "heading": "source"}
LEXICONS: dict[str, Any] = {"kind": "lexicons", "digits": 1, "percent": True}
FIGURE: dict[str, Any] = {"kind": "ablation", "table": "p", "x": "p <switch>", "caption": "Gains & losses"}


def cells(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """CELLS rows, the unnamed columns empty."""
    empty = {"pair": "mean", "measure": "RR@10", "value": 0.5, "best": False, "significant": False}
    whole = [dict.fromkeys(SCHEMA) | empty | {"row": n, "column": 0} | row for n, row in enumerate(rows)]
    return pl.DataFrame(whole, schema=SCHEMA)


def ablation_cells(labels: tuple[str, ...] = ("0", "0.25", "1")) -> pl.DataFrame:
    """The baseline, one with an interval and one without, for two settings; and the share of one."""
    none, some, every = labels
    gains = {"MoIR": (0.02, -0.04), "CLIR": (0.06, 0.1)}
    rows: list[dict[str, Any]] = [{"system": "half", "label": some, "regime": "switched", "value": 0.3}]
    for regime, (first, second) in gains.items():
        rows += [
            {"system": "zeroshot", "label": none, "regime": regime},
            {"system": "half", "label": some, "regime": regime, "difference": first}
            | {"low": first - 0.01, "high": first + 0.03},
            {"system": "all", "label": every, "regime": regime, "difference": second},
        ]
    order = {label: place for place, label in enumerate(labels)}
    return cells(rows).with_columns(row=pl.col("label").replace_strict(order, return_dtype=pl.Int32)).sort("row")


PRECISION = {
    "words": {"en-de": {"P@1 freedict": 0.5, "P@5 freedict": 0.7}, "en-ja": {"P@1 freedict": 0.25}},
    "近い": {"en-de": {"P@1 freedict": 0.0, "P@5 freedict": 1.0}, "en-ja": {"P@1 freedict": 0.1, "P@5 freedict": 0.2}},
}


def lexicon_cells() -> pl.DataFrame:
    rows = [
        {"system": name, "label": name, "regime": "", "pair": pair, "measure": measure, "value": value}
        for name, pairs in PRECISION.items()
        for pair, values in pairs.items()
        for measure, value in ({"entries": 90.0} | values).items()
    ]
    return cells(rows)


def figure(
    shown: pl.DataFrame, settings: dict[str, Any], table: dict[str, Any], significance: dict[str, Any], style: Path
) -> tuple[str, bytes]:
    return make_figure(partial(draw, shown, settings, table, significance), settings["caption"], style)


def ablation(table: dict[str, Any] = ABLATION, **changes: Any) -> tuple[str, bytes]:
    labels = changes.pop("labels", ("0", "0.25", "1"))
    return figure(ablation_cells(labels), FIGURE | changes, table, SIGNIFICANCE, STYLE)


def lexicons() -> tuple[str, bytes]:
    settings = {"kind": "lexicons", "table": "q", "caption": "Lexicons"}
    return figure(lexicon_cells(), settings, LEXICONS, SIGNIFICANCE, STYLE)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def marks(svg: str) -> list[list[tuple[float, float]]]:
    """Places of the marks of each series, panel by panel."""
    groups = [g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id", "").startswith("marks-")]
    return [[(float(u.get("x", "")), float(u.get("y", ""))) for u in group.iter(f"{SVG}use")] for group in groups]


def assert_affine(places: list[float], values: list[float], rising: bool) -> None:
    """Places on the page are a linear function of the values; upwards on the page y falls."""
    slope, offset = np.polyfit(values, places, 1)
    assert (slope > 0) == rising
    np.testing.assert_allclose(places, np.array(values) * slope + offset, atol=1e-4)


def test_marks_stand_at_their_values() -> None:
    moir, clir = marks(ablation()[0])
    assert_affine([y for _, y in moir + clir], [0, 2, -4, 0, 6, 10], rising=False)
    for series in (moir, clir):
        assert_affine([x for x, _ in series], [0, 0.25, 1], rising=True)


def test_words_stand_in_a_row_and_are_not_joined() -> None:
    svg = ablation(labels=("keines", "слова", "عناوين"))[0]
    assert {"keines", "слова", "عناوين"} <= set(texts(svg))
    for series in marks(svg):
        assert_affine([x for x, _ in series], [0, 1, 2], rising=True)

    def joined(text: str) -> int:
        groups = [g for g in ET.fromstring(text).iter(f"{SVG}g") if g.get("id", "").startswith("marks-")]
        paths = [path for group in groups for path in group.findall(f"{SVG}path")]
        return sum("fill: none" in path.get("style", "") for path in paths)

    assert (joined(svg), joined(ablation()[0])) == (0, 2)


def test_equal_numbers_are_words() -> None:
    (moir, _) = marks(ablation(labels=("1", "1.0", "5"))[0])
    assert_affine([x for x, _ in moir], [0, 1, 2], rising=True)


def test_intervals_reach_from_low_to_high() -> None:
    svg = ablation()[0]
    moir, clir = marks(svg)
    point = (moir[0][1] - clir[2][1]) / 10  # the height of a point: from no difference to +10
    bars = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("id", "").startswith("intervals-"):
            drawn = re.findall(r"[ML] [\d.]+ ([\d.]+)", " ".join(path.get("d", "") for path in group))
            bars[group.get("id")] = [round((moir[0][1] - float(y)) / point, 3) for y in drawn]
    assert bars == {"intervals-0": [1, 5], "intervals-1": [5, 9]}, "two bars: the others have no interval"


def test_axes_and_legend_name_what_is_shown() -> None:
    shown = texts(ablation()[0])
    for text in ("p <switch>", "difference to zeroshot, RR@10 points", "MoIR", "CLIR", "0", "0.25", "1"):
        assert text in shown
    assert "source" in texts(ablation(x=None)[0]), "the table's heading"
    assert "difference to zeroshot, RR@10" in texts(ablation(ABLATION | {"percent": False})[0])


def test_title_and_description_tell_the_values() -> None:
    root = ET.fromstring(ablation()[0])
    assert root.findtext(f"{SVG}title") == "Gains & losses"
    words = root.findtext(f"{SVG}desc") or ""
    assert "MoIR: 0.25: +2.0 [+1.0, +5.0]; 1: −4.0 [–]." in words
    assert "CLIR: 0.25: +6.0 [+5.0, +9.0]; 1: +10.0 [–]." in words


def test_a_setting_that_nobody_has_is_not_drawn() -> None:
    only = ablation_cells().filter(pl.col("regime") == "CLIR")
    svg = figure(only, FIGURE, ABLATION, SIGNIFICANCE, STYLE)[0]
    assert "CLIR" in texts(svg) and "MoIR" not in texts(svg)


@pytest.mark.filterwarnings("ignore:Glyph")
def test_precision_has_a_panel_a_measure_and_a_mark_a_lexicon_and_language() -> None:
    svg = lexicons()[0]
    shown = texts(svg)
    assert [shown.count(text) for text in ("P@1 freedict", "P@5 freedict", "de", "ja", "words", "近い")] == [
        1, 1, 2, 2, 1, 1
    ]  # fmt: skip
    assert "entries" not in shown
    first_words, first_near, second_words, second_near = marks(svg)
    heights = [y for _, y in first_words + first_near + second_words + second_near]
    assert_affine(heights, [50, 25, 0, 10, 70, 100, 20], rising=False)
    words = ET.fromstring(svg).findtext(f"{SVG}desc") or ""
    assert "P@1 freedict: words en-de 50.0, en-ja 25.0; 近い en-de 0.0, en-ja 10.0." in words


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("make", [ablation, lexicons])
def test_the_bytes_are_the_same_and_name_no_time_or_library(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    svg, pdf = make()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "lines.linewidth": 9}):
        assert make() == (svg, pdf)
        assert matplotlib.rcParams["font.size"] == 30, "the caller's settings come back"
    assert pdf.startswith(b"%PDF") and b"CreationDate" not in pdf and b"matplotlib" not in pdf.lower()
    assert "atplotlib v" not in svg and "<metadata" not in svg


def test_the_style_file_sets_the_look(tmp_path: Path) -> None:
    other = tmp_path / "style.mplstyle"
    other.write_text(STYLE.read_text(encoding="utf-8").replace("0072B2", "123456"), encoding="utf-8")
    svg = figure(ablation_cells(), FIGURE, ABLATION, SIGNIFICANCE, other)[0]
    assert "#123456" in svg and "#0072b2" not in svg
    assert "#0072b2" in ablation()[0]
    with pytest.raises(SwitchRankError, match=r"none\.mplstyle: no such file"):
        figure(ablation_cells(), FIGURE, ABLATION, SIGNIFICANCE, tmp_path / "none.mplstyle")


def test_fonts_are_matplotlibs_own() -> None:
    assert set(re.findall(r"font-family: ([^;\"]+)", ablation()[0])) == {"'DejaVu Sans', sans-serif"}


def test_inline_svg_has_its_own_ids_and_no_address() -> None:
    svg = ablation()[0]
    element = inline(svg, "gains")
    assert element.startswith("<svg") and element.rstrip().endswith("</svg>")
    assert not re.search(r"https?:|<style|<\?xml|<!DOCTYPE", element)
    opening = element[: element.index(">")]
    assert 'role="img"' in opening and 'aria-labelledby="gains-title gains-description"' in opening
    assert "viewBox" in opening and not re.search(r'\s(width|height)="', opening)
    ids = re.findall(r'\sid="([^"]+)"', element)
    assert ids and all(name.startswith("gains-") for name in ids)
    for target in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', element):
        assert "".join(target) in ids
