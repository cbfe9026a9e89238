"""The cost of a run: the benchmark files that Snakemake writes for its jobs, added up."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import COST

MEASURES = ("jobs", "wall", "cpu", "gpu", "memory")
_MIB = 2**20


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
    return pl.DataFrame(named, schema=COST.schema)


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
