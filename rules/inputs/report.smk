# Functions of rules/report.smk. What tables, figures and the page are made from, the package says.

from switchrank.report.figures.kind import module_of_figure
from switchrank.report.inputs import Plan, paths_in
from switchrank.report.page.inputs import measured_entries, page_inputs, page_settings
from switchrank.report.tables.kind import module_of_table

PLAN = Plan(CONFIG, lambda: jobs_of_run())
PAGE = page_inputs(CONFIG)


def of_table(method):
    """A params function: what a method of the entry of the job's table says."""
    return lambda wildcards: getattr(CONFIG.tables[wildcards.table], method)(PLAN)


def of_figure(method):
    """The same of the job's figure."""
    return lambda wildcards: getattr(CONFIG.figures[wildcards.figure], method)(PLAN)


def files_of(inputs):
    """An input function: the paths in what a params function says, each once."""
    return lambda wildcards: paths_in(inputs(wildcards))


def tests_of_table(wildcards):
    return PLAN.significance(CONFIG.tables[wildcards.table])


def tests_of_figure(wildcards):
    return PLAN.significance(CONFIG.figures[wildcards.figure].drawn_table(CONFIG))


def drawn_table(wildcards):
    """The part that matters of the entry of the table that a figure is drawn from; nothing for other figures."""
    table = CONFIG.figures[wildcards.figure].drawn_table(CONFIG)
    return as_dict(table, "caption") if table else {}


def code_of_table(rule):
    """The fingerprint of a job that makes a table, with the code of its kind only."""
    return code(rule, lambda wildcards: module_of_table(CONFIG.tables[wildcards.table].kind))


def code_of_figure(rule):
    """The fingerprint of a job that draws a figure, with the code of its kind only."""
    return code(rule, lambda wildcards: module_of_figure(CONFIG.figures[wildcards.figure].kind))


def command_of_table(wildcards):
    """The command that makes a table again, with the given configuration files."""
    here = Path.cwd()
    given = [os.path.relpath(path, here) for path in workflow.overwrite_configfiles]
    option = f" --configfile {' '.join(given)}" if given else ""
    return f"snakemake --cores all{option} -- results/table/{wildcards.table}.md"


def gpus_of_rules(wildcards):
    """GPUs of the rules whose jobs request any, as `train_ranker=1 score_candidates=1`."""
    found = {job.rule: job.gpus for job in jobs_of_run() if job.gpus}
    return " ".join(f"{rule}={gpus}" for rule, gpus in found.items())


# Records of cost cover the jobs behind the numbers, without building tables and figures.
COSTED = ["results/summary.parquet", "results/significance.parquet"]
