"""Tables of kind pool: dense retrieval from one pool of all languages, one row per system, one column per measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.pool_measures import DISTANCE, pool_measures
from switchrank.lists import Reference, each, repeats
from switchrank.report.tables.cells import completed, highest, mean_cells
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.judged import mean_text
from switchrank.report.tables.kind import TableEntry
from switchrank.report.tables.sources import Files
from switchrank.results import pool_ranks
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan

PoolMeasure = Literal[
    "mono AP",
    "mono R@1",
    "mono R@10",
    "cross AP",
    "cross R@1",
    "cross R@10",
    "multi AP",
    "multi R@1",
    "multi R@10",
    "rank distance",
]


class PoolTable(TableEntry):
    """Dense retrieval in one language, across two and from one pool of all (as in 2408.10536): one row per system, one
    column per measure, mean over queries, languages and seeds."""

    kind: Literal["pool"]
    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose passages are the pool.")
    systems: list[Name] = Field(min_length=1, description="Dense systems of run.systems, from top to bottom.")
    measures: list[PoolMeasure] = Field(
        ["mono AP", "cross AP", "multi AP", "mono R@1", "cross R@1", "multi R@10", "rank distance"],
        min_length=1,
        description="From left to right.",
    )
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show shares times 100.")

    def references(self, config: Config) -> Iterator[Reference]:
        dense = [name for name in config.run.systems if hasattr(config.systems.get(name), "retrieval")]
        yield "benchmark", self.benchmark, config.run.benchmarks
        yield from each("systems", self.systems, dense)

    def mistakes(self, config: Config) -> Iterator[str]:
        yield from repeats("systems", self.systems)

    def inputs(self, plan: Plan) -> dict[str, Any]:
        seeds = self.seeds(plan)
        return {"ranks": {name: [pool_ranks(name, seed, self.benchmark) for seed in seeds] for name in self.systems}}

    def values(self, plan: Plan) -> dict[str, Any]:
        return super().values(plan) | {"parallel": plan.config.benchmarks[self.benchmark].source.parallel}

    def origins(self, plan: Plan) -> Files:
        return {name: {"": paths} for name, paths in self.inputs(plan)["ranks"].items()}

    def seeds(self, plan: Plan) -> list[int]:
        return plan.config.run.seeds

    def described(self, plan: Plan) -> str:
        return "Rows are dense systems, columns measures of retrieval from one pool of all languages, means over seeds."


Table = PoolTable


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    ranks = {name: [tables.read(path, tables.POOL) for path in paths] for name, paths in inputs["ranks"].items()}
    return build_pool(ranks, settings)


def build_pool(ranks: Mapping[str, Sequence[pl.DataFrame]], settings: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of one table of dense retrieval.

    Args:
        ranks: POOL tables of all seeds, by system.
        settings: a PoolTable entry: systems and measures, in the order to be shown; and whether the benchmark is
            `parallel`.

    Returns:
        A CELLS table: value is the mean over seeds, deviation their sample standard deviation; best marks the highest
        of a column, but the smallest rank distance.

    Raises:
        SwitchRankError: a measure is not computable for any system, such as cross AP with one language.
    """
    found = {
        system: [pool_measures(table, settings.get("parallel", True)) for table in ranks[system]]
        for system in settings["systems"]
    }
    cells = mean_cells(found, settings["measures"])
    unknown = (
        cells.group_by("measure", maintain_order=True)
        .agg(pl.col("value").is_null().all())
        .filter("value")["measure"]
        .to_list()
    )
    if unknown:
        raise SwitchRankError(
            f"pool of {settings['benchmark']}: {', '.join(sorted(unknown))} cannot be computed: no query and passage "
            "in such languages; leave it out of the table"
        )
    sign = pl.when(pl.col("measure") == DISTANCE).then(-1.0).otherwise(1.0)
    best = cells.with_columns(pl.col("value") * sign).select(highest("column").alias("best"))["best"]
    return completed(cells.with_columns(best))


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
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
    text = " ± ".join(mean_text(value, scale) for value in values if value is not None) or ABSENT
    return Cell(values, text, cell["best"], source=source_of(cell))
