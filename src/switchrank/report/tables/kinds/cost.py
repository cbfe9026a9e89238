"""Tables of kind cost: one row per stage or rule of the run, with its time and peak memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.report.costs import MEASURES
from switchrank.report.tables.cells import MEAN, completed
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.kind import TableEntry
from switchrank.report.tables.sources import Files

if TYPE_CHECKING:
    from switchrank.report.inputs import Plan

STAGES = ("data", "lexicon", "corpus", "encoder", "ranker", "evaluation", "report")
TOTAL = "total"
_GIB = 2**30
_HEADINGS = {"jobs": "jobs", "wall": "wall", "cpu": "CPU", "gpu": "GPU", "memory": "peak memory, GiB"}
_UNITS = {"wall": "s", "cpu": "s", "gpu": "s", "memory": "bytes"}


class CostTable(TableEntry):
    """Cost of the run: one row per stage or rule, from the benchmark files that Snakemake writes for its jobs."""

    kind: Literal["cost"]
    caption: str = Field(description="Printed above the table.")
    rows: Literal["stage", "rule"] = Field("stage", description="What a row is.")

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return {"cost": "results/cost.parquet"}

    def origins(self, plan: Plan) -> Files:
        """The records of the jobs of a row."""
        found: dict[str, dict[str, list[str]]] = {}
        for job in plan.jobs():
            for name in (getattr(job, self.rows), TOTAL):
                found.setdefault(name, {"": []})[""].append(job.record)
        return found

    def described(self, plan: Plan) -> str:
        return f"Rows are {self.rows}s; columns the time and peak memory of their jobs when they last ran."


Table = CostTable


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    return build_cost(tables.read(inputs["cost"], tables.COST), settings)


def build_cost(cost: pl.DataFrame, settings: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of a table of costs.

    Args:
        cost: a COST table.
        settings: a CostTable entry; `rows` decides what a row is.

    Returns:
        A CELLS table: label is the stage or rule, in the order of the stages, the last row `total`; one column each for
        jobs, wall, cpu, gpu (seconds) and memory (bytes). gpu exists only if a job requested a GPU.
    """
    order = {stage: place for place, stage in enumerate(STAGES)}
    cost = cost.sort(pl.col("stage").replace_strict(order, default=len(order), return_dtype=pl.Int32), "rule")
    names = list(dict.fromkeys(cost[settings["rows"]]))
    parts = [(name, cost.filter(pl.col(settings["rows"]) == name)) for name in names]
    measures = [name for name in MEASURES if name != "gpu" or (cost["gpu"].sum() or 0) > 0]
    cells = [
        (row, column, name, name, measure, _value(part, measure))
        for row, (name, part) in enumerate([*parts, (TOTAL, cost)])
        for column, measure in enumerate(measures)
    ]
    laid = pl.DataFrame(cells, schema=["row", "column", "system", "label", "measure", "value"], orient="row")
    return completed(laid.with_columns(pair=pl.lit(MEAN)))


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    """Arrange the cells of a table of costs; `significance` is not used."""
    measures = [str(cell["measure"]) for cell in rows[0]]
    columns = [Column("", _HEADINGS[name], (_in_unit(name),)) for name in measures]
    body = [
        ((str(row[0]["label"]),), [Cell((c["value"],), _text(c), source=source_of(c)) for c in row]) for row in rows
    ]
    legend = [
        "Of every job when it last ran. wall, CPU" + (", GPU" if "gpu" in measures else "") + " (h:min:s): sum over "
        "jobs, of which several may run at once; peak memory: of the largest job.",
        f"{ABSENT}: no job left a record.",
    ]
    return Grid(str(settings["caption"]), legend, (str(settings["rows"]),), columns, body)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, `1:02:03`."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _in_unit(measure: str) -> str:
    return f"{measure}, {_UNITS[measure]}" if measure in _UNITS else measure


def _text(cell: Row) -> str:
    if cell["value"] is None:
        return ABSENT
    if cell["measure"] == "jobs":
        return f"{int(cell['value']):,}"
    if cell["measure"] == "memory":
        return f"{cell['value'] / _GIB:.1f}"
    return duration(cell["value"])


def _value(part: pl.DataFrame, measure: str) -> float | None:
    known = part[measure].drop_nulls()
    if known.is_empty():
        return None
    return float(known.max() if measure == "memory" else known.sum())  # type: ignore[arg-type]
