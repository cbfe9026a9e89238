"""Where the workflow refuses to run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from switchrank.errors import SwitchRankError
from switchrank.place import refuse_path, refuse_read_only


@pytest.mark.parametrize("path", ["/a b/it's (c) & d;$e#f%41", "/пример/例/مثال", '/q"uote/[x]*'])
def test_paths_that_work(path: str) -> None:
    refuse_path(path, path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/{b}", "holds '{', which"),
        ("/a/b}", "holds '}', which"),
        ("/c:d", "holds ':', which"),
        ("/a\nb", "holds a line break, which"),
        ("/\udcd0\udcbf", r"'/\\udcd0\\udcbf' has characters that this locale cannot encode: set PYTHONUTF8=1"),
    ],
)
def test_paths_that_do_not(path: str, expected: str) -> None:
    with pytest.raises(SwitchRankError, match=expected.replace("{", r"\{")):
        refuse_path(path, "/work")


def test_braces_in_the_working_directory_are_fine() -> None:
    refuse_path("/repository", "/results of {2026}: second")


@pytest.mark.parametrize("name", ["results", "logs", "resources", ".snakemake"])
def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(SwitchRankError, match=f"^{tmp_path}/{name}: a run writes here"):
        refuse_read_only(tmp_path)


def test_a_dry_run_needs_only_the_folder_of_snakemake(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    refuse_read_only(tmp_path, dry=True)
    (tmp_path / ".snakemake").touch()
    with pytest.raises(SwitchRankError, match=r"/\.snakemake: a run writes here"):
        refuse_read_only(tmp_path, dry=True)


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    """Root may write anywhere but on a disk that is read-only."""
    results = tmp_path / "results"
    results.mkdir()
    refuse_read_only(tmp_path)
    mounted = False
    if os.geteuid() == 0:
        mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(results)]
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
        if not mounted:
            pytest.skip("root without the right to mount cannot have a folder that is read-only")
    else:
        results.chmod(0o555)
    try:
        with pytest.raises(SwitchRankError, match=f"^{results}: a run writes here, but it is read-only"):
            refuse_read_only(tmp_path)
    finally:
        if mounted:
            subprocess.run(["umount", str(results)], check=True)
        else:
            results.chmod(0o755)
