"""Snakemake's own report of a finished run, and the configuration that the page prints."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.toy.workspace import Workspace


def test_snakemakes_report_holds_page_and_captions(finished_run: Workspace, tmp_path: Path) -> None:
    archive = tmp_path / "report.zip"
    made = finished_run.snakemake("--report", str(archive))
    assert made.code == 0, made.output[-4000:]
    with zipfile.ZipFile(archive) as file:
        names = {Path(name).name for name in file.namelist()}
        pages = "".join(file.read(name).decode() for name in file.namelist() if name.endswith((".html", ".js")))
    assert {"report.html", "main.md", "main.csv"} <= names
    assert "RR@10 on the toy" in pages
    assert "queries won and lost" in pages


def test_the_printed_configuration_makes_the_same_page(finished_run: Workspace) -> None:
    page = (finished_run.folder / "results" / "report.html").read_text(encoding="utf-8")
    (printed,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    file = finished_run.folder / "config.yaml"
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(html.unescape(printed), encoding="utf-8")
        assert finished_run.planned() == set()
    finally:
        file.write_text(before, encoding="utf-8")


def test_the_page_shows_what_was_won_and_lost(finished_run: Workspace) -> None:
    """Which queries those are, and so in which languages, rests on the training: here it is worked out again."""
    page = (finished_run.folder / "results" / "report.html").read_text(encoding="utf-8")
    queries = page[page.index('id="queries"') : page.index('id="run"')]
    folds = re.findall(
        r"<details.*?>\s*<summary>toy, (\S+): (\S+) against zeroshot.*?</summary>(.*?)</details>", queries, re.DOTALL
    )
    assert [pair for pair, _, _ in folds] == ["en-en", "en-de", "ar-ru", "en-xx", "xx-xx"]
    shown = []
    for pair, system, fold in folds:
        gaps = _gaps(finished_run, pair, system)
        points = [float(found.replace("−", "-")) for found in re.findall(r"(?:gain|loss), (\S+) points", fold)]
        gains, losses = (sorted((gap for gap in gaps if sign * gap > 0), key=abs, reverse=True) for sign in (1, -1))
        assert points == pytest.approx([*gains[:2], *losses[:2]], abs=0.06)
        assert ("No query differs." in fold) == (not points)
        languages = dict(zip(("query", "passage"), pair.split("-"), strict=True))
        asked = re.findall(r'class="asked">.*?<bdi dir="auto" lang="(\w+)"', fold)
        answered = re.findall(r'class="rank">rank.*?<bdi dir="auto" lang="(\w+)"', fold)
        assert len(asked) == len(points)
        for found, side in ((asked, "query"), (answered, "passage")):
            assert set(found) <= ({"en", "de", "ru", "ja", "ar"} if languages[side] == "xx" else {languages[side]})
        shown += points
    assert shown
    assert "✓ relevant" in queries
    assert "toy-homeassistant" in page[page.index('id="origins"') :]


def _gaps(finished: Workspace, pair: str, system: str) -> list[float]:
    """RR@10 × 100 of a system less that of zeroshot, query by query."""
    values = []
    for name in (system, "zeroshot"):
        measured = pl.read_parquet(finished.folder / f"results/measure/{name}/seed1/toy.parquet")
        rows = measured.filter(measure="RR@10", pair=pair)
        values.append(dict(rows.select("query_id", "value").iter_rows()))
    assert values[0].keys() == values[1].keys()
    return [100 * (value - values[1][query]) for query, value in values[0].items()]
