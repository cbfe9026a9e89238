# Shared by all rules: the validated configuration, names for wildcards, settings and fingerprints.
# Nothing here runs a stage.

import os
import re
import shlex
import sys
from functools import cache
from pathlib import Path

# The package is imported from this checkout, in Snakemake's own process and in every job.
CHECKOUT = Path(workflow.basedir).resolve()
SOURCE = str(CHECKOUT / "src")
sys.path.insert(0, SOURCE)
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, (SOURCE, os.getenv("PYTHONPATH")))))

from snakemake.logging import logger
from switchrank import environment, terminal
from switchrank.config import (
    DenseSystem,
    TrainedSystem,
    TranslateTest,
    as_dict,
    benchmarks_compared,
    corpora_of_pairs,
    corpus_of_run,
    corpus_of_system,
    corpus_languages,
    corpus_pair,
    encoders_of_kind,
    kinds_besides,
    lexicon_languages,
    lexicon_parts,
    pairs_of_system,
    quality_benchmark,
    ranker_pair,
    read_config,
    systems_of_kind,
    trained_system,
    used_entries,
)
from switchrank.config.benchmark_files import (
    SHARED,
    candidates_file,
    has_qrels,
    is_parallel,
    judged_benchmarks,
    judged_by,
    judged_languages,
    mixed_file,
    passage_files,
    qrels_file,
    qrels_of_queries,
    query_files,
)
from switchrank.config.paths import missing_files, missing_qrels
from switchrank.config.yaml_text import check_text
from switchrank.data.sources import read_sources
from switchrank.errors import SwitchRankError
from switchrank.language_rows import codes_in, rows_digest
from switchrank.languages import MIXED, parse_pair
from switchrank.place import refuse_path, refuse_read_only
from switchrank.provenance import fingerprint, language_columns

MODEL_FILES = [
    "model.safetensors",
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
]


def stop(error):
    """One message and exit code 1; a traceback only when debugging."""
    if os.environ.get("SWITCHRANK_DEBUG"):
        raise error
    sys.exit(f"error: {error}")


terminal.prepare(logger.handlers)
try:
    refuse_path(CHECKOUT, Path.cwd())
    refuse_read_only(".", workflow.output_settings.dryrun)
except SwitchRankError as error:
    stop(error)

os.environ.update(environment.of_libraries())
# A library reads its number of threads once, at its import: it must be set before a job's interpreter starts.
shell.prefix(
    "set -euo pipefail; "
    "export POLARS_MAX_THREADS=$OMP_NUM_THREADS RAYON_NUM_THREADS=$OMP_NUM_THREADS NUMBA_NUM_THREADS=$OMP_NUM_THREADS; "
)
# Snakemake passes it to a shell unquoted, which would split it at a space.
if Path(sys.executable).exists():
    sys.executable = shlex.quote(sys.executable)


def of_checkout(path):
    """A file of the repository, relative to the working directory."""
    return os.path.relpath(CHECKOUT / path)


def given(path):
    """A file of the working directory, or of the repository if it has none."""
    return path if Path(path).exists() or not (CHECKOUT / path).exists() else of_checkout(path)


CONFIGURATION = given("config.yaml")


def given_configuration():
    """The configuration files of this call, relative to the working directory."""
    files = [CONFIGURATION, *workflow.overwrite_configfiles]
    return [os.path.relpath(path) for path in files if Path(path).exists()]


# Before Snakemake merges them: afterwards a duplicate key can no longer be seen.
try:
    for path in given_configuration():
        check_text(path)
except SwitchRankError as error:
    stop(error)


configfile: CONFIGURATION


try:
    CONFIG = read_config(config)
    SOURCES = read_sources(given(CONFIG.sources))
except SwitchRankError as error:
    stop(error)


def names(entries):
    """A regular expression of exactly these names; without names it matches nothing."""
    return "|".join(re.escape(name) for name in entries) or "(?!)"


def having(entries, **wanted):
    """Names of the entries that have these values, as a regular expression."""
    return names(
        name
        for name, entry in entries.items()
        if all(getattr(entry, key, None) == value for key, value in wanted.items())
    )


def entry(section, wildcard, *without):
    """A params function: the one entry of a section that a job needs, defaults filled in."""

    def settings(wildcards):
        return as_dict(getattr(CONFIG, section)[getattr(wildcards, wildcard)], *without)

    return settings


def code(rule, module=lambda wildcards: None):
    """The fingerprint of a rule's script and of all first-party code that it reaches. It leaves out the settings of
    kinds of entry that a job doesn't have; from the table of languages it takes the rows that a job can read: those of
    languages named by its wildcards and inputs, and of English. `module` says which one more the job loads."""
    script = CHECKOUT / f"workflow/scripts/{rule}.py"
    known = {}

    @cache
    def columns_of(also):
        return language_columns(script, SOURCE, also)

    def of_job(wildcards):  # without `input`: Snakemake does not compare params computed from it
        also = tuple(filter(None, [module(wildcards)]))
        columns = columns_of(also)
        read = [*wildcards, *rule_of_script(rule).expand_input(wildcards)[0]] if columns else []
        key = other_kinds(wildcards), frozenset({"en", *codes_in(read)}), also
        if key not in known:
            without, codes, _ = key
            plain = fingerprint(script, SOURCE, rows=False, without=without, also=also)
            known[key] = f"{plain}-{rows_digest(codes, columns)}" if columns else plain
        return known[key]

    return of_job


def other_kinds(wildcards):
    """Names of the settings of all other kinds of entry than the job's."""
    sections = {"vectors": "vectors", "lexicon": "lexicons", "corpus": "corpora", "encoder": "encoders"}
    given = {section: getattr(wildcards, name) for name, section in sections.items() if hasattr(wildcards, name)}
    return kinds_besides({section: getattr(CONFIG, section)[name] for section, name in given.items()})


def rule_of_script(name):
    """The rule of a script; the first of those that share it, as these have the same inputs."""
    return next(item for item in workflow.rules if Path(str(item.script)).stem == name)


def model(folder):
    """The files of a model folder."""
    return [f"{folder}/{file}" for file in MODEL_FILES]


def encoder_folder(encoder, seed):
    """The folder of an encoder; a plain one has no seed."""
    plain = encoder in encoders_of_kind(CONFIG, "plain")
    return f"results/encoder/{encoder}" if plain else f"results/encoder/{encoder}/seed{seed}"


def print_main_table():
    """The first table of the configuration and the path of the page, each if this call has made it."""
    finished = [] if workflow.touch else workflow.dag.finished_jobs
    made = {str(path) for job in finished for path in job.output}
    for table in measured_entries(CONFIG, "tables")[:1]:
        if (path := f"results/table/{table}.md") in made:
            terminal.show(Path(path).read_text(encoding="utf-8"))
    if (page := "results/report.html") in made:
        terminal.show(f"report: {page}")
