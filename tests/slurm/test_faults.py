"""Jobs that fail, are cancelled, run out of time or lose their Snakemake; in each case one training."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.slurm.cluster import Job, checksums, copy_of, jobs, kill, start, submit, wait_for
from tests.toy.workspace import Workspace

MEASURED = "results/measure/mlcs-aligned/seed1/toy.parquet"
JOBS = ["train_ranker", "score_candidates", "measure_run"]
MADE = ("ranker", "run", "measure")
STEPS = 40
SCRIPT = Path("workflow/scripts/train_ranker.py")
CHECKPOINT = Path("results/checkpoint/train_ranker/mlcs-aligned/xx-xx/1/checkpoint.safetensors")
LOG = Path("logs/train_ranker/mlcs-aligned/xx-xx/seed1.log")
CONTINUES = re.compile(r"continues after step (\d+) of 40")

DIES_BELOW_12_GB = """
import os, signal
if snakemake.resources.mem_mb < 12000:
    os.kill(os.getpid(), signal.SIGKILL)
"""
SECONDS_PER_STEP = """
import os, time
from switchrank.training.loop import Trainer
_plain = Trainer._save_if_due
def _slowly(self, step):
    time.sleep({seconds} if os.path.exists("slow") else 0)
    _plain(self, step)
Trainer._save_if_due = _slowly
"""
NOTES_ITS_GPUS = """
import os
with open("starts", "a") as file:
    file.write(os.environ.get("CUDA_VISIBLE_DEVICES", "none") + "\\n")
"""


@pytest.fixture(scope="module")
def expected(submitted: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one undisturbed training on this machine gives."""
    workspace = copy_of(submitted, tmp_path_factory.mktemp("expected") / "clone")
    workspace.configure("systems.mlcs-aligned.training.max_steps", STEPS)
    finished = workspace.snakemake(MEASURED)
    assert finished.code == 0, finished.output[-6000:]
    return checksums(workspace, *MADE)


