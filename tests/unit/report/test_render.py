"""The renderers: what they print is read back and compared, and awkward text survives."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.files import write_text
from switchrank.report.tables.cells import completed
from switchrank.report.tables.grid import Cell, Column, Grid
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.render import escape_latex, escape_markdown, to_csv, to_html, to_latex, to_markdown

SETTINGS: dict[str, Any] = {
    "kind": "systems",
    "caption": "RR@10 on homes",
    "measure": "RR@10",
    "digits": 1,
    "percent": True,
}
SIGNIFICANCE = {"baseline": "zeroshot", "test": "t", "correction": "holm", "family": "regime", "level": 0.05}
COLUMNS = [("MoIR", "ja-ja"), ("MoIR", "mean"), ("CLIR", "en-de"), ("CLIR", "en-ar"), ("CLIR", "mean")]
VALUES: dict[str, list[float | None]] = {
    "zeroshot": [0.8654, 0.8654, 0.5, 1 / 3, 0.41],
    "ml_cs": [0.86, 0.86, 0.55, 0.3999, 0.47],
    "half": [None, None, 0.61, None, None],
}
BEST = {("zeroshot", 0), ("zeroshot", 1), ("half", 2), ("ml_cs", 3), ("ml_cs", 4)}
SIGNIFICANT = {("ml_cs", 2), ("ml_cs", 4), ("half", 2)}


def grid(**changes: Any) -> Grid:
    cells = pl.DataFrame(
        [
            (row, column, system, *COLUMNS[column], value, (system, column) in BEST, (system, column) in SIGNIFICANT)
            for row, (system, values) in enumerate(VALUES.items())
            for column, value in enumerate(values)
        ],
        schema=["row", "column", "system", "regime", "pair", "value", "best", "significant"],
        orient="row",
    ).with_columns(label="system", measure=pl.lit("RR@10"))
    return make_grid(completed(cells), SETTINGS | changes, SIGNIFICANCE)


class Table(HTMLParser):
    """Cells of the rows of a table, each as (tag, attributes, text)."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[str, dict[str, str | None], str]]] = []
        self.open: list[str] = []
        self.caption = ""
        self.feed(text)
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "caption" in self.open:
            self.caption += data
        if "td" in self.open or "th" in self.open:
            tag, attributes, text = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, attributes, text + data)


Read = dict[tuple[str, int], tuple[str, bool, bool]]
"""Number as printed, best, significant."""


def read_markdown(text: str) -> Read:
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    found: Read = {}
    for line in lines:
        system, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        for index, cell in enumerate(cells):
            found[system, index] = (cell.strip("*†"), "**" in cell, cell.endswith("†"))
    return found


def read_html(text: str) -> Read:
    found: Read = {}
    for header, *cells in Table(text).rows[2:-1]:
        for index, (_, attributes, shown) in enumerate(cells):
            names = (attributes.get("class") or "").split()
            found[header[2], index] = (shown.strip("†"), "best" in names, "significant" in names)
    return found


def read_latex(text: str) -> Read:
    found: Read = {}
    for line in text[text.index(r"\midrule") : text.index(r"\bottomrule")].splitlines()[1:]:
        system, *cells = [cell.strip() for cell in line.removesuffix(r"\\").split(" & ")]
        for index, cell in enumerate(cells):
            number = re.sub(r"\\textbf\{(.*?)\}|\$\^\{\\dagger\}\$", r"\1", cell).replace("--", "–")
            found[system.replace(r"\_", "_"), index] = (number, r"\textbf" in cell, r"\dagger" in cell)
    return found


def expected() -> Read:
    return {
        (system, index): (
            "–" if value is None else f"{100 * value:.1f}",
            (system, index) in BEST,
            (system, index) in SIGNIFICANT,
        )
        for system, values in VALUES.items()
        for index, value in enumerate(values)
    }


def test_all_renderers_say_the_same() -> None:
    assert read_markdown(to_markdown(grid())) == expected()
    assert read_html(to_html(grid())) == expected()
    assert read_latex(to_latex(grid())) == expected()


def test_numbers_by_hand() -> None:
    assert "**86.5**" in to_markdown(grid())
    assert "0.333" in to_markdown(grid(percent=False, digits=3))
    assert "33" in to_markdown(grid(digits=0))
    assert "33.3" not in to_markdown(grid(digits=0))


def test_csv_holds_every_digit() -> None:
    rows = list(csv.reader(to_csv(grid()).splitlines()))
    assert rows[0] == ["system", "ja-ja", "MoIR mean", "en-de", "en-ar", "CLIR mean"]
    read = {row[0]: [float(text) if text else None for text in row[1:]] for row in rows[1:]}
    assert read == VALUES


def test_markdown_is_straight_and_has_its_alignment_row() -> None:
    lines = [line for line in to_markdown(grid()).splitlines() if line.startswith("|")]
    assert len({len(line) for line in lines}) == 1
    assert re.fullmatch(r"\| -+( \| -+:){5} \|", lines[1])
    assert "ml_cs" in lines[3], "an underscore within a word needs no escape"


def test_html_names_its_headers() -> None:
    table = Table(to_html(grid()))
    assert table.caption == "RR@10 on homes"
    groups, heads = table.rows[0], table.rows[1]
    assert [(attributes.get("scope"), text) for _, attributes, text in groups] == [
        ("col", "system"),
        ("colgroup", "MoIR"),
        ("colgroup", "CLIR"),
    ]
    assert [attributes.get("colspan") for _, attributes, _ in groups[1:]] == ["2", "3"]
    assert [text for _, _, text in heads] == ["ja-ja", "mean", "en-de", "en-ar", "mean"]
    assert all(row[0][1].get("scope") == "row" for row in table.rows[2:-1])


