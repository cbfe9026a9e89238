"""What Snakemake plans after one job of every rule was killed; run in the folder of a finished run, prints JSON.

One process reads the workflow once and plans it many times: a call of Snakemake for each would take minutes.
Of a killed job Snakemake leaves neither results nor a record of them, and everything else as it was."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.settings.types import DAGSettings, OutputSettings, Quietness, RerunTrigger, ResourceSettings

TRIGGERS = frozenset({RerunTrigger.MTIME, RerunTrigger.PARAMS, RerunTrigger.INPUT, RerunTrigger.SOFTWARE_ENV})
FINISHED = Path("kept")


def plan(workflow: Any, target: str) -> Any:
    """The DAG of a target as Snakemake plans it now."""
    workflow.dag_settings.targets = frozenset({target})
    workflow._prepare_dag(forceall=False, ignore_incomplete=False, lock_warn_only=True)
    workflow._build_dag()
    return workflow.dag


def names(jobs: Any) -> list[str]:
    return sorted(f"{job.rule.name} {job.wildcards_dict}" for job in jobs if job.output)


def kill(dag: Any, job: Any) -> dict[Path, Path]:
    """Move away what Snakemake deletes when a job fails; where it was and where it is now."""
    records = dag.workflow.persistence
    gone = [Path(file) for file in job.output]
    gone += [Path(records._record_path(records._metadata_path, file)) for file in job.output]
    moved = {path: FINISHED / str(number) for number, path in enumerate(gone)}
    FINISHED.mkdir()
    for path, kept in moved.items():
        path.rename(kept)
    return moved


def main(target: str) -> None:
    """For one job of each rule behind the target: the jobs that rest on it, and those planned after it was killed."""
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        read = api.workflow(resource_settings=ResourceSettings(cores=1), snakefile=Path("Snakefile"))
        read.dag(DAGSettings(max_checksum_file_size=10**12, rerun_triggers=TRIGGERS))
        workflow = read._workflow
        dag = plan(workflow, target)
        found: dict[str, Any] = {"at rest": {"rule": "", "expected": [], "planned": names(dag.needrun_jobs())}}
        one_of_each = {
            job.rule.name: job for job in dag.jobs if job.output and str(job.output[0]).startswith("results/")
        }
        for rule, job in sorted(one_of_each.items()):
            expected = names({job, *dag.bfs(dag.depending, job)})
            moved = kill(dag, job)
            found[f"{rule} {job.wildcards_dict}"] = {
                "rule": Path(job.rule.script).stem,
                "expected": expected,
                "planned": names(plan(workflow, target).needrun_jobs()),
            }
            for path, kept in moved.items():
                kept.rename(path)
            shutil.rmtree(FINISHED)
    sys.stdout.write(json.dumps(found))


main(*sys.argv[1:])
