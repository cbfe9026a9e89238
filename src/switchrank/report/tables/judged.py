"""What kinds of tables of judged systems share: their keys, their files, and the texts of their cells and legends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.lists import Reference
from switchrank.report.numbers import signed
from switchrank.report.tables.grid import ABSENT, DAGGER, Row, source_of
from switchrank.report.tables.kind import TableEntry
from switchrank.report.tables.sources import Files
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan

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
    ("both", "none"): "over queries and seeds, both taken as random",
    ("both", "group"): "over groups of queries and seeds, both taken as random",
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


class JudgedTable(TableEntry):
    """Settings shared by tables of judged systems."""

    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose runs are shown.")
    measure: str = Field("RR@10", description="One of evaluation.measures.")
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show values times 100, as the papers do.")

    def references(self, config: Config) -> Iterator[Reference]:
        yield "benchmark", self.benchmark, config.run.benchmarks
        yield "measure", self.measure, config.evaluation.measures

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return {"summary": "results/summary.parquet", "significance": "results/significance.parquet"}

    def values(self, plan: Plan) -> dict[str, Any]:
        tests = plan.significance(self)
        return super().values(plan) | {"baseline": tests["baseline"], "level": tests["level"]}

    def origins(self, plan: Plan) -> Files:
        return {system: {"": files} for system, files in plan.runs(self.benchmark).items()}

    def seeds(self, plan: Plan) -> list[int]:
        return plan.config.run.seeds


def read_results(inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The results of the systems, and their differences to the table's baseline.

    Args:
        inputs, settings: `inputs` and `values` of a JudgedTable entry.

    Returns:
        A SUMMARY table, and the rows of this baseline of a SIGNIFICANCE table.
    """
    tests = tables.read(inputs["significance"], tables.SIGNIFICANCE)
    return tables.read(inputs["summary"], tables.SUMMARY), tests.filter(pl.col("baseline") == settings["baseline"])


def difference_text(cell: Row, settings: Mapping[str, Any]) -> str:
    """A difference with its interval, `+2.7 [+1.1, +4.3]`.

    Args:
        cell: difference, low and high.
        settings: a JudgedTable entry: digits, percent.
    """
    difference, low, high = (
        None if cell[name] is None else signed(scaled(cell[name], settings), settings["digits"])
        for name in ("difference", "low", "high")
    )
    if difference is None:
        return ABSENT
    return f"{difference} {NO_INTERVAL if low is None or high is None else f'[{low}, {high}]'}"


def named(settings: Mapping[str, Any]) -> str:
    """The measure, and its scale."""
    return f"{settings['measure']}{' × 100' if settings['percent'] else ''}"


def dagger(significance: Mapping[str, Any]) -> str:
    """What the dagger says of a cell: the test, its sample and its correction."""
    test, correction = _TESTS[significance["test"]], _CORRECTIONS[significance["correction"]]
    sample = _SAMPLES[significance.get("over", "queries"), significance.get("clusters", "none")]
    family = "" if significance["correction"] == "none" else f" {_FAMILIES[significance['family']]}"
    return (
        f"{DAGGER}: differs from {significance['baseline']} ({test} {sample}, "
        f"{correction}{family}, p < {significance['level']:g})."
    )


def spread(cell: Row, settings: Mapping[str, Any]) -> str:
    """The origin of a mean over seeds and files, for formats that can hide it."""
    deviation = "" if cell["deviation"] is None else f"± {mean_text(cell['deviation'], settings)} over seeds"
    return "; ".join(filter(None, (deviation, source_of(cell))))


def mean_text(value: float | None, settings: Mapping[str, Any]) -> str:
    """A value with the table's digits."""
    return ABSENT if value is None else f"{scaled(value, settings):.{settings['digits']}f}"


def scaled(value: float, settings: Mapping[str, Any]) -> float:
    """A value as shown: times 100 in a table of percent."""
    return value * (100 if settings["percent"] else 1)


def marked(significance: Mapping[str, Any]) -> str:
    """How a difference is marked, for Snakemake's own report: the end of a sentence on it."""
    grouped = significance.get("clusters") == "group" and significance["over"] != "seeds"
    return "groups of queries taken as independent" if grouped else ""
