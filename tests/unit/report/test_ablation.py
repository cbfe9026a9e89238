"""Ablation tables, by hand: cells, and the four formats that they are printed in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.ablation import build_ablation
from switchrank.report.tables.render import to_csv, to_html, to_latex, to_markdown
from tests.unit.report.made import traced

TABLE: dict[str, Any] = {
    "kind": "ablation",
    "caption": "How much is switched",
    "benchmark": "home",
    "measure": "RR@10",
    "digits": 1,
    "percent": True,
    "heading": "p",
    "rows": [
        {"system": "zeroshot", "label": "0"},
        {"system": "half", "label": "½ слов"},
        {"system": "all", "label": "1_全部"},
    ],
}
SIGNIFICANCE = {"baseline": "zeroshot", "test": "t", "correction": "holm", "family": "regime", "level": 0.05}
# system, regime: mean; all others are there to be left out
MEANS = {
    ("zeroshot", "MoIR"): 0.8,
    ("zeroshot", "CLIR"): 0.5,
    ("half", "MoIR"): 0.8,
    ("half", "CLIR"): 0.527,
    ("all", "CLIR"): 0.44,
    ("elsewhere", "MLIR"): 0.9,
}
# difference, low, high, p_adjusted
TESTS = {
    ("half", "MoIR"): (0.0, None, None, None),
    ("half", "CLIR"): (0.027, 0.0114, 0.0426, 0.003),
    ("all", "CLIR"): (-0.06, -0.1204, 0.0004, 0.051),
    ("elsewhere", "MLIR"): (0.1, 0.05, 0.15, 0.001),
}


def summary_table() -> pl.DataFrame:
    rows = [
        (system, benchmark, regime, pair, measure, mean if wanted else 0.999, None, 1, 9)
        for (system, regime), mean in MEANS.items()
        for benchmark, pair, measure in (
            ("home", "mean", "RR@10"),
            ("home", "en-de", "RR@10"),
            ("home", "mean", "R@10"),
            ("other", "mean", "RR@10"),
        )
        for wanted in [(benchmark, pair, measure) == ("home", "mean", "RR@10")]
    ]
    columns = ["system", "benchmark", "regime", "pair", "measure", "mean", "deviation", "seeds", "queries"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def significance_table() -> pl.DataFrame:
    rows = [
        (system, benchmark, regime, "mean", "RR@10", *values)
        for (system, regime), values in TESTS.items()
        for benchmark in ("home", "other")
    ]
    columns = ["system", "benchmark", "regime", "pair", "measure", "difference", "low", "high", "p_adjusted"]
    return pl.DataFrame(rows, schema=columns, orient="row")


CORPORA = {
    "half": pl.DataFrame({"side": ["query", "passage"], "tokens": [10, 90], "switched": [5, 36]}),
    "all": pl.DataFrame({"side": ["query", "passage"] * 2, "tokens": [5, 15, 0, 20], "switched": [4, 12, 0, 16]}),
}


def cells(corpora: Any = None, **changes: Any) -> pl.DataFrame:
    given = CORPORA if corpora is None else corpora
    return build_ablation(summary_table(), significance_table(), TABLE | changes, given, 0.05)


def by_place(found: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["label"], row["regime"]): row for row in found.iter_rows(named=True)}


def test_rows_are_the_labels_and_columns_the_settings_that_one_of_them_has() -> None:
    found = cells()
    assert found.select("row", "column").rows() == [(row, column) for row in range(3) for column in range(3)]
    assert found["label"].unique(maintain_order=True).to_list() == ["0", "½ слов", "1_全部"]
    assert found["regime"].to_list() == ["switched", "MoIR", "CLIR"] * 3, "no row has MLIR"
    assert set(found["pair"]) == {"mean"}


def test_means_and_differences_are_those_of_the_settings() -> None:
    place = by_place(cells())
    assert (
        place["½ слов", "CLIR"]
        | {
            "system": "half",
            "value": 0.527,
            "difference": 0.027,
            "low": 0.0114,
            "high": 0.0426,
            "p_adjusted": 0.003,
            "best": True,
            "significant": True,
        }
        == place["½ слов", "CLIR"]
    )
    assert place["1_全部", "CLIR"]["significant"] is False, "0.051 is above the level"
    assert (place["0", "MoIR"]["best"], place["½ слов", "MoIR"]["best"]) == (True, True)
    assert place["0", "CLIR"]["difference"] is None
    assert place["1_全部", "MoIR"]["value"] is None


def test_the_share_is_weighted_by_tokens_over_sides_and_pairs() -> None:
    place = by_place(cells())
    assert place["½ слов", "switched"]["value"] == (5 + 36) / (10 + 90)
    assert place["1_全部", "switched"]["value"] == (4 + 12 + 16) / (5 + 15 + 20)
    assert place["0", "switched"]["value"] is None
    assert not any(place[label, "switched"]["best"] for label in ("0", "½ слов", "1_全部"))
    assert "switched" not in cells(corpora={})["regime"].to_list()


def test_cells_keep_their_contract(tmp_path: Path) -> None:
    tables.write(traced(cells()), tmp_path / "cells.parquet", tables.CELLS)
    assert tables.read(tmp_path / "cells.parquet", tables.CELLS).equals(traced(cells()))


def test_systems_without_any_mean_are_refused() -> None:
    rows = [{"system": "nobody", "label": "x"}]
    with pytest.raises(SwitchRankError, match=r"no mean of benchmark 'home' and measure 'RR@10' for nobody"):
        cells(rows=rows)


EXPECTED = [
    ["0", "–", "**80.0**", "–", "50.0", "–"],
    ["½ слов", "41.0", "**80.0**", "0.0 [–]", "**52.7**", "+2.7 [+1.1, +4.3]†"],
    ["1_全部", "80.0", "–", "–", "44.0", "−6.0 [−12.0, 0.0]"],
]


def grid(**changes: Any) -> Any:
    return make_grid(cells(), TABLE | changes, SIGNIFICANCE)


def test_markdown() -> None:
    lines = [line for line in to_markdown(grid()).splitlines() if line.startswith("|")]
    read = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert read[0] == ["p", "switched tokens", "MoIR mean", "MoIR difference", "CLIR mean", "CLIR difference"]
    assert read[2:] == EXPECTED


def test_latex() -> None:
    text = to_latex(grid())
    body = text[text.index(r"\midrule") : text.index(r"\bottomrule")].splitlines()[1:]
    assert body[1] == (r"½ слов & 41.0 & \textbf{80.0} & 0.0 [--] & \textbf{52.7} & +2.7 [+1.1, +4.3]$^{\dagger}$ \\")
    assert body[2] == r"1\_全部 & 80.0 & -- & -- & 44.0 & $-$6.0 [$-$12.0, 0.0] \\"
    assert r"\begin{tabular}{l r rr rr}" in text
    assert r" & \multicolumn{1}{c}{switched} & \multicolumn{2}{c}{MoIR} & \multicolumn{2}{c}{CLIR} \\" in text
    assert r"\cmidrule(lr){2-2}\cmidrule(lr){3-4}\cmidrule(lr){5-6}" in text
    assert text.count("{") == text.count("}")
    assert "\\footnotesize\n\\setlength{\\tabcolsep}{2pt}" in text, "three settings fit a page"


def test_html() -> None:
    html = to_html(grid())
    assert '<td class="significant" data-value="0.027">+2.7 [+1.1, +4.3]<sup>†</sup></td>' in html
    assert '<td data-value="-0.06">−6.0 [−12.0, 0.0]</td>' in html
    assert '<th scope="col" rowspan="2">p</th><th scope="colgroup" colspan="1">switched</th>' in html


def test_csv_holds_every_digit_of_interval_and_p() -> None:
    header, *rows = csv.reader(to_csv(grid(digits=0)).splitlines())
    read = [dict(zip(header, row, strict=True)) for row in rows]
    assert read[1]["CLIR low"] == "0.0114"
    assert read[1] | {"p": "½ слов", "switched tokens": "0.41", "CLIR mean": "0.527"} == read[1]
    assert read[1]["CLIR adjusted p"] == "0.003"
    assert (read[0]["CLIR difference"], read[1]["MoIR difference"], read[1]["MoIR high"]) == ("", "0.0", "")


def test_digits_and_percent() -> None:
    text = to_markdown(grid(digits=3, percent=False))
    assert "+0.027 [+0.011, +0.043]†" in text
    assert "0.410" in text
    assert "× 100" not in text


def test_the_legend_says_what_there_is() -> None:
    text = to_markdown(grid())
    for words in (
        "RR@10 × 100, mean over queries, seeds and the regime's pairs.",
        "difference: to zeroshot, with its 95 % interval",
        "[–]: not computable",
        "–: no difference to itself, or not trained on switched text, or not judged on all pairs.".replace("[", r"\["),
        "corrected after Holm",
    ):
        assert words.replace("[", r"\[").replace("]", r"\]") in text, words
    one = [{"system": "half", "label": "x"}]
    short = to_markdown(make_grid(cells(rows=one, corpora={"half": CORPORA["half"]}), TABLE, SIGNIFICANCE))
    assert "–: " not in short.replace(r"\[–\]: ", "")
