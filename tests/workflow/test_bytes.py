"""Same inputs, same bytes: another clone, another number of cores."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchrank.checksums import sha256_of
from tests.toy.workspace import Workspace, clone

pytestmark = pytest.mark.workflow


def _checksums(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "training.parquet")
    return {str(path.relative_to(folder)): sha256_of(path) for path in files}


def test_one_core_in_another_clone_gives_the_same_bytes(finished_run: Workspace, tmp_path: Path) -> None:
    other = clone(tmp_path / "elsewhere" / "clone", finished_run.sources)
    finished = other.snakemake("--cores", "1")
    assert finished.code == 0, finished.output[-6000:]
    expected = _checksums(finished_run.folder / "results")
    assert len([name for name in expected if name.endswith(".parquet")]) > 100
    assert _checksums(other.folder / "results") == expected
