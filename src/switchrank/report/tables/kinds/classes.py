"""Tables of kind classes: the class of a query by its nearest English training queries, one column per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lists import Reference, each, repeats
from switchrank.report.tables.cells import MEAN, completed, highest, mean_cells
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.judged import mean_text
from switchrank.report.tables.kind import TableEntry
from switchrank.report.tables.sources import Files
from switchrank.results import classes_file
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan


class ClassesTable(TableEntry):
    """Accuracy of the class of a query, such as its intent, that its nearest English training queries give: one row per
    dense system, one column per language, and the mean of all languages but English."""

    kind: Literal["classes"]
    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose queries have labels.")
    systems: list[Name] = Field(min_length=1, description="Dense systems of run.systems, from top to bottom.")
    label: str = Field("intent", min_length=1, description="Kind of label, as the benchmark names it.")
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show shares times 100.")

    def references(self, config: Config) -> Iterator[Reference]:
        dense = [name for name in config.run.systems if hasattr(config.systems.get(name), "retrieval")]
        yield "benchmark", self.benchmark, config.run.benchmarks
        yield from each("systems", self.systems, dense)

    def mistakes(self, config: Config) -> Iterator[str]:
        yield from repeats("systems", self.systems)
        labelled = [name for name in config.run.benchmarks if config.benchmarks[name].source.has_labels]
        if self.benchmark not in labelled:
            yield (
                f"benchmark: found {self.benchmark!r}, whose queries have no labels; allowed: "
                f"{', '.join(labelled) or '(none)'}"
            )

    def inputs(self, plan: Plan) -> dict[str, Any]:
        seeds = self.seeds(plan)
        return {
            "classes": {name: [classes_file(name, seed, self.benchmark) for seed in seeds] for name in self.systems}
        }

    def values(self, plan: Plan) -> dict[str, Any]:
        return super().values(plan) | {"languages": plan.config.benchmarks[self.benchmark].languages}

    def origins(self, plan: Plan) -> Files:
        return {name: {"": paths} for name, paths in self.inputs(plan)["classes"].items()}

    def seeds(self, plan: Plan) -> list[int]:
        return plan.config.run.seeds

    def described(self, plan: Plan) -> str:
        return f"Rows are dense systems, columns languages; the accuracy of the {self.label} of the nearest queries."


Table = ClassesTable


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    found = {name: [tables.read(path, tables.CLASSES) for path in paths] for name, paths in inputs["classes"].items()}
    return build_classes(found, settings)


def build_classes(found: Mapping[str, Sequence[pl.DataFrame]], settings: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of one table of classes.

    Args:
        found: CLASSES tables of all seeds, by system.
        settings: a ClassesTable entry, and the benchmark's `languages`.

    Returns:
        A CELLS table: value is the mean over seeds, deviation their sample standard deviation; measure is the language,
        the last one `mean`, over all languages but English.

    Raises:
        SwitchRankError: no query has a label of this kind.
    """
    kinds = sorted({kind for seeds in found.values() for table in seeds for kind in table["kind"]})
    if settings["label"] not in kinds:
        raise SwitchRankError(
            f"label: found {settings['label']!r}; allowed for {settings['benchmark']!r}: {', '.join(kinds)}"
        )
    accuracies = {
        system: [_by_language(table, settings["label"]) for table in found[system]] for system in settings["systems"]
    }
    made = mean_cells(accuracies, [*settings["languages"], MEAN])
    return completed(made.with_columns(highest("column").alias("best")))


def _by_language(table: pl.DataFrame, kind: str) -> dict[str, float]:
    accuracy = dict(table.filter(pl.col("kind") == kind).select("language", "accuracy").iter_rows())
    others = [value for code, value in accuracy.items() if code != "en"]
    return accuracy | ({MEAN: fmean(others)} if others else {})


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    columns = [
        Column("", str(cell["measure"]), (str(cell["measure"]),), mean=cell["measure"] == MEAN) for cell in rows[0]
    ]
    body = [((str(row[0]["label"]),), [_cell(cell, settings) for cell in row]) for row in rows]
    legend = [
        f"{'Share × 100' if settings['percent'] else 'Share'} of queries of {settings['benchmark']} that get their "
        f"{settings['label']} from the nearest English training queries, mean over seeds.",
        "mean: of all languages but English.",
        "Bold: the best of its column.",
    ]
    return Grid(str(settings["caption"]), legend, ("system",), columns, body)


def _cell(cell: Row, settings: Mapping[str, Any]) -> Cell:
    text = mean_text(cell["value"], settings) or ABSENT
    return Cell((cell["value"],), text, cell["best"], source=source_of(cell))
