"""What surrounds every script: log, errors, threads."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from switchrank.errors import SwitchRankError
from switchrank.job import job

MESSAGE = "запросы.parquet: column 'text' is null in row 3; nulls are not allowed there"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`job` sets variables for the process; a test must not set them for the others."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ.pop("SWITCHRANK_DEBUG", None)


def test_stderr_goes_to_the_terminal_and_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "logs" / "switch_corpus" / "mlcs.log"
    terminal = sys.stderr
    with job(str(log)):
        print("строка 1", file=sys.stderr, flush=True)
        assert not sys.stderr.isatty()
    assert sys.stderr is terminal
    assert capsys.readouterr().err == "строка 1\n"
    assert log.read_text(encoding="utf-8") == "строка 1\n"


def test_bad_input_is_one_line_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, terminal = tmp_path / "job.log", sys.stderr
    with pytest.raises(SystemExit) as stopped, job(str(log)):
        raise SwitchRankError(MESSAGE)
    assert stopped.value.code == 1
    assert stopped.value.__suppress_context__
    assert sys.stderr is terminal
    assert capsys.readouterr().err == log.read_text(encoding="utf-8") == f"error: {MESSAGE}\n"


def test_debugging_adds_the_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "SWITCHRANK_DEBUG", "1")
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit), job(str(log)):
        raise SwitchRankError(MESSAGE)
    for text in (capsys.readouterr().err, log.read_text(encoding="utf-8")):
        assert "Traceback (most recent call last)" in text and "test_job.py" in text
        assert text.endswith(f"error: {MESSAGE}\n")


def test_other_errors_propagate_and_are_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "job.log"
    with pytest.raises(ZeroDivisionError), job(str(log)):
        print(1 // 0)
    logged = log.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in logged and logged.endswith(
        "ZeroDivisionError: integer division or modulo by zero\n"
    )
    assert capsys.readouterr().err == "", "the interpreter prints it; twice would be too much"


def test_a_new_attempt_starts_a_new_log(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    for attempt in ("first", "second"):
        with job(str(log)):
            print(attempt, file=sys.stderr)
    assert log.read_text(encoding="utf-8") == "second\n"


def test_libraries_keep_to_the_threads_of_the_job(tmp_path: Path) -> None:
    with job(str(tmp_path / "job.log"), threads=3):
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        assert [os.environ[name] for name in names] == ["3"] * 3
        assert os.environ["TOKENIZERS_PARALLELISM"] == "false"


def test_what_the_user_chose_for_tokenizers_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TOKENIZERS_PARALLELISM", "true")
    with job(str(tmp_path / "job.log")):
        assert os.environ["TOKENIZERS_PARALLELISM"] == "true"
