"""The manifest: what made a result, and what tells a lie from it."""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest

from switchrank import tables
from switchrank.libraries import libraries_of
from switchrank.manifest import Record, as_record, differences, findings, make_manifest

PARAMS = {"settings": {"p": 0.5, "languages": ["ja", "ru"], "caption": "Übersicht"}, "code": "0123456789abcdef"}

LIBRARIES = {"switch_corpus": {"numpy": "2.4.6", "polars": "2.1.0"}}


@pytest.fixture
def results(tmp_path: Path) -> list[Path]:
    """Two results with text in several scripts."""
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    paths[0].write_text("свет", encoding="utf-8")
    paths[1].write_text("照明", encoding="utf-8")
    return paths


def record(path: Path, **changed: object) -> Record:
    return as_record(str(path), "switch_corpus", PARAMS | changed)


def test_a_record_holds_the_params_with_the_code_apart(results: list[Path]) -> None:
    path, rule, settings, code = record(results[0])
    assert (path, rule, code) == (str(results[0]), "switch_corpus", PARAMS["code"])
    assert json.loads(settings) == {"settings": PARAMS["settings"]}
    assert "Übersicht" in settings


def test_a_record_does_not_depend_on_the_order_of_keys() -> None:
    mixed = {"code": "c", "settings": {"languages": ["ja"], "p": 1}, "a": 2}
    assert as_record("x", "r", mixed) == as_record("x", "r", dict(reversed(mixed.items())))
    assert as_record("x", "r", mixed) != as_record("x", "r", mixed | {"a": 3})
    assert as_record("x", "r", {}) == ("x", "r", "{}", "")


def test_the_manifest_holds_the_checksums_and_fits_its_contract(results: list[Path], tmp_path: Path) -> None:
    manifest = make_manifest([record(path) for path in results], LIBRARIES)
    tables.write(manifest, tmp_path / "manifest.parquet", tables.MANIFEST)
    rows = tables.read(tmp_path / "manifest.parquet", tables.MANIFEST).rows(named=True)
    assert [row["path"] for row in rows] == sorted(str(path) for path in results)
    assert rows[0]["sha256"] == hashlib.sha256("照明".encode()).hexdigest()


def test_unchanged_results_are_believed(results: list[Path]) -> None:
    records = [record(path) for path in results]
    assert differences(make_manifest(records, LIBRARIES), records) == {}


def test_each_reason_is_named(results: list[Path]) -> None:
    manifest = make_manifest([record(path) for path in results], LIBRARIES)
    first, second = results
    assert differences(manifest, [record(first, settings={"p": 0.7})]) == {str(first): "made with other settings"}
    assert differences(manifest, [record(first, code="f" * 16)]) == {str(first): "made by other code"}
    assert differences(manifest, [record(first, settings={}, code="")]) == {str(first): "made with other settings"}
    second.write_text("照", encoding="utf-8")
    found = differences(manifest, [record(first), record(second)])
    assert found == {str(second): "bytes differ from those in the manifest"}


def test_a_result_that_the_manifest_does_not_know_is_named(results: list[Path]) -> None:
    manifest = make_manifest([record(results[0])], LIBRARIES)
    assert differences(manifest, [record(path) for path in results]) == {str(results[1]): "not in the manifest"}


def test_an_absent_result_is_no_lie(results: list[Path], tmp_path: Path) -> None:
    manifest = make_manifest([record(path) for path in results], LIBRARIES)
    results[1].unlink()
    asked = [record(path) for path in (*results, tmp_path / "never.parquet")]
    assert differences(manifest, asked) == {}


def test_an_empty_manifest_fits_its_contract(tmp_path: Path) -> None:
    tables.write(make_manifest([], {}), tmp_path / "manifest.parquet", tables.MANIFEST)
    assert tables.read(tmp_path / "manifest.parquet", tables.MANIFEST).height == 0


def test_without_a_manifest_nothing_is_believed(results: list[Path]) -> None:
    found = differences(None, [record(path) for path in results])
    assert found == {str(path): "no manifest says what made it" for path in results}


def test_findings_name_the_missing_and_other_versions(results: list[Path], tmp_path: Path) -> None:
    records = [record(path) for path in (*results, tmp_path / "never.parquet")]
    manifest = make_manifest(records[:2], LIBRARIES)
    missing = {str(tmp_path / "never.parquet"): "missing"}
    assert findings(manifest, records, LIBRARIES) == missing
    newer = {"switch_corpus": {"numpy": "2.5.0", "scipy": "1.0"}}
    said = "made by numpy 2.4.6, here 2.5.0, polars 2.1.0, here (none), scipy (none), here 1.0"
    assert findings(manifest, records, newer) == missing | {str(path): said for path in results}


def test_what_is_not_made_again_keeps_the_versions_that_made_it(results: list[Path], tmp_path: Path) -> None:
    records, before = [record(path) for path in results], tmp_path / "manifest.parquet"
    tables.write(make_manifest(records, LIBRARIES), before, tables.MANIFEST)
    written = before.stat().st_mtime
    os.utime(results[0], (written - 10, written - 10))
    os.utime(results[1], (written + 10, written + 10))  # made again since, with equal bytes
    newer = {"switch_corpus": {"numpy": "3.0"}}
    rows = make_manifest(records, newer, before).rows_by_key("path", named=True, unique=True)
    assert json.loads(rows[str(results[0])]["libraries"]) == LIBRARIES["switch_corpus"]
    assert json.loads(rows[str(results[1])]["libraries"]) == newer["switch_corpus"]
    before.write_bytes(b"PAR1")
    assert set(make_manifest(records, newer, before)["libraries"]) == {json.dumps(newer["switch_corpus"])}


def test_libraries_are_those_that_the_code_behind_a_script_imports(tmp_path: Path) -> None:
    package = tmp_path / "src/switchrank"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "deep.py").write_text("import os\n\ndef f():\n    import yaml\n", encoding="utf-8")
    (package / "other.py").write_text("import scipy\n", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "from numpy import array\nfrom switchrank import deep\nimport no_such_library\n", encoding="utf-8"
    )
    found = libraries_of(script, tmp_path / "src")
    assert found == {"PyYAML": version("PyYAML"), "numpy": version("numpy")}
