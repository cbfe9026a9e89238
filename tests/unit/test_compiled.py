"""Machine code is used for the code that it was made of, and for no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from switchrank import compiled as compiling
from switchrank.compiled import compiled
from tests.toy.workspace import ROOT

# tokenwise.py (compiled) -> draws.py (compiled) -> halves.py
SWITCH = """
import sys
from switchrank.corpus.settings import Multilingual
from tests.unit.corpus.samples import WORDS, corpus
settings = Multilingual(recipe="multilingual", benchmark="b", lexicon="l", languages=["ja", "ru", "hi"], p=0.5)
sys.stdout.buffer.write(repr(corpus(settings, WORDS, "en-xx").rows()).encode())
"""
HALVING = "return float(state >> uint64(11)) * 2.0**-53"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the package, without machine code, in which a compiled constant lies two files deep."""
    folder = tmp_path / "src"
    shutil.copytree(ROOT / "src/switchrank", folder / "switchrank", ignore=shutil.ignore_patterns("__pycache__"))
    draws = folder / "switchrank/corpus/draws.py"
    text = draws.read_text(encoding="utf-8")
    assert HALVING in text and "from switchrank.randomness import key_of" in text
    text = text.replace(HALVING, HALVING.replace("2.0**-53", "HALF"))
    text = text.replace(
        "from switchrank.randomness", "from switchrank.corpus.halves import HALF\nfrom switchrank.randomness"
    )
    draws.write_text(text, encoding="utf-8")
    (folder / "switchrank/corpus/halves.py").write_text("HALF = 2.0**-53\n", encoding="utf-8")
    return folder


def switched(source: Path) -> bytes:
    """A corpus in three scripts, made by this copy of the package in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(source), str(ROOT)]), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    finished = subprocess.run([sys.executable, "-c", SWITCH], env=environment, capture_output=True, check=True)
    return finished.stdout


def test_an_edit_two_files_below_a_compiled_function_changes_the_bytes(source: Path) -> None:
    before = switched(source)
    assert "照明".encode() in before and "вода".encode() in before
    assert list(source.rglob("tokenwise*.nbc")), "the machine code is kept"
    (source / "switchrank/corpus/halves.py").write_text("HALF = 2.0**-54\n", encoding="utf-8")
    after = switched(source)
    assert after != before
    for folder in list(source.rglob("__pycache__")):
        shutil.rmtree(folder)
    assert switched(source) == after, "as from a clean cache"


def test_every_compiled_function_is_made_in_one_place() -> None:
    for folder in ("src", "benchmarks", "tests", "workflow"):
        for path in (ROOT / folder).rglob("*.py"):
            if path not in {ROOT / "src/switchrank/compiled.py", Path(__file__)}:
                assert not re.search(r"\bn?jit\b|vectorize\(|import cfunc", path.read_text(encoding="utf-8")), path


def made_in(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where machine code of a module in that place goes."""
    monkeypatch.setattr(compiling.config, "CACHE_DIR", "")
    compiling._folder_of.cache_clear()
    return compiling._folder_of(place / "module.py", "0123456789abcdef")


def test_machine_code_lies_beside_its_module_under_the_name_of_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made_in(tmp_path / "corpus", monkeypatch)
    assert found == tmp_path / "corpus/__pycache__/compiled/corpus.module.0123456789abcdef"
    assert found.is_dir()


def test_the_user_may_name_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling.config, "CACHE_DIR", str(tmp_path / "named"))
    compiling._folder_of.cache_clear()
    found = compiling._folder_of(tmp_path / "corpus/module.py", "0123456789abcdef")
    assert found.parent == tmp_path / "named"


def test_a_source_that_cannot_be_written_into_leaves_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/__pycache__").write_text("in the way", encoding="utf-8")  # root may write anywhere else
    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compiling._temporary.cache_clear()
    found = made_in(tmp_path / "corpus", monkeypatch)
    assert found.parent == tmp_path / f"switchrank-{os.getuid()}"
    assert found.parent.stat().st_mode & 0o777 == 0o700


def test_a_temporary_folder_that_others_can_write_into_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / f"switchrank-{os.getuid()}"
    taken.mkdir()
    taken.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compiling._temporary.cache_clear()
    found = compiling._temporary()
    assert found != taken and found.stat().st_mode & 0o777 == 0o700


def test_old_machine_code_does_not_pile_up(tmp_path: Path) -> None:
    for number in range(10):
        folder = compiling._made(tmp_path, "corpus.draws", f"{number:016x}")
        os.utime(folder, (number, number))
    compiling._made(tmp_path, "corpus.trie", "0" * 16)
    last = compiling._made(tmp_path, "corpus.draws", "f" * 16)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == compiling._KEPT + 1 and last.name in kept and "corpus.trie." + "0" * 16 in kept


def test_without_any_folder_functions_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiling, "_folder_of", full)

    @compiled(error_model="numpy")
    def half(value):  # type: ignore[no-untyped-def]
        return value / 2

    assert half(42.0) == 21.0


def test_a_cache_that_cannot_be_written_costs_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    @compiled
    def double(value):  # type: ignore[no-untyped-def]
        return 2 * value

    monkeypatch.setattr(double._cache._cache_file, "save", full)
    assert double(21) == 42
