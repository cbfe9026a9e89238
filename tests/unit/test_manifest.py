"""The manifest: what made a result, and what tells a lie from it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from switchrank import tables
from switchrank.report.manifest import Record, as_record, differences, make_manifest

PARAMS = {"settings": {"p": 0.5, "languages": ["ja", "ru"], "caption": "Übersicht"}, "code": "0123456789abcdef"}


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
    manifest = make_manifest([record(path) for path in results])
    tables.write(manifest, tmp_path / "manifest.parquet", tables.MANIFEST)
    rows = tables.read(tmp_path / "manifest.parquet", tables.MANIFEST).rows(named=True)
    assert [row["path"] for row in rows] == sorted(str(path) for path in results)
    assert rows[0]["sha256"] == hashlib.sha256("照明".encode()).hexdigest()


def test_unchanged_results_are_believed(results: list[Path]) -> None:
    records = [record(path) for path in results]
    assert differences(make_manifest(records), records) == []


def test_each_reason_is_named(results: list[Path]) -> None:
    manifest = make_manifest([record(path) for path in results])
    first, second = results
    assert differences(manifest, [record(first, settings={"p": 0.7})]) == [f"{first}: made with other settings"]
    assert differences(manifest, [record(first, code="f" * 16)]) == [f"{first}: made by other code"]
    assert differences(manifest, [record(first, settings={}, code="")]) == [f"{first}: made with other settings"]
    second.write_text("照", encoding="utf-8")
    found = differences(manifest, [record(first), record(second)])
    assert found == [f"{second}: bytes differ from those in the manifest"]


def test_a_result_that_the_manifest_does_not_know_is_named(results: list[Path]) -> None:
    manifest = make_manifest([record(results[0])])
    assert differences(manifest, [record(path) for path in results]) == [f"{results[1]}: not in the manifest"]


def test_an_absent_result_is_no_lie(results: list[Path], tmp_path: Path) -> None:
    manifest = make_manifest([record(path) for path in results])
    results[1].unlink()
    asked = [record(path) for path in (*results, tmp_path / "never.parquet")]
    assert differences(manifest, asked) == []


def test_an_empty_manifest_fits_its_contract(tmp_path: Path) -> None:
    tables.write(make_manifest([]), tmp_path / "manifest.parquet", tables.MANIFEST)
    assert tables.read(tmp_path / "manifest.parquet", tables.MANIFEST).height == 0
