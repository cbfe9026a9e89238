"""What surrounds every script: log, errors, threads."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from switchrank.errors import SwitchRankError
from switchrank.job import job
from tests.toy.workspace import ROOT

MESSAGE = "запросы.parquet: column 'text' is null in row 3; nulls are not allowed there"


@pytest.fixture(autouse=True)
def without_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWITCHRANK_DEBUG", raising=False)


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
    monkeypatch.setenv("SWITCHRANK_DEBUG", "1")
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


def test_libraries_that_are_loaded_keep_to_the_threads_of_the_job(tmp_path: Path) -> None:
    import faiss
    import pyarrow as pa
    import torch
    from threadpoolctl import threadpool_info, threadpool_limits

    def pools() -> dict[str, int]:
        return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}

    def others() -> list[int]:
        return [torch.get_num_threads(), pa.cpu_count(), faiss.omp_get_max_threads()]

    arrow = pa.cpu_count()
    with threadpool_limits(2):
        torch.set_num_threads(2)
        pa.set_cpu_count(2)
        before = pools(), others()
        for threads in (1, 3):
            with job(str(tmp_path / "job.log"), threads):
                # a BLAS may be built for fewer threads than asked for
                assert pools() and all(0 < count <= threads for count in pools().values())
                assert others() == [threads] * 3
            assert (pools(), others()) == before
    pa.set_cpu_count(arrow)


def test_numba_keeps_to_the_threads_of_the_job(tmp_path: Path) -> None:
    import numba

    before = numba.config.NUMBA_NUM_THREADS
    with job(str(tmp_path / "job.log"), threads=1):
        assert before == 1 or numba.get_num_threads() == 1
    assert before == numba.config.NUMBA_NUM_THREADS
    assert before == 1 or numba.get_num_threads() == before


def test_libraries_that_are_loaded_later_find_the_threads_in_the_environment(tmp_path: Path) -> None:
    before = dict(os.environ)
    with job(str(tmp_path / "job.log"), threads=3):
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
        assert [os.environ[name] for name in names] == ["3"] * 4
        assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
    assert dict(os.environ) == before


def test_what_the_user_chose_for_tokenizers_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    with job(str(tmp_path / "job.log")):
        assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


def test_a_full_disk_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever writes: here something that knows nothing of our messages."""
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit) as stopped, job(str(log)):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "результаты/модель.bin")
    assert stopped.value.code == 1
    assert capsys.readouterr().err == log.read_text(encoding="utf-8")
    assert log.read_text(encoding="utf-8") == "error: результаты/модель.bin: No space left on device\n"


def test_a_log_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped, job(str(tmp_path / "logs" / "job.log")):
        raise AssertionError("the body must not run")
    assert stopped.value.code == 1
    assert capsys.readouterr().err == f"error: {tmp_path}/logs/job.log: cannot be written: File exists\n"


class _Closed(io.StringIO):
    """A terminal whose other end is gone, as of `2>&1 | head`."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    def flush(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_a_terminal_that_cannot_show_a_letter_fails_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, log = io.BytesIO(), tmp_path / "job.log"
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(shown, encoding="ascii", errors="strict", write_through=True))
    with job(str(log)):
        print("свет → 光", file=sys.stderr, flush=True)
    assert shown.getvalue() == b"\\u0441\\u0432\\u0435\\u0442 \\u2192 \\u5149\n"
    assert log.read_text(encoding="utf-8") == "свет → 光\n"


def test_a_terminal_that_is_gone_fails_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Closed())
    with job(str(tmp_path / "job.log")):
        print("तापमान", file=sys.stderr, flush=True)
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == "तापमान\n"


def test_a_job_says_what_its_log_cannot_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name on the disk that is not UTF-8 reaches Python as half a surrogate pair."""
    with job(str(tmp_path / "job.log")):
        print("\udcff", file=sys.stderr)
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == "\\udcff\n"


LIBRARIES = """
import os, sys
from switchrank.job import job
with job("job.log"):
    from switchrank.words import words
    from matplotlib.figure import Figure
    import huggingface_hub.constants
    print(len(list(words("อุณหภูมิห้อง", "th"))), file=sys.stderr)
    Figure().savefig("figure.svg")
    print(huggingface_hub.constants.HF_HUB_CACHE, file=sys.stderr)
"""


@pytest.mark.parametrize("home", ["empty", "/proc/nonexistent"])
def test_libraries_leave_the_home_directory_alone(tmp_path: Path, home: str) -> None:
    folder, home = tmp_path / "work", str(tmp_path / home)
    folder.mkdir()
    if home.endswith("empty"):
        Path(home).mkdir()
    free = ("XDG_CACHE_HOME", "MPLCONFIGDIR", "PYTHAINLP_DATA", "PYTHAINLP_DATA_DIR", "HF_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in free}
    subprocess.run(
        [sys.executable, "-c", LIBRARIES],
        cwd=folder,
        env=environment | {"HOME": home, "PYTHONPATH": str(ROOT / "src")},
        check=True,
    )
    assert (folder / "figure.svg").is_file()
    assert str(folder / "resources") in (folder / "job.log").read_text(encoding="utf-8")
    assert not Path(home).is_dir() or not list(Path(home).iterdir())
