"""The layout of each kind of table: its CELLS as a grid, with the sentences that explain it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from switchrank.evaluation.pool_measures import DISTANCE
from switchrank.report.numbers import number, signed
from switchrank.report.tables.ablation import SWITCHED
from switchrank.report.tables.cells import MEAN
from switchrank.report.tables.costs import cost_grid
from switchrank.report.tables.grid import ABSENT, DAGGER, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.lexicons import is_share

_TESTS = {
    "t": "paired two-sided t-test",
    "randomisation": "paired randomisation test",
    "wilcoxon": "Wilcoxon signed-rank test",
}
_SAMPLES = {
    ("queries", "none"): "on per-query values averaged over seeds",
    ("queries", "group"): "on per-query values averaged over seeds, groups of queries taken as independent",
    ("seeds", "none"): "on the means of seeds",
    ("seeds", "group"): "on the means of seeds",
}
_CORRECTIONS = {
    "holm": "corrected after Holm",
    "bonferroni": "corrected after Bonferroni",
    "bh": "corrected after Benjamini and Hochberg",
    "none": "not corrected",
}
_FAMILIES = {
    "measure": "over all systems and pairs of the measure, means corrected separately",
    "regime": "over all systems and pairs of a regime, means corrected separately",
    "system": "over all pairs of a system, means corrected separately",
}
NO_INTERVAL = f"[{ABSENT}]"
"""Printed instead of the interval of a difference that does not vary between queries."""


def make_grid(cells: pl.DataFrame, settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    """The grid of a CELLS table.

    Args:
        cells: a CELLS table.
        settings: a Table entry.
        significance: a Significance entry, for the legend.
    """
    rows: list[list[Row]] = [
        list(part.iter_rows(named=True))
        for part in cells.sort("row", "column").partition_by("row", maintain_order=True)
    ]
    kinds = {"systems": _systems, "ablation": _ablation, "lexicons": _lexicons, "pool": _pool, "cost": cost_grid}
    grid = kinds[settings["kind"]](rows, settings, significance)
    return replace(grid, legend=[*grid.legend, *_origin(rows)])


def _origin(rows: list[list[Row]]) -> list[str]:
    """How to make the table again; empty for cells without files."""
    commands = {str(cell["command"]) for row in rows for cell in row if cell.get("command")}
    seeds = sorted({seed for row in rows for cell in row for seed in cell.get("seeds") or []})
    named = f"Seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}. " if seeds else ""
    return [f"{named}Made by: {command}" for command in sorted(commands)]


def _systems(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    columns = [_pair_column(row["regime"], row["pair"]) for row in rows[0]]
    body = [
        (
            (str(row[0]["system"]),),
            [
                Cell(
                    (c["value"],), _mean(c["value"], settings), c["best"], c["significant"], source=_hidden(c, settings)
                )
                for c in row
            ],
        )
        for row in rows
    ]
    legend = [
        f"{_named(settings)}, mean over queries and seeds.",
        "Bold: the highest of its column.",
        _dagger(significance),
        f"{ABSENT}: not judged.",
    ]
    return Grid(str(settings["caption"]), legend, ("system",), columns, body)


def _ablation(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    columns = [column for cell in rows[0] for column in _ablation_columns(cell["regime"])]
    body = [
        ((str(row[0]["label"]),), [printed for cell in row for printed in _ablation_cells(cell, settings)])
        for row in rows
    ]
    legend = _ablation_legend([cell for row in rows for cell in row], settings, significance)
    return Grid(str(settings["caption"]), legend, (str(settings["heading"]),), columns, body)


def _lexicons(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    measures = [str(cell["measure"]) for cell in rows[0]]
    columns = [Column("", measure, (measure,)) for measure in measures]
    body = [
        (
            (str(row[0]["label"]), str(row[0]["pair"])),
            [
                Cell((c["value"],), _quality(c["value"], c["measure"], settings), c["best"], source=source_of(c))
                for c in row
            ],
        )
        for row in rows
    ]
    legend = []
    shares = [measure for measure in measures if is_share(measure)]
    if settings["percent"] and shares:
        legend.append(f"× 100: {', '.join(shares)}.")
    if any(cell["best"] for row in rows for cell in row):
        legend.append("Bold: the highest of a language pair, where more is better.")
    if any(cell["value"] is None for row in rows for cell in row):
        legend.append(f"{ABSENT}: not measured.")
    return Grid(str(settings["caption"]), legend, ("lexicon", "pair"), columns, body)


def _pool(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    several = any(cell["deviation"] is not None for row in rows for cell in row)
    names = ("", " deviation") if several else ("",)
    columns = [
        Column("", str(cell["measure"]), tuple(f"{cell['measure']}{name}" for name in names)) for cell in rows[0]
    ]
    body = [((str(row[0]["label"]),), [_pool_cell(cell, several, settings) for cell in row]) for row in rows]
    scale = f"{'Shares × 100, mean' if settings['percent'] else 'Mean'}"
    legend = [
        f"{scale} over queries, languages and seeds; all passages of {settings['benchmark']} in all its languages.",
        "mono, cross: query and passages in one language, in two; multi: one pool of all languages, in which every "
        "translation of a relevant passage is relevant.",
        "rank distance: greatest minus smallest rank of a relevant passage's translations in that pool; less is less "
        "language bias.",
        *(["±: standard deviation over seeds."] if several else []),
        "Bold: the best of its column.",
    ]
    return Grid(str(settings["caption"]), legend, ("system",), columns, body)


def _pool_cell(cell: Row, several: bool, settings: Mapping[str, Any]) -> Cell:
    """A mean, and with several seeds its deviation; a rank distance is not a share."""
    scale = {**settings, "percent": settings["percent"] and cell["measure"] != DISTANCE}
    values = (cell["value"], cell["deviation"]) if several else (cell["value"],)
    text = " ± ".join(_mean(value, scale) for value in values if value is not None) or ABSENT
    return Cell(values, text, cell["best"], source=source_of(cell))


def _pair_column(regime: str, pair: str) -> Column:
    mean = pair == MEAN
    return Column(regime, pair, (f"{regime} mean" if mean else pair,), mean)


def _ablation_columns(regime: str) -> list[Column]:
    if regime == SWITCHED:
        return [Column(SWITCHED, "tokens", ("switched tokens",))]
    names = tuple(f"{regime} {name}" for name in ("difference", "low", "high", "adjusted p"))
    return [Column(regime, "mean", (f"{regime} mean",)), Column(regime, "difference", names)]


def _ablation_cells(cell: Row, settings: Mapping[str, Any]) -> list[Cell]:
    mean = Cell((cell["value"],), _mean(cell["value"], settings), cell["best"], source=_hidden(cell, settings))
    if cell["regime"] == SWITCHED:
        return [mean]
    values = tuple(cell[name] for name in ("difference", "low", "high", "p_adjusted"))
    difference = difference_text(cell, settings)
    return [mean, Cell(values, difference, significant=cell["significant"], source=source_of(cell))]


def difference_text(cell: Row, settings: Mapping[str, Any]) -> str:
    """A difference with its interval, `+2.7 [+1.1, +4.3]`.

    Args:
        cell: difference, low and high.
        settings: a JudgedTable entry: digits, percent.
    """
    difference, low, high = (
        None if cell[name] is None else signed(_scaled(cell[name], settings), settings["digits"])
        for name in ("difference", "low", "high")
    )
    if difference is None:
        return ABSENT
    return f"{difference} {NO_INTERVAL if low is None or high is None else f'[{low}, {high}]'}"


def _ablation_legend(cells: list[Row], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> list[str]:
    baseline = significance["baseline"]
    legend = [
        f"{_named(settings)}, mean over queries, seeds and the regime's pairs.",
        "Bold: the highest of its column.",
        f"difference: to {baseline}, with its {100 * (1 - significance['level']):g} % interval, which is not corrected "
        "for the number of comparisons.",
        _dagger(significance),
    ]
    if any(cell["difference"] is not None and cell["low"] is None for cell in cells):
        legend.append(f"{NO_INTERVAL}: not computable.")
    absent = ["no difference to itself" if any(cell["system"] == baseline for cell in cells) else ""]
    if any(cell["regime"] == SWITCHED for cell in cells):
        scale = ", × 100" if settings["percent"] else ""
        legend.append(f"switched: share of the corpus's tokens that were switched{scale}.")
        unswitched = any(cell["regime"] == SWITCHED and cell["value"] is None for cell in cells)
        absent.append("not trained on switched text" if unswitched else "")
    absent.append("not judged on all pairs" if any(_unjudged(cell) for cell in cells) else "")
    return [*legend, *([f"{ABSENT}: {', or '.join(filter(None, absent))}."] if any(absent) else [])]


def _unjudged(cell: Row) -> bool:
    return cell["regime"] != SWITCHED and cell["value"] is None


def _named(settings: Mapping[str, Any]) -> str:
    return f"{settings['measure']}{' × 100' if settings['percent'] else ''}"


def _dagger(significance: Mapping[str, Any]) -> str:
    test, correction = _TESTS[significance["test"]], _CORRECTIONS[significance["correction"]]
    sample = _SAMPLES[significance.get("over", "queries"), significance.get("clusters", "none")]
    family = "" if significance["correction"] == "none" else f" {_FAMILIES[significance['family']]}"
    return (
        f"{DAGGER}: differs from {significance['baseline']} ({test} {sample}, "
        f"{correction}{family}, p < {significance['level']:g})."
    )


def _hidden(cell: Row, settings: Mapping[str, Any]) -> str:
    """The origin of a mean over seeds and files, for formats that can hide it."""
    spread = "" if cell["deviation"] is None else f"± {_mean(cell['deviation'], settings)} over seeds"
    return "; ".join(filter(None, (spread, source_of(cell))))


def _mean(value: float | None, settings: Mapping[str, Any]) -> str:
    return ABSENT if value is None else f"{_scaled(value, settings):.{settings['digits']}f}"


def _quality(value: float | None, measure: str, settings: Mapping[str, Any]) -> str:
    if value is None:
        return ABSENT
    return _mean(value, settings) if is_share(measure) else number(value, settings["digits"] + 2)


def _scaled(value: float, settings: Mapping[str, Any]) -> float:
    return value * (100 if settings["percent"] else 1)
