"""Where the workflow runs must not matter: odd paths, another folder, a locale, a home directory that is not there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toy.workspace import ROOT, Workspace, clone

pytestmark = pytest.mark.workflow
QRELS = "results/data/toy/qrels/dev/shared.parquet"
ODD = 'it\'s (a) b & c; $HOME #1 %41 [x] "пример" 例'
PRINT_THREADS = "import polars, sys\nprint(polars.thread_pool_size(), 'polars threads', file=sys.stderr)\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, toy_sources: Path) -> Workspace:
    """A run of a dozen jobs in an ordinary place, on a terminal that only knows ASCII."""
    workspace = clone(tmp_path_factory.mktemp("plain") / "clone", toy_sources)
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict"}
    finished = workspace.snakemake(QRELS, env=ascii_only)
    assert finished.code == 0, finished.output
    assert "Error" not in finished.output and "Traceback" not in finished.output
    return workspace


def interpreter_at(folder: Path) -> Path:
    """The interpreter of the tests under another path, as in an environment that was made there."""
    (folder / "bin").mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        if (Path(sys.prefix) / name).exists():
            (folder / name).symlink_to(Path(sys.prefix) / name)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder / "bin" / "python"


def test_an_odd_place_gives_the_same_bytes(plain: Workspace, tmp_path: Path) -> None:
    odd = clone(tmp_path / ODD / "clone", plain.sources)
    script = odd.folder / "workflow/scripts/build_qrels.py"
    script.write_text(PRINT_THREADS + script.read_text(encoding="utf-8"), encoding="utf-8")
    home, scratch = tmp_path / "home", tmp_path / "no such folder"
    home.mkdir()
    command = [str(interpreter_at(tmp_path / ODD / ".venv")), "-m", "snakemake", "--nocolor", "--cores", "2", QRELS]
    free = ("XDG_CACHE_HOME", "MPLCONFIGDIR", "HF_HOME", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in free}
    environment |= {"HOME": str(home), "TMPDIR": str(scratch), "SWITCHRANK_SOURCES": str(plain.sources)}
    finished = subprocess.run(
        ["bash", "-c", f"umask 077; exec {shlex.join(command)}"],
        cwd=odd.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert finished.returncode == 0, finished.stdout
    assert (odd.folder / QRELS).read_bytes() == (plain.folder / QRELS).read_bytes()
    assert "1 polars threads" in finished.stdout, "a job's libraries find its threads before they are imported"
    assert list(home.iterdir()) == []


def test_the_terminal_has_short_lines_and_the_log_whole_ones(plain: Workspace, tmp_path: Path) -> None:
    planned = clone(tmp_path / "clone", plain.sources).snakemake("--dry-run")
    assert planned.code == 0, planned.output
    assert max(map(len, planned.output.splitlines())) < 200
    assert "Reason: " in planned.output and "more" in planned.output
    (log,) = (plain.folder / ".snakemake/log").glob("*.log")
    reasons = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("Reason: ")]
    every = [f"results/data/toy/passages/{code}.parquet" for code in ("ar", "de", "en", "ja", "ru")]
    assert any(len(line) > 200 and all(path in line for path in every) for line in reasons)


def test_another_folder_holds_results_of_its_own(plain: Workspace, tmp_path: Path) -> None:
    here = tmp_path / "andere Ergebnisse"
    here.mkdir()
    elsewhere = Workspace(here, plain.sources)
    target = "results/data/toy/splits.parquet"
    finished = elsewhere.snakemake(target, "-s", str(plain.folder / "Snakefile"))
    assert finished.code == 0, finished.output
    assert (here / target).read_bytes() == (plain.folder / target).read_bytes()
    planned = plain.planned("--directory", str(here))
    assert "Write the report" in planned
    assert not any(job.startswith("Divide the documents") for job in planned), "made by the call before"


def test_a_path_that_cannot_work_is_one_sentence(tmp_path: Path, toy_sources: Path) -> None:
    workspace = clone(tmp_path / "a {b}", toy_sources)
    finished = workspace.snakemake("--dry-run")
    (line,) = [line for line in finished.output.splitlines() if "error" in line.lower()]
    assert finished.code == 1
    assert line.startswith(f"error: the path of the repository, {workspace.folder}, holds '{{', ")
    (workspace.folder / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    made = subprocess.run(["make", "run"], cwd=workspace.folder, capture_output=True, text=True)
    assert made.returncode == 2 and "the path of this folder holds '{': move or rename it" in made.stderr
    assert not (workspace.folder / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(fresh: Workspace) -> None:
    (fresh.folder / "results").write_text("a file", encoding="utf-8")
    finished = fresh.snakemake(QRELS)
    assert finished.code == 1
    assert "Traceback" not in finished.output
    assert finished.output.splitlines()[-1] == (
        f"error: {fresh.folder}/results: a run writes here, but it is read-only or not a folder; nothing was run"
    )
