# What walks the objects of Snakemake itself, which another version may name differently: rules, jobs and targets.

from snakemake.exceptions import WorkflowError
from snakemake.io import is_flagged
from snakemake.iocontainers import Wildcards
from switchrank.report.costs import Job


def upstream(targets):
    """Every file that the targets depend on, themselves included, with its rule and wildcards."""
    found, waiting = {}, list(targets)
    while waiting:
        path = str(waiting.pop())
        if path in found:
            continue
        producer = next((item for item in workflow.rules if item.is_producer(path)), None)
        if producer is None:  # an input file, not a result
            continue
        wildcards = Wildcards(fromdict=producer.get_wildcards(path))
        outputs, _ = producer.expand_output(wildcards)
        found.update({str(output): (producer, wildcards) for output in outputs})
        waiting += producer.expand_input(wildcards)[0]
    return dict(sorted(found.items()))


def asked_files():
    """Files that this call of Snakemake requests: its targets, with the files of a rule instead of its name."""
    files = []
    for target in workflow.dag_settings.targets or {workflow.default_target}:
        if not workflow.is_rule(target):
            files.append(os.path.relpath(target))
        elif not (producer := workflow.get_rule(target)).has_wildcards():
            empty = Wildcards(fromdict={})
            files += producer.expand_output(empty)[0] or producer.expand_input(empty)[0]
    return files


def ask_for_missing():
    """Request every missing result that the targets of this call depend on.

    Snakemake deletes the results of a job that fails, and does not make a missing file again while the files made from
    it exist: the next run would show the old table with the new settings. Files that are requested are made."""
    try:
        made = upstream(asked_files())
    except WorkflowError:
        return  # Snakemake reports a target that nothing makes
    missing = {path for path in lasting_results(made) if not Path(path).exists()}
    if missing:
        asked = workflow.dag_settings.targets or {workflow.default_target}
        workflow.dag_settings.targets = frozenset(asked) | missing


def before_planning(*steps):
    """Call these functions when Snakemake knows its targets but has not yet planned any job.

    The rules are read before that, also to list them, and again in every job, which has nothing to check."""
    prepare = workflow._prepare_dag

    def prepared(*arguments, **options):
        if workflow.is_main_process:
            for step in steps:
                step()
        prepare(*arguments, **options)

    workflow._prepare_dag = prepared


def lasting_results(made):
    """Results among the files of `upstream` that are kept: not downloads, nor shards, which are deleted once joined."""
    return [
        path
        for path, (producer, _) in made.items()
        if path.startswith("results/") and not any(is_flagged(output, "temp") for output in producer.output)
    ]


def params_of(producer, wildcards):
    """The params that a job would have now."""
    return {name: value(wildcards) if callable(value) else value for name, value in producer.params.items()}


def given_files(targets):
    """Files that the targets depend on and that no rule makes, so that the user must provide them."""
    made = upstream(targets)
    jobs = {(producer.name, *values.items()): (producer, values) for producer, values in made.values()}
    needed = {str(path) for producer, values in jobs.values() for path in producer.expand_input(values)[0]}
    return sorted(needed - made.keys())


def judged_splits(targets):
    """Benchmark, split and scope of all judgements that the targets depend on."""
    return sorted(
        {
            (at.benchmark, at.split, at.scope)
            for made_by, at in upstream(targets).values()
            if made_by.name == "build_qrels"
        }
    )


def jobs_of_run():
    """Every job that the summaries depend on, with its stage, which its rule file or the folder of that is named after, and the GPUs."""
    jobs = {}
    for producer, wildcards in upstream(COSTED).values():
        record = str(producer.expand_benchmark(wildcards))
        stage = Path(os.path.relpath(str(producer.snakefile), CHECKOUT / "rules")).with_suffix("").parts[0]
        jobs[record] = Job(stage, Path(producer.script).stem, record, gpus_of_job(producer, wildcards))
    return sorted(jobs.values())


def gpus_of_job(producer, wildcards):
    """GPUs that a job requests on its first attempt, by its rule, the profile or --set-resources."""
    if "gpu" not in producer.resources:
        return 0
    asked = producer.expand_resources(wildcards, producer.expand_input(wildcards)[0], attempt=1)["gpu"]
    return asked if isinstance(asked, int) else 0


def rule_of_script(name):
    """The rule of a script; the first of those that share it, as these have the same inputs."""
    return next(item for item in workflow.rules if Path(str(item.script)).stem == name)


def refuse_missing_files():
    """If the inputs of a result are missing, Snakemake takes the result for a source file: nothing would run, and the
    old result would be used with the new path. Checked are the inputs of the configured run and those of the targets
    of this call."""
    needed, splits = given_files([*FINAL, "results/expected.parquet"]), []
    try:
        asked = asked_files()
        needed += given_files(asked)
        splits = judged_splits(asked)
    except WorkflowError:
        pass  # Snakemake reports a target that nothing makes
    lines = [*missing_files(CONFIG, sorted(set(needed))), *missing_qrels(CONFIG, splits)]
    if lines:
        stop(SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in lines)))
