"""The cost of a run: the benchmark files that Snakemake writes for its jobs, added up."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.report.tables.cells import MEAN, completed
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of

STAGES = ("data", "lexicon", "corpus", "encoder", "ranker", "evaluation", "report")
MEASURES = ("jobs", "wall", "cpu", "gpu", "memory")
TOTAL = "total"
_MIB, _GIB = 2**20, 2**30
_HEADINGS = {"jobs": "jobs", "wall": "wall", "cpu": "CPU", "gpu": "GPU", "memory": "peak memory, GiB"}
_UNITS = {"wall": "s", "cpu": "s", "gpu": "s", "memory": "bytes"}


class Job(NamedTuple):
    """A job of the run: its stage and rule, the path of its record, and how many GPUs it requests."""

    stage: str
    rule: str
    record: str
    gpus: int


def gather_costs(jobs: Sequence[Job]) -> pl.DataFrame:
    """Add up the cost of a run's jobs, each from its last run.

    Args:
        jobs: all jobs of the run, including those that ran before.

    Returns:
        A COST table: wall, cpu and gpu are seconds summed over the jobs that left a record
        (gpu: wall times GPUs), memory the largest resident size of one, in bytes. Null if no record has it: a
        very short job has no CPU time and no memory.

    Raises:
        SwitchRankError: a record is not a benchmark file of Snakemake.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for job in jobs:
        empty = {"jobs": 0, "recorded": 0, "wall": None, "cpu": None, "gpu": None, "memory": None}
        row = rows.setdefault((job.stage, job.rule), empty)
        row["jobs"] += 1
        if not Path(job.record).is_file():
            continue
        row["recorded"] += 1
        for wall, cpu, memory in _records(job.record):
            for name, value in (("wall", wall), ("cpu", cpu), ("gpu", wall * job.gpus)):
                row[name] = _sum(row[name], value)
            row["memory"] = _largest(row["memory"], memory)
    named = [{"stage": stage, "rule": rule, **row} for (stage, rule), row in rows.items()]
    counts, values = dict.fromkeys(("jobs", "recorded"), pl.Int32), dict.fromkeys(MEASURES[1:], pl.Float64)
    return pl.DataFrame(named, schema={"stage": pl.String, "rule": pl.String, **counts, **values})


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


def cost_grid(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    """Arrange the cells of a table of costs; `significance` is not used."""
    measures = [str(cell["measure"]) for cell in rows[0]]
    columns = [Column("", _HEADINGS[name], (_in_unit(name),)) for name in measures]
    body = [
        ((str(row[0]["label"]),), [Cell((c["value"],), _text(c, settings), source=source_of(c)) for c in row])
        for row in rows
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


def _text(cell: Row, settings: Mapping[str, Any]) -> str:
    if cell["value"] is None:
        return ABSENT
    if cell["measure"] == "jobs":
        return f"{int(cell['value']):,}"
    if cell["measure"] == "memory":
        return f"{cell['value'] / _GIB:.{settings['digits']}f}"
    return duration(cell["value"])


def _value(part: pl.DataFrame, measure: str) -> float | None:
    known = part[measure].drop_nulls()
    if known.is_empty():
        return None
    return float(known.max() if measure == "memory" else known.sum())  # type: ignore[arg-type]


def _records(path: str) -> list[tuple[float, float | None, float | None]]:
    """Wall seconds, CPU seconds and peak bytes of each run of a job."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    try:
        return [(float(row["s"]), _known(row["cpu_time"], 1), _known(row["max_rss"], _MIB)) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise SwitchRankError(
            f"{path}: found {error}; expected a benchmark file of Snakemake with the columns s, cpu_time and max_rss; "
            "delete the file"
        ) from None


def _known(text: str, unit: float) -> float | None:
    """Snakemake writes NA or - for values that it could not measure in a short job."""
    return None if text in ("NA", "-", "") else float(text) * unit


def _sum(total: float | None, value: float | None) -> float | None:
    return total if value is None else value + (total or 0.0)


def _largest(known: float | None, value: float | None) -> float | None:
    return known if value is None else max(value, known or 0.0)
