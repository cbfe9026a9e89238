"""An interrupted change is taken up again: a missing file is made, whatever Snakemake would make of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from switchrank.checksums import sha256_of
from tests.toy.workspace import ROOT, Workspace

pytestmark = pytest.mark.workflow

MEASURED = "results/measure/wikics/seed1/toy.parquet"
TRAINED = {
    "Train wikics for xx-xx, seed 1",
    "Score the candidates of toy with wikics, seed 1",
    "Measure the runs of wikics, seed 1, on toy",
}


@pytest.fixture
def copied(finished_run: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the finished run, to be damaged."""
    return copy_of(finished_run, tmp_path / "copied")


def copy_of(finished: Workspace, folder: Path) -> Workspace:
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Workspace(folder, finished.sources)


def test_whatever_job_is_killed_is_planned_again_with_all_that_rests_on_it(copied: Workspace) -> None:
    command = [sys.executable, "-P", str(ROOT / "tests" / "toy" / "kills.py"), "results/manifest.parquet"]
    environment = os.environ | {"SWITCHRANK_SOURCES": str(copied.sources)}
    done = subprocess.run(command, cwd=copied.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    scripts = {job["rule"] for job in found.values()}
    assert {"train_ranker", "prealign_encoder", "build_table", "render_table", "write_report"} <= scripts
    assert len(found) > 30
    assert {name: job["planned"] for name, job in found.items()} == {
        name: job["expected"] for name, job in found.items()
    }


def test_a_table_asked_for_by_its_path_rests_on_what_is_missing(copied: Workspace) -> None:
    shutil.rmtree(copied.folder / "results/ranker/wikics")
    table = {"Average the measures over queries, seeds and pairs", "Test every system against the baseline"}
    table |= {"Build the cells of the table main", "Render the table main"}
    assert copied.planned("results/table/main.md") == TRAINED | table
    assert copied.planned("results/measure/mlcs/seed1/toy.parquet") == set()
    (copied.folder / "results/lexicon/titles/en-ja.parquet").unlink()
    assert "Build titles en → ja from titles" in copied.planned()


def test_shards_are_no_result(copied: Workspace) -> None:
    """They are gone once joined, and neither the manifest nor the next run asks for them."""
    corpus = "results/corpus/blcs/en-de.parquet"
    before = sha256_of(copied.folder / corpus)
    copied.configure("corpora.blcs.shards", 2)
    finished = copied.snakemake(corpus)
    assert finished.code == 0, finished.output
    assert sha256_of(copied.folder / corpus) == before
    assert not list(copied.folder.glob("results/corpus/blcs/shards/**/*.parquet"))
    assert not {job for job in copied.planned() if "shard" in job}
    # all shards of a change were killed: neither they nor a record of them are left, and the old corpus is
    for record in (copied.folder / ".snakemake/metadata").glob("**/*"):
        if record.is_file() and json.loads(record.read_text(encoding="utf-8"))["rule"] == "switch_shard":
            record.unlink()
    copied.configure("corpora.blcs.p", 0.25)
    jobs = {f"Make shard {number} of the corpus blcs en-de" for number in (0, 1)}
    assert copied.planned(corpus) == jobs | {"Join the shards of the corpus blcs en-de"}


def test_shards_of_a_run_are_no_result(copied: Workspace) -> None:
    """The toy's candidates are one block, so one of three shards scores them and two are empty."""
    run = "results/run/mlcs/seed1/toy.parquet"
    before = sha256_of(copied.folder / run)
    copied.configure("scoring.shards", 3)
    jobs = {f"Score shard {number} of toy with mlcs, seed 1" for number in range(3)}
    assert copied.planned(run) == jobs | {"Join the shards of toy scored with mlcs, seed 1"}
    finished = copied.snakemake(run)
    assert finished.code == 0, finished.output
    assert sha256_of(copied.folder / run) == before
    assert not list(copied.folder.glob("results/run/**/shards/**/*.parquet"))


def test_the_next_run_after_kills_makes_the_bytes_of_a_clean_one(finished_run: Workspace, tmp_path: Path) -> None:
    """A training is killed as a machine without memory does it, then Snakemake and its job together."""
    killed, clean = (copy_of(finished_run, tmp_path / name) for name in ("killed", "clean"))
    for workspace in (killed, clean):
        workspace.configure("systems.wikics.training", {"epochs": 2})
    run = start(killed)
    os.kill(training(killed), signal.SIGKILL)
    assert run.wait() == 1
    assert not (killed.folder / "results/ranker/wikics/xx-xx/seed1/model.safetensors").exists()
    assert killed.planned(MEASURED) == TRAINED
    run = start(killed)
    training(killed)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert killed.snakemake("--unlock").code == 0
    assert killed.planned(MEASURED) == TRAINED
    for workspace in (killed, clean):
        finished = workspace.snakemake(MEASURED)
        assert finished.code == 0, finished.output
    for stage in ("ranker", "run", "measure"):
        assert checksums(killed.folder / f"results/{stage}") == checksums(clean.folder / f"results/{stage}")
    assert checksums(killed.folder / "results/ranker/wikics") != checksums(
        finished_run.folder / "results/ranker/wikics"
    )
    assert killed.planned("results/table/main.md") == clean.planned("results/table/main.md")


def test_a_table_is_shown_by_the_call_that_made_it(copied: Workspace) -> None:
    heading = "**RR@10 on the toy**"
    other = copied.snakemake("results/lexicon/titles/quality.parquet", "--forcerun", "score_lexicon")
    assert other.code == 0, other.output
    assert heading not in other.output and "report: results" not in other.output
    (copied.folder / "results/table/main.csv").unlink()
    made = copied.snakemake("results/table/main.csv")
    assert made.code == 0, made.output
    assert heading in made.output and "report: results" not in made.output


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    """Snakemake in a session of its own."""
    environment = os.environ | {"SWITCHRANK_SOURCES": str(workspace.sources)}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "snakemake", "--cores", "2", MEASURED]
    return subprocess.Popen(
        command, cwd=workspace.folder, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )


def training(workspace: Workspace) -> int:
    """The process that trains in a workspace, as soon as there is one."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                called = (process / "cmdline").read_bytes().decode().split("\0")
                if (
                    called[1:]
                    and called[1].endswith(".train_ranker.py")
                    and (process / "cwd").resolve() == workspace.folder
                ):
                    return int(process.name)
        time.sleep(0.05)
    raise AssertionError("no training was started")


def checksums(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "training.parquet")
    return {str(path.relative_to(folder)): sha256_of(path) for path in files}
