"""What a run cost, from records as Snakemake writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.costs import Job, gather_costs
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.kinds.cost import build_cost, duration
from switchrank.report.tables.render import to_csv, to_markdown
from tests.unit.report.made import traced

HEAD = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
ENTRY: dict[str, Any] = {"kind": "cost", "caption": "Cost", "rows": "stage"}


def record(path: Path, seconds: float, cpu: object, mebibytes: object) -> str:
    path.write_text(f"{HEAD}{seconds}\t0:00:01\t{mebibytes}\t1\t1\t1\t0\t0\t90\t{cpu}\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    return [
        Job("data", "build_passages", record(tmp_path / "de", 0.2, "NA", "NA"), 0),
        Job("ranker", "train_ranker", record(tmp_path / "one", 3600.0, 7000.5, 2048), 2),
        Job("ranker", "train_ranker", record(tmp_path / "two", 61.0, 100.0, 1024), 2),
        Job("ranker", "train_ranker", str(tmp_path / "deleted"), 2),
        Job("ranker", "tokenize_corpus", record(tmp_path / "ids", 9.0, 4.0, 512), 0),
    ]


def test_jobs_are_added_up_by_rule(jobs: list[Job], tmp_path: Path) -> None:
    found = gather_costs(jobs)
    assert found.rows() == [
        ("data", "build_passages", 1, 1, 0.2, None, 0.0, None),
        ("ranker", "train_ranker", 3, 2, 3661.0, 7100.5, 7322.0, 2048.0 * 2**20),
        ("ranker", "tokenize_corpus", 1, 1, 9.0, 4.0, 0.0, 512.0 * 2**20),
    ]
    tables.write(found, tmp_path / "cost.parquet", tables.COST)


def test_a_repeated_job_counts_every_time(tmp_path: Path) -> None:
    path = Path(record(tmp_path / "twice", 2.0, 1.5, 100))
    path.write_text(path.read_text() + "3.0\t0:00:03\t300\t1\t1\t1\t0\t0\t90\t2.5\n", encoding="utf-8")
    found = gather_costs([Job("data", "fetch_source", str(path), 0)]).row(0, named=True)
    assert (found["wall"], found["cpu"], found["memory"]) == (5.0, 4.0, 300.0 * 2**20)


def test_stages_and_their_total(jobs: list[Job]) -> None:
    cells = build_cost(gather_costs(jobs), ENTRY)
    values = {(row["label"], row["measure"]): row["value"] for row in cells.iter_rows(named=True)}
    assert cells["label"].unique(maintain_order=True).to_list() == ["data", "ranker", "total"]
    assert values["ranker", "wall"] == 3670.0
    assert values["ranker", "memory"] == values["total", "memory"] == 2048.0 * 2**20
    assert values["data", "cpu"] is None
    assert (values["total", "jobs"], values["total", "cpu"], values["total", "gpu"]) == (5, 7104.5, 7322.0)


def test_no_column_for_what_nobody_asked_for(jobs: list[Job]) -> None:
    cells = build_cost(gather_costs([job._replace(gpus=0) for job in jobs]), ENTRY | {"rows": "rule"})
    assert cells["measure"].unique(maintain_order=True).to_list() == ["jobs", "wall", "cpu", "memory"]
    assert cells["label"].unique(maintain_order=True).to_list() == [
        "build_passages",
        "tokenize_corpus",
        "train_ranker",
        "total",
    ]


def test_stages_stand_in_the_order_of_the_work(jobs: list[Job], tmp_path: Path) -> None:
    late = Job("corpus", "switch_corpus", record(tmp_path / "late", 1.0, 1.0, 1), 0)
    tables.write(gather_costs([*jobs, late]), tmp_path / "cost.parquet", tables.COST)
    cells = build_cost(tables.read(tmp_path / "cost.parquet", tables.COST), ENTRY)
    assert cells["label"].unique(maintain_order=True).to_list() == ["data", "corpus", "ranker", "total"]


def test_printed(jobs: list[Job]) -> None:
    grid = make_grid(traced(build_cost(gather_costs(jobs), ENTRY)), ENTRY, {})
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in to_markdown(grid).splitlines()]
    assert ["stage", "jobs", "wall", "CPU", "GPU", "peak memory, GiB"] in lines
    assert ["ranker", "4", "1:01:10", "1:58:24", "2:02:02", "2.0"] in lines
    assert ["data", "1", "0:00:00", "–", "0:00:00", "–"] in lines
    assert to_csv(grid).splitlines()[0] == 'stage,jobs,"wall, s","cpu, s","gpu, s","memory, bytes"'
    assert "ranker,4.0,3670.0,7104.5,7322.0,2147483648.0" in to_csv(grid).splitlines()


def test_nothing_recorded_is_no_zero() -> None:
    cells = build_cost(gather_costs([Job("data", "fetch_source", "no/such.tsv", 0)]), ENTRY)
    assert cells.filter(pl.col("measure") != "jobs")["value"].to_list() == [None] * 6


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.tsv"
    path.write_text("seconds\n1\n", encoding="utf-8")
    with pytest.raises(SwitchRankError, match=r"other\.tsv: found 's'; expected a benchmark file of Snakemake"):
        gather_costs([Job("data", "fetch_source", str(path), 0)])


def test_durations() -> None:
    assert [duration(value) for value in (0.4, 59.6, 3599.6, 90000)] == ["0:00:00", "0:01:00", "1:00:00", "25:00:00"]
