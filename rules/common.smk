# Shared by all rules: the package and the validated configuration. Nothing here runs a stage.

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
from switchrank.config import as_dict, encoders_of_kind, kinds_besides, read_config
from switchrank.config.named_files import missing_files, missing_qrels
from switchrank.config.yaml_text import check_text
from switchrank.data.sources import read_sources
from switchrank.errors import SwitchRankError
from switchrank.language_rows import codes_in, rows_digest
from switchrank.paths import candidates, corpus, data, encoder, evaluation, instances, lexicon, ranker, runs
from switchrank.paths.encoder import MODEL_FILES
from switchrank.place import refuse_path, refuse_read_only
from switchrank.provenance import fingerprint, language_columns


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


include: "inputs/planning.smk"
include: "inputs/common.smk"
