"""What reaches the terminal: short lines, and no failure because of it."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest

from switchrank.terminal import Shortened, prepare, shortened
from tests.toy.workspace import ROOT

FILES = [f"results/corpus/словарь/{number}.parquet" for number in range(100)]


def test_a_short_line_stays() -> None:
    assert shortened("Reason: Missing output files: " + FILES[0]) == "Reason: Missing output files: " + FILES[0]


def test_a_long_list_keeps_its_first_items_and_counts_the_others() -> None:
    # "Reason: " and items of 32 characters with ", " between: room for 137 ends within the fourth
    line = "Reason: " + ", ".join(FILES)
    assert shortened(line) == "Reason: " + ", ".join(FILES[:3]) + ", … and 97 more"


def test_a_long_line_that_is_no_list_is_cut() -> None:
    line = shortened("光" * 1000)
    assert len(line) < 200 and line.startswith("光" * 130) and line.endswith(" more")


def _said(level: int, event: str | None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Shortened(logging.Formatter()))
    record = logging.LogRecord("snakemake", level, "", 0, "Job 3\n" + ", ".join(FILES), None, None)
    record.event = event
    handler.emit(record)
    return stream.getvalue()


def test_errors_stay_whole_and_reports_of_jobs_do_not() -> None:
    assert FILES[-1] in _said(logging.ERROR, None)
    for level in (logging.INFO, logging.ERROR):
        said = _said(level, "job_error")
        assert FILES[-1] not in said and said.startswith(f"Job 3\n{FILES[0]}, ")


def test_files_keep_the_whole_line(tmp_path: pytest.TempPathFactory) -> None:
    handlers = [logging.FileHandler(f"{tmp_path}/run.log"), logging.StreamHandler(io.StringIO())]
    for handler in handlers:
        handler.setFormatter(logging.Formatter())
    prepare(handlers)
    prepare(handlers)
    assert [isinstance(handler.formatter, Shortened) for handler in handlers] == [False, True]
    assert not isinstance(handlers[1].formatter.formatter, Shortened)
    handlers[0].close()


# all but ASCII is escaped: the interpreter would not read it in such a locale
SHOW = r"""
from switchrank import terminal
terminal.prepare([])
terminal.show('en\u2013ru \u0441\u0432\u0435\u0442 \u2192 \u5149\n' * 9000)
"""


def _run(encoding: str, shell: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    if encoding:
        environment["PYTHONIOENCODING"] = encoding
    command = f'set -o pipefail; "{sys.executable}" -c "{SHOW}" {shell}'
    return subprocess.run(["bash", "-c", command], env=environment, capture_output=True)


@pytest.mark.parametrize("encoding", ["", "ascii", "ascii:strict", "latin-1"])
def test_a_table_is_shown_on_a_terminal_without_its_letters(encoding: str) -> None:
    finished = _run(encoding, "")
    assert finished.returncode == 0, finished.stderr
    assert rb"\u0441\u0432\u0435\u0442 \u2192 \u5149" in finished.stdout


@pytest.mark.parametrize("shell", ["| head -n 1", ">&-", "> /dev/full"])
def test_a_reader_that_is_gone_fails_nothing(shell: str) -> None:
    finished = _run("", shell)
    assert (finished.returncode, finished.stderr) == (0, b"")
