"""LaTeX takes the tables of every kind as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.report.costs import Job, gather_costs
from switchrank.report.tables.grid import Grid
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.cost import build_cost
from switchrank.report.tables.kinds.pool import build_pool
from switchrank.report.tables.render import to_latex
from tests.unit.report import test_ablation, test_pool, test_sources
from tests.unit.report.made import traced

DOCUMENT = r"\documentclass{article}\usepackage{booktabs}\begin{document}\input{table}\end{document}"
AWKWARD = r"50 % of $x_1$ & #2 {a} ~ ^ \ <b> | – × † “quoted” l’été"
"""What people write in captions and labels, each a character that means something to TeX."""


def compiled(latex: str, folder: Path) -> str:
    """The log of a document that holds the table."""
    (folder / "table.tex").write_text(latex, encoding="utf-8")
    (folder / "document.tex").write_text(DOCUMENT, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    printed = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, printed[-1500:]
    assert (folder / "document.pdf").stat().st_size > 1000
    return printed


def systems() -> Grid:
    return make_grid(test_sources.traced_cells(), test_sources.ENTRY | {"caption": AWKWARD}, test_sources.TEST)


def ablation() -> Grid:
    settings: dict[str, Any] = {"kind": "ablation", "caption": AWKWARD, "heading": "p", "digits": 1, "percent": True}
    plain = test_ablation.cells().with_columns(pl.col("label").str.replace_all(r"[^ -~]+", "x"))  # no fonts for others
    return make_grid(traced(plain), settings | {"measure": "RR@10"}, test_sources.TEST)


def pool() -> Grid:
    return make_grid(traced(build_pool(test_pool.RANKS, test_pool.SETTINGS)), test_pool.SETTINGS, {})


def cost() -> Grid:
    settings = {"kind": "cost", "caption": AWKWARD, "rows": "rule"}
    return make_grid(
        traced(build_cost(gather_costs([Job("data", "fetch_source", "none.tsv", 0)]), settings)), settings, {}
    )


@pytest.mark.parametrize("make", [systems, ablation, pool, cost])
def test_pdflatex_takes_the_table(make: Any, tmp_path: Path) -> None:
    assert "Missing character" not in compiled(to_latex(make()), tmp_path)


def test_a_mistake_would_be_seen(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Misplaced alignment tab"):
        compiled("a & b", tmp_path)
