"""Copied, edited and damaged results: each file is proven by Snakemake's record or by the manifest, or refused."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.checksums import sha256_of
from tests.toy.workspace import Workspace, clone

pytestmark = pytest.mark.workflow

LEXICON = "results/lexicon/titles/en-ja.parquet"
ADOPT = ("--touch", "--forceall")


@pytest.fixture
def copied(finished_run: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the finished run with all that belongs to it."""
    shutil.copytree(finished_run.folder, tmp_path / "copied", symlinks=True)
    return Workspace(tmp_path / "copied", finished_run.sources)


def verified(workspace: Workspace) -> tuple[int, list[str]]:
    """Exit code and lines of `make verify`."""
    finished = workspace.snakemake("--cores", "1", "--quiet", "all", "--", "verify_results")
    return finished.code, [line for line in finished.output.splitlines() if not line.startswith("Using workflow")]


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time stamp of everything below a folder."""
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in sorted(folder.rglob("*"))}


def test_verify_names_each_finding_and_repair_makes_what_is_lost(copied: Workspace) -> None:
    folder = copied.folder
    before = {path: sha256_of(folder / path) for path in (LEXICON, "results/significance.parquet")}
    manifest = tables.read(folder / "results/manifest.parquet", tables.MANIFEST)
    total = manifest.height
    assert verified(copied) == (0, [f"{total} of {total} results are proven by results/manifest.parquet"])

    # another version of a library: said, and no reason to run
    older = {"polars": "0.1"} | {"numpy": json.loads(manifest["libraries"][0])["numpy"]}
    changed = pl.col("path").eq("results/summary.parquet")
    libraries = pl.when(changed).then(pl.lit(json.dumps(older))).otherwise("libraries").alias("libraries")
    tables.write(manifest.with_columns(libraries), folder / "results/manifest.parquet", tables.MANIFEST)
    code, lines = verified(copied)
    assert (code, len(lines)) == (1, 2)
    assert lines[0].startswith("results/summary.parquet: made by polars 0.1, here ")
    assert copied.planned() == set()

    # one byte more is no new input, and nothing else is made from it
    with open(folder / "results/significance.parquet", "ab") as file:
        file.write(b"!")
    (folder / LEXICON).unlink()
    code, lines = verified(copied)
    assert code == 1
    assert [line for line in lines if "made by polars" not in line] == [
        f"{LEXICON}: missing",
        "results/significance.parquet: bytes differ from those in the manifest",
        f"{total - 3} of {total} results are proven by results/manifest.parquet",
    ]
    refused = copied.snakemake("--dry-run")
    assert refused.code == 1 and "Traceback" not in refused.output
    assert "results/significance.parquet: bytes differ" in refused.output and "make repair" in refused.output
    made = copied.snakemake(LEXICON, "results/data/toy/splits.parquet")
    assert made.code == 0, "a result that rests on neither is not refused"
    planned = copied.planned("repair_results")
    assert "Test every system against the baseline" in planned
    (folder / "results/lexicon/titles/en-de.parquet").unlink()
    assert "Build titles en → de from titles" in copied.planned("repair_results")
    repaired = copied.snakemake("results/lexicon/titles/en-de.parquet")
    assert repaired.code == 0, repaired.output
    assert sha256_of(folder / LEXICON) == before[LEXICON]


def test_damage_that_keeps_the_time_stamp_is_found_and_repaired(copied: Workspace) -> None:
    file = copied.folder / "results/table/main.md"
    before, times = sha256_of(file), file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("|", "¦"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert verified(copied)[1][0] == "results/table/main.md: bytes differ from those in the manifest"
    repaired = copied.snakemake("repair_results")
    assert repaired.code == 0, repaired.output
    assert sha256_of(file) == before
    assert verified(copied)[0] == 0


def test_a_dry_run_before_copying_opens_no_door(finished_run: Workspace, tmp_path: Path) -> None:
    again = clone(tmp_path / "again", finished_run.sources)
    again.configure("systems.mlcs.training", {"epochs": 2})
    assert again.snakemake("--dry-run").code == 0
    assert (again.folder / ".snakemake/metadata").is_dir()
    shutil.copytree(finished_run.folder / "results", again.folder / "results", dirs_exist_ok=True)
    refused = again.snakemake("--dry-run")
    assert refused.code == 1 and "Traceback" not in refused.output
    assert "results/ranker/mlcs/xx-xx/seed1/model.safetensors: made with other settings" in refused.output


def test_one_result_of_other_settings_among_records_is_refused(copied: Workspace, tmp_path: Path) -> None:
    """Snakemake's records are of the file that was here, not of the one that was copied over it."""
    runs = copied.folder / "results/run"
    shutil.copyfile(runs / "wikics/seed1/toy.parquet", runs / "mlcs/seed1/toy.parquet")
    refused = copied.snakemake("--dry-run")
    assert refused.code == 1
    assert "results/run/mlcs/seed1/toy.parquet: bytes differ" in refused.output
    (copied.folder / "results/manifest.parquet").unlink()
    refused = copied.snakemake("--dry-run")
    assert refused.code == 1
    assert "results/run/mlcs/seed1/toy.parquet: no manifest says what made it" in refused.output


@pytest.mark.parametrize("logs", [True, False])
@pytest.mark.parametrize("stamps", ["kept", "lost"])
def test_copies_without_records_run_nothing_or_it_is_said_why(copied: Workspace, logs: bool, stamps: str) -> None:
    shutil.rmtree(copied.folder / ".snakemake")
    if not logs:
        shutil.rmtree(copied.folder / "logs")
    if stamps == "lost":  # as a copy does it that goes from the end to the start
        for number, path in enumerate(sorted((copied.folder / "results").rglob("*"), reverse=True)):
            os.utime(path, (2e9 + number, 2e9 + number))
    before = state(copied.folder / "results")
    found = copied.snakemake("--dry-run")
    assert "Traceback" not in found.output
    if "Nothing to be done" not in found.output:
        assert found.code == 1 and "time stamps" in found.output and "make adopt" in found.output
    assert state(copied.folder / "results") == before
    adopted = copied.snakemake(*ADOPT)
    assert adopted.code == 0, adopted.output
    assert copied.planned() == set()
    assert verified(copied)[0] == 0
    copied.configure("tables.main.caption", "Another")
    assert "Render the table main" in copied.planned(), "records are there again: a setting runs its jobs"


def test_nothing_is_changed_while_rules_are_read(copied: Workspace) -> None:
    shutil.rmtree(copied.folder / ".snakemake/metadata")
    link = copied.folder / "results/data/toy/dangling.parquet"
    link.symlink_to("nowhere.parquet")
    (copied.folder / "results/table/main.tex").unlink()
    (copied.folder / "results/table/main.tex").symlink_to("nowhere.tex")
    (copied.folder / LEXICON).chmod(stat.S_IRUSR)
    before = state(copied.folder / "results")
    for arguments in (["--list-rules"], ["--dry-run"], ["--cores", "1", "--quiet", "all", "--", "verify_results"]):
        finished = copied.snakemake(*arguments)
        assert "Traceback" not in finished.output, finished.output
    assert state(copied.folder / "results") == before
    assert "results/table/main.tex: missing" in verified(copied)[1]
