"""What the SLURM tests ask of the cluster, and the runs that they start on it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from switchrank.checksums import sha256_of
from tests.toy.workspace import Finished, Workspace

PROFILE = ("--workflow-profile", "profiles/slurm", "--latency-wait", "10")
# without sacct the profile's 40 seconds between two looks at the queue would be most of a test
PROFILE += ("--slurm-init-seconds-before-status-checks", "5")
SMALL = {
    "run.systems": ["zeroshot", "mlcs-aligned"],
    "run.pairs": ["en-de"],
    "benchmarks.toy.languages": ["en", "de"],
    "corpora.mlcs.languages": ["de"],
    "corpora.wikics.languages": ["en", "de"],
}
"""The toy cut down to the fewest jobs that have every stage."""


@dataclass(frozen=True)
class Job:
    """A job as SLURM knows it, finished or not.

    Attributes:
        number: its id.
        rule: from the comment that Snakemake gives it.
        state: COMPLETED, FAILED, RUNNING, …
        facts: everything that scontrol says of it.
    """

    number: int
    rule: str
    state: str
    facts: dict[str, str]

    @property
    def memory(self) -> str:
        return self.facts["MinMemoryNode"]

    @property
    def gpus(self) -> int:
        """How many it asked for, by --gpus or by --gres, and so was given."""
        asked = self.facts.get("TresPerJob", "") + self.facts.get("TresPerNode", "")
        found = re.search(r"gpu:(\d+)", asked)
        return int(found[1]) if found else 0


def jobs(workspace: Workspace, rule: str = "") -> list[Job]:
    """Jobs of a folder in the order of their numbers, of one rule or of all."""
    told = subprocess.run(["scontrol", "show", "job", "-o"], capture_output=True, text=True, check=True).stdout
    found = []
    for line in told.splitlines():
        facts = dict(word.split("=", 1) for word in line.split() if "=" in word)
        if facts.get("WorkDir") == str(workspace.folder):
            name = facts["Comment"].removeprefix("rule_").split("_wildcards_")[0]
            found.append(Job(int(facts["JobId"]), name, facts["JobState"], facts))
    return sorted((job for job in found if rule in ("", job.rule)), key=lambda job: job.number)


def submit(workspace: Workspace, *arguments: str) -> Finished:
    """Run Snakemake with the profile and wait."""
    return workspace.snakemake(*arguments, *PROFILE)


def start(workspace: Workspace, *arguments: str) -> subprocess.Popen[str]:
    """Run Snakemake with the profile in a session of its own; its output is a file `output` of the folder."""
    environment = os.environ | {"SWITCHRANK_SOURCES": str(workspace.sources)}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "snakemake", "--nocolor", *arguments, *PROFILE]
    with open(workspace.folder / "output", "w", encoding="utf-8") as output:
        return subprocess.Popen(
            command,
            cwd=workspace.folder,
            env=environment,
            start_new_session=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def kill(run: subprocess.Popen[str]) -> None:
    """End Snakemake as a login node that goes down does: its jobs are not asked."""
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def wait_for(found: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)


def copy_of(workspace: Workspace, folder: Path) -> Workspace:
    """A copy, in which finished jobs count as finished."""
    shutil.copytree(workspace.folder, folder, symlinks=True)
    return Workspace(folder, workspace.sources)


def checksums(workspace: Workspace, *stages: str) -> dict[str, str]:
    """Of all results, or of those of some stages, without the files that hold times."""
    folders = [workspace.folder / "results" / stage for stage in stages or [""]]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(workspace.folder)): sha256_of(path) for path in files if path.name != "training.parquet"
    }
