"""What tests of figures read from an SVG file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from switchrank.report.figures.files import make_figure
from switchrank.report.figures.kind import draw
from switchrank.report.tables.cells import SCHEMA

STYLE = Path(__file__).resolve().parents[3] / "workflow" / "report" / "style.mplstyle"
SVG = "{http://www.w3.org/2000/svg}"
SIGNIFICANCE = {"baseline": "zeroshot", "level": 0.05}
TABLE: dict[str, Any] = {"kind": "systems", "measure": "RR@10", "digits": 1, "percent": True}


def cells(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """CELLS rows, the unnamed columns empty."""
    empty = {"row": 0, "column": 0, "regime": "", "pair": "", "measure": "RR@10", "best": False, "significant": False}
    whole = [dict.fromkeys(SCHEMA) | empty | row for row in rows]
    return pl.DataFrame(whole, schema=SCHEMA)


def figure(shown: pl.DataFrame, settings: dict[str, Any]) -> tuple[str, bytes]:
    """A figure of cells of a systems x pairs table."""
    return make_figure(partial(draw, shown, settings, TABLE, SIGNIFICANCE), "caption", STYLE)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def words(svg: str) -> str:
    return ET.fromstring(svg).findtext(f"{SVG}desc") or ""


def marks(svg: str) -> list[list[tuple[float, float]]]:
    """Places of the marks of each series, panel by panel."""
    groups = [g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id", "").startswith("marks-")]
    return [[(float(u.get("x", "")), float(u.get("y", ""))) for u in group.iter(f"{SVG}use")] for group in groups]


def boxes(svg: str, prefix: str) -> dict[str, tuple[list[float], str]]:
    """Left, top, width and height, and the fill, of each rectangle by its id."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        (path, *_) = group.findall(f"{SVG}path") or [None]
        if group.get("id", "").startswith(prefix) and path is not None:
            corners = [(float(x), float(y)) for x, y in re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path.get("d", ""))]
            xs, ys = zip(*corners, strict=True)
            place = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
            fill = re.search(r"fill: (#\w+)", path.get("style", ""))
            found[group.get("id", "")] = (place, fill[1] if fill else "#000000")
    return found