@pytest.mark.parametrize("render", [to_markdown, to_latex, to_html])
def test_the_legend_states_baseline_test_correction_and_level(render: Any) -> None:
    text = render(grid())
    for words in ("zeroshot", "t-test", "Holm", "over all systems and pairs of a regime", "0.05", "mean over queries"):
        assert words in text


@pytest.mark.parametrize(("over", "said"), [("queries", True), ("seeds", False), ("both", False)])
def test_the_legend_says_that_groups_were_taken_as_independent(
    over: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "groups of queries taken as independent"
    assert words not in to_markdown(grid())
    monkeypatch.setitem(SIGNIFICANCE, "over", over)
    monkeypatch.setitem(SIGNIFICANCE, "clusters", "group")
    assert (words in to_markdown(grid())) is said


def test_without_correction_the_legend_says_so() -> None:
    cells = pl.DataFrame({"row": [0], "column": [0], "system": ["s"], "regime": ["CLIR"], "pair": ["en-de"]})
    cells = cells.with_columns(value=pl.lit(0.5), label=pl.lit("s"), measure=pl.lit("RR@10"))
    text = to_markdown(make_grid(completed(cells), SETTINGS, SIGNIFICANCE | {"correction": "none"}))
    assert "not corrected, p" in text


def test_latex_escapes() -> None:
    assert escape_latex(r"50% & a_b #1 {x} $ ^ ~ \ <>") == (
        r"50\% \& a\_b \#1 \{x\} \$ \textasciicircum{} \textasciitilde{} \textbackslash{} \textless{}\textgreater{}"
    )
    assert escape_latex("--cores all -- a-b 1–2") == "-{}-cores all -{}- a-b 1--2", "a command stays one, a dash too"
    text = to_latex(grid(caption="100 % & more_or_less"))
    assert r"\caption{100 \% \& more\_or\_less}" in text
    assert r"ml\_cs &" in text


def test_latex_needs_booktabs_only_and_closes_what_it_opens() -> None:
    text = to_latex(grid())
    assert text.count("{") == text.count("}")
    assert re.findall(r"\\begin\{(\w+)\}", text) == re.findall(r"\\end\{(\w+)\}", text)[::-1]
    assert r"\begin{tabular}{l rr rrr}" in text
    assert r"\cmidrule(lr){2-3}\cmidrule(lr){4-6}" in text
    rows = [line for line in text.splitlines() if line.endswith(r"\\") and "multicolumn" not in line]
    assert {line.count("&") for line in rows} == {len(COLUMNS)}
    assert not re.search(r"[^\x00-\x7f]", text), "plain TeX reads it"


@pytest.mark.parametrize("text", ["a|b", "*bold*", "_x_", "<b>", "`code`", "[l](u)", "a\\b"])
def test_markdown_escapes(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", escape_markdown(text)) == text
    assert not re.search(r"(?<!\\)[|*<`\[\]]", escape_markdown(text).replace("\\\\", ""))


@pytest.mark.parametrize(
    "caption", ["<script>alert(1)</script>", "R&D \"quoted\" 'too'", "نتائج البحث", "検索結果", "परिणाम", "Результаты"]
)
def test_html_shows_any_text_as_it_is(caption: str) -> None:
    text = to_html(grid(caption=caption))
    assert Table(text).caption == caption
    assert "<script" not in text
    assert caption in to_csv(grid()) or escape_markdown(caption) in to_markdown(grid(caption=caption))


def named(*names: str) -> Grid:
    """A grid of one column and one row with these names, without groups."""
    heads = tuple(f"head {index}" for index in range(len(names)))
    return Grid("c", ["l"], heads, [Column("", "h_1", ("h_1",))], [(names, [Cell((-1.5,), "-1.5")])])


def test_a_table_without_groups_has_one_line_of_headings() -> None:
    html = Table(to_html(named("slovník", "en-cs")))
    assert [text for _, _, text in html.rows[0]] == ["head 0", "head 1", "h_1"]
    assert not any("rowspan" in attributes for _, attributes, _ in html.rows[0])
    assert [(tag, text) for tag, _, text in html.rows[1]] == [("th", "slovník"), ("td", "en-cs"), ("td", "-1.5")]
    assert html.rows[2][0][1]["colspan"] == "3"
    latex = to_latex(named("slovník", "en-cs"))
    assert r"\begin{tabular}{ll r}" in latex
    assert "multicolumn" not in latex and "cmidrule" not in latex
    assert r"head 0 & head 1 & h\_1 \\" in latex
    assert r"slovník & en-cs & $-$1.5 \\" in latex
    assert to_csv(named("slovník", "en-cs")) == "head 0,head 1,h_1\nslovník,en-cs,-1.5\n"
    assert "| slovník | en-cs  | -1.5 |" in to_markdown(named("slovník", "en-cs"))


@pytest.mark.parametrize("name", ["[brackets]", "*star"])
def test_a_latex_row_does_not_begin_as_an_argument_of_the_row_before(name: str) -> None:
    assert "\n{}" + name in to_latex(named(name))


def test_write_text_leaves_no_partial_file(tmp_path: Path) -> None:
    path = tmp_path / "table" / "x.md"
    write_text("één 検索\n", path)
    assert path.read_bytes() == "één 検索\n".encode()
    assert [file.name for file in path.parent.iterdir()] == ["x.md"]
