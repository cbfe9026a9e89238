"""Snakemake's own report of a finished run, and the configuration that the page prints."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

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


def test_the_page_shows_texts_of_every_language(finished_run: Workspace) -> None:
    page = (finished_run.folder / "results" / "report.html").read_text(encoding="utf-8")
    queries = page[page.index('id="queries"') : page.index('id="run"')]
    assert set(re.findall(r'<bdi dir="auto" lang="(\w+)"', queries)) >= {"en", "de", "ar", "ru"}
    assert "✓ relevant" in queries
    assert "toy-homeassistant" in page[page.index('id="origins"') :]