@pytest.fixture
def copied(submitted: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the small run in which one training, its scoring and its measuring are to be done."""
    workspace = copy_of(submitted, tmp_path / "clone")
    workspace.configure("systems.mlcs-aligned.training.max_steps", STEPS)
    return workspace


def add(workspace: Workspace, lines: str) -> None:
    """Put lines at the start of the script that trains, which change no model. Steps are slow while `slow` exists."""
    (workspace.folder / "slow").touch()
    script = workspace.folder / SCRIPT
    script.write_text(lines + script.read_text(encoding="utf-8"), encoding="utf-8")


def trainings(workspace: Workspace) -> list[Job]:
    return jobs(workspace, "train_ranker")


def states(workspace: Workspace) -> list[str]:
    return [job.state for job in trainings(workspace)]


def steps_before(workspace: Workspace) -> list[int]:
    """At which steps a training was continued, by its log."""
    return [int(step) for step in CONTINUES.findall((workspace.folder / LOG).read_text(encoding="utf-8"))]


def assert_nothing_is_left(workspace: Workspace, expected: dict[str, str]) -> None:
    """The results are those of an undisturbed run, and no further job is planned."""
    assert checksums(workspace, *MADE) == expected
    assert not (workspace.folder / "results/checkpoint").exists()
    assert workspace.planned(MEASURED) == set()


def test_a_job_that_dies_is_tried_again_with_more_memory(copied: Workspace, expected: dict[str, str]) -> None:
    """The training is killed, as a node without memory does it, until it has 12 GB."""
    add(copied, DIES_BELOW_12_GB)
    finished = submit(copied, MEASURED)
    assert finished.code == 0, finished.output
    assert [(job.state, job.memory, job.facts["TimeLimit"]) for job in trainings(copied)] == [
        ("FAILED", "6000M", "12:00:00"),
        ("COMPLETED", "12000M", "1-00:00:00"),
    ]
    assert [job.rule for job in jobs(copied) if job.state == "COMPLETED"] == JOBS
    assert_nothing_is_left(copied, expected)


def test_a_training_over_its_time_goes_on_from_its_checkpoint(copied: Workspace, expected: dict[str, str]) -> None:
    """One minute at the first attempt, two at the second; the training takes longer than one, whatever the machine."""
    add(copied, SECONDS_PER_STEP.format(seconds=3))
    finished = submit(copied, MEASURED, "--set-resources", "train_ranker:runtime=1 * attempt * attempt")
    assert finished.code == 0, finished.output
    assert "SLURM status is: 'TIMEOUT'" in finished.output
    found = states(copied)
    assert found[0] == "TIMEOUT" and found[-1] == "COMPLETED" and 2 <= len(found) <= 3
    assert 0 < steps_before(copied)[-1] < STEPS
    assert_nothing_is_left(copied, expected)


def test_a_pre_empted_training_goes_on_from_its_checkpoint(copied: Workspace, expected: dict[str, str]) -> None:
    """SLURM itself puts the job back under its number, so Snakemake sees one job."""
    add(copied, SECONDS_PER_STEP.format(seconds=0.5))
    run = start(copied, MEASURED, "--set-resources", "train_ranker:checkpoint_steps=2")
    wait_for((copied.folder / CHECKPOINT).exists)
    (job,) = trainings(copied)
    subprocess.run(["scontrol", "requeue", str(job.number)], check=True)
    assert run.wait() == 0, (copied.folder / "output").read_text(encoding="utf-8")
    (again,) = trainings(copied)
    assert (again.number, again.state, again.facts["Restarts"]) == (job.number, "COMPLETED", "1")
    assert 0 < steps_before(copied)[-1] < STEPS
    assert_nothing_is_left(copied, expected)


def test_a_cancelled_job_is_one_clear_error(copied: Workspace, expected: dict[str, str]) -> None:
    add(copied, SECONDS_PER_STEP.format(seconds=0.5))
    run = start(copied, MEASURED, "--retries", "0")
    wait_for(lambda: states(copied) == ["RUNNING"])
    (job,) = trainings(copied)
    subprocess.run(["scancel", str(job.number)], check=True)
    assert run.wait() == 1
    output = (copied.folder / "output").read_text(encoding="utf-8")
    assert "At least one job did not complete successfully" in output
    assert "Traceback" not in output
    assert [found.rule for found in jobs(copied)] == ["train_ranker"]
    assert not (copied.folder / "results/ranker/mlcs-aligned/xx-xx/seed1/model.safetensors").exists()
    finished = submit(copied, MEASURED)
    assert finished.code == 0, finished.output
    assert_nothing_is_left(copied, expected)


def test_ctrl_c_cancels_the_jobs(copied: Workspace) -> None:
    add(copied, SECONDS_PER_STEP.format(seconds=0.5))
    run = start(copied, MEASURED)
    wait_for(lambda: states(copied) == ["RUNNING"])
    os.killpg(run.pid, 2)
    assert run.wait() == 1
    wait_for(lambda: states(copied) == ["CANCELLED"])


def test_jobs_of_a_killed_snakemake_are_named_and_nothing_is_lost_or_done_twice(
    copied: Workspace, expected: dict[str, str]
) -> None:
    """Until they are cancelled, no second job can be started for the same files."""
    add(copied, SECONDS_PER_STEP.format(seconds=5))
    run = start(copied, MEASURED, "--set-resources", "train_ranker:checkpoint_steps=2")
    wait_for((copied.folder / CHECKPOINT).exists)
    kill(run)
    (orphan,) = trainings(copied)
    for arguments in ([MEASURED], [MEASURED, "--nolock"], ["--unlock"]):
        refused = submit(copied, *arguments)
        assert refused.code == 1
        assert f"error: jobs of this folder are still in the SLURM queue: {orphan.number} (" in refused.output
        assert "Traceback" not in refused.output
    assert copied.snakemake("--nolock", MEASURED).code == 1, "a local run would write to the same files too"
    assert len(trainings(copied)) == 1
    subprocess.run(["scancel", str(orphan.number)], check=True)
    wait_for(lambda: states(copied) == ["CANCELLED"])
    (copied.folder / "slow").unlink()
    assert copied.snakemake("--unlock").code == 0
    finished = submit(copied, MEASURED)
    assert finished.code == 0, finished.output
    assert [job.rule for job in jobs(copied) if job.state == "COMPLETED"] == JOBS
    assert 0 < steps_before(copied)[-1] < STEPS
    assert_nothing_is_left(copied, expected)


@pytest.mark.parametrize(
    ("options", "gpus", "seen"),
    [
        (["train_ranker:gpu=2", "train_ranker:processes=2"], 2, "0,1"),
        (["train_ranker:gpu=0", "train_ranker:gres='gpu:1'"], 1, "0"),
    ],
)
def test_a_training_starts_once_with_its_gpus(copied: Workspace, options: list[str], gpus: int, seen: str) -> None:
    """Two processes train on two GPUs, and the job's script runs once; --gres gives what --gpus gives."""
    add(copied, NOTES_ITS_GPUS)
    finished = submit(copied, MEASURED, "--set-resources", *options)
    assert finished.code == 0, finished.output
    (job,) = trainings(copied)
    assert (job.gpus, job.facts["Partition"]) == (gpus, "gpu")
    assert (copied.folder / "starts").read_text(encoding="utf-8") == f"{seen}\n"
