# Functions of rules/targets.smk: what the run rests on.


# Each lists what the configured run needs of that stage, found by walking up from the report.

from snakemake.exceptions import WorkflowError
from snakemake.io import is_flagged
from snakemake.iocontainers import Wildcards
from switchrank.report.manifest import as_record

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
        "summary.parquet",
        "significance.parquet",
    ),
    "tables": ("table",),
    "figures": ("figure",),
    "report": ("table", "figure", "report.html"),
}


def upstream(targets):
    """Every file that the targets rest on, themselves included, with its rule and wildcards."""
    found, waiting = {}, list(targets)
    while waiting:
        path = str(waiting.pop())
        if path in found:
            continue
        producer = next((item for item in workflow.rules if item.is_producer(path)), None)
        if producer is None:  # a file that somebody gave, not a result
            continue
        wildcards = Wildcards(fromdict=producer.get_wildcards(path))
        outputs, _ = producer.expand_output(wildcards)
        found.update({str(output): (producer, wildcards) for output in outputs})
        waiting += producer.expand_input(wildcards)[0]
    return dict(sorted(found.items()))


def asked_files():
    """Files that this call of Snakemake asks for: its targets, a rule's files in place of its name."""
    files = []
    for target in workflow.dag_settings.targets or {workflow.default_target}:
        if not workflow.is_rule(target):
            files.append(os.path.relpath(target))
        elif not (producer := workflow.get_rule(target)).has_wildcards():
            empty = Wildcards(fromdict={})
            files += producer.expand_output(empty)[0] or producer.expand_input(empty)[0]
    return files


def ask_for_missing():
    """Ask for every missing result that the targets of this call rest on.

    Snakemake deletes the results of a job that fails, and does not make a missing file again while those behind it
    exist: the next run would show the old table beside the new settings. What is asked for is made."""
    try:
        made = upstream(asked_files())
    except WorkflowError:
        return  # a target that nothing makes: Snakemake says so itself
    missing = {path for path in lasting_results(made) if not Path(path).exists()}
    if missing:
        asked = workflow.dag_settings.targets or {workflow.default_target}
        workflow.dag_settings.targets = frozenset(asked) | missing


def before_planning(*steps):
    """Have these functions called when Snakemake knows what it is asked for, and has not yet planned any job.

    The rules are read before that, also to list them; a job of a run reads them again, and has nothing to check."""
    prepare = workflow._prepare_dag

    def prepared(*arguments, **options):
        if workflow.is_main_process:
            for step in steps:
                step()
        prepare(*arguments, **options)

    workflow._prepare_dag = prepared


def lasting_results(made):
    """Results among the files of `upstream` that stay: downloads are none, and shards are deleted once joined."""
    return [
        path
        for path, (producer, _) in made.items()
        if path.startswith("results/") and not any(is_flagged(output, "temp") for output in producer.output)
    ]


def made_by_run(*folders):
    """Results of these folders that the run needs."""
    wanted = tuple(f"results/{folder}" for folder in folders)
    return lambda wildcards: [path for path in lasting_results(upstream(FINAL)) if path.startswith(wanted)]


def manifest_files(wildcards=None):
    """Every result; downloads are proven by their table, training logs hold times."""
    return [path for path in lasting_results(upstream(FINAL)) if Path(path).name != "training.parquet"]


def manifest_records(wildcards=None):
    """What makes each of those files now: rule, settings, code."""
    made = upstream(FINAL)
    return [as_record(path, Path(made[path][0].script).stem, params_of(*made[path])) for path in manifest_files()]


def params_of(producer, wildcards):
    """The params that a job would have now."""
    return {name: value(wildcards) if callable(value) else value for name, value in producer.params.items()}


def given_files(targets):
    """Files that the targets rest on and that somebody must have put there, since no rule makes them."""
    made = upstream(targets)
    jobs = {(producer.name, *values.items()): (producer, values) for producer, values in made.values()}
    needed = {str(path) for producer, values in jobs.values() for path in producer.expand_input(values)[0]}
    return sorted(needed - made.keys())


def judged_splits(targets):
    """Benchmark and split of all judgements that the targets rest on."""
    return sorted(
        {(at.benchmark, at.split) for made_by, at in upstream(targets).values() if made_by.name == "build_qrels"}
    )


def refuse_missing_files():
    """Snakemake takes a result for a file of somebody's when what it is made from is not there: nothing would run,
    and the old result would stand beside the new path. Looked at is what the configured run rests on, whatever this
    call asks for, and what it asks for."""
    needed, splits = given_files([*FINAL, "results/expected.parquet"]), []
    try:
        asked = asked_files()
        needed += given_files(asked)
        splits = judged_splits(asked)
    except WorkflowError:
        pass  # a target that nothing makes: Snakemake says so itself
    lines = [*missing_files(CONFIG, sorted(set(needed))), *missing_qrels(CONFIG, splits)]
    if lines:
        stop(SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in lines)))
