# Functions of rules/targets.smk: what the run depends on.


# Each lists the results of that stage that the configured run needs, found by walking up from the report.

from switchrank.manifest import as_record
from switchrank.queued import refuse_queued_jobs

FINAL = ["results/report.html"]
FOLDERS = {
    "data": ("data",),
    "lexicon": ("vectors", "lexicon"),
    "corpus": ("corpus",),
    "encoder": ("pairs", "encoder"),
    "ranker": ("ranker",),
    "evaluation": (
        "translated",
        "run",
        "measure",
        "pool",
        "classes",
        "summary.parquet",
        "significance.parquet",
    ),
    "tables": ("table",),
    "figures": ("figure",),
    "report": ("table", "figure", "report.html"),
}


def made_by_run(*folders):
    """Results of these folders that the run needs."""
    wanted = tuple(f"results/{folder}" for folder in folders)
    return lambda wildcards: [path for path in lasting_results(upstream(FINAL)) if path.startswith(wanted)]


def manifest_files(wildcards=None):
    """Every result, without downloads, which their table proves, and training logs, which contain times."""
    return [path for path in lasting_results(upstream(FINAL)) if Path(path).name != "training.parquet"]


def manifest_records(wildcards=None):
    """How each of these files is made now: rule, settings, code."""
    made = upstream(FINAL)
    return [as_record(path, Path(made[path][0].script).stem, params_of(*made[path])) for path in manifest_files()]


def refuse_other_jobs():
    """A Snakemake that is killed leaves its jobs in the queue of a cluster. A second job for the same files would write
    to them at the same time."""
    if workflow.dryrun:
        return
    try:
        refuse_queued_jobs(Path.cwd())
    except SwitchRankError as error:
        stop(error)
