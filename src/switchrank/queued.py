"""Jobs of a folder in a SLURM queue: those that a killed Snakemake left behind would write to the same files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from switchrank.errors import SwitchRankError

_PATIENCE = 30.0
_STATES = "PENDING,CONFIGURING,RUNNING,COMPLETING,SUSPENDED,REQUEUED"
_COLUMNS = "%A|%k|%Z"  # number, comment (its rule and wildcards), working directory


def refuse_queued_jobs(folder: str | Path) -> None:
    """Check that no job of a folder is waiting or running in the SLURM queue of this user.

    The job in which this process runs itself is not counted.

    Args:
        folder: the working directory.

    Raises:
        SwitchRankError: there are such jobs.
    """
    own = os.environ.get("SLURM_JOB_ID")
    jobs = {number: rule for number, rule in queued_jobs(folder).items() if number != own}
    if jobs:
        shown = ", ".join(f"{number} ({rule})" if rule else number for number, rule in jobs.items())
        raise SwitchRankError(
            f"jobs of this folder are still in the SLURM queue: {shown}. Another run is under way, or one was killed. "
            f"Wait for them, or cancel them: scancel {' '.join(jobs)}"
        )


def queued_jobs(folder: str | Path) -> dict[str, str]:
    """Numbers of the jobs whose working directory is the folder, with their rules, in the order of their numbers.

    Empty where there is no SLURM, or where it does not answer: then no job can be submitted either.
    """
    command = ["squeue", "--me", "--noheader", f"--states={_STATES}", f"--format={_COLUMNS}"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return {}
    rows = [line.split("|", maxsplit=2) for line in answer.stdout.splitlines() if answer.returncode == 0]
    here = Path(folder).resolve()
    found = {number: rule for number, rule, place in rows if Path(place).resolve() == here}
    return dict(sorted(found.items(), key=lambda job: int(job[0])))
