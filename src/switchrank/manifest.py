"""The manifest: how every result was made, which proves results that were copied without Snakemake's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from switchrank import tables
from switchrank.checksums import sha256_of
from switchrank.errors import SwitchRankError

Record = tuple[str, str, str, str]
"""Path, rule, settings (JSON) and code fingerprint of one result."""

CHANGED, UNREADABLE = "bytes differ from those in the manifest", "cannot be read"
DAMAGED = frozenset({CHANGED, UNREADABLE})


def as_record(path: str, rule: str, params: Mapping[str, Any]) -> Record:
    """The record of one result: the rule and its params, with `code` separate from the rest."""
    settings = {key: value for key, value in sorted(params.items()) if key != "code"}
    return path, rule, _as_json(settings), str(params.get("code", ""))


def make_manifest(
    records: Iterable[Record], libraries: Mapping[str, Mapping[str, str]], before: Path | None = None
) -> pl.DataFrame:
    """MANIFEST table of results that exist: the records with the files' SHA-256 and the libraries that made them.

    Args:
        records: how each file is made now.
        libraries: version by library, by rule, as they are now.
        before: the manifest that is replaced, if there is one. Listed files that are not newer than it were not
            made again since, so they keep their versions; an unreadable manifest is ignored.

    Raises:
        OSError: a file of the records does not exist or cannot be read.
    """
    known, written = _earlier(before)
    rows = []
    for path, rule, settings, code in records:
        made = (path, rule, sha256_of(path), settings, code)
        versions = _as_json(libraries.get(rule, {}))
        if known.get(path, ())[:-1] == made and Path(path).stat().st_mtime <= written:
            versions = known[path][-1]
        rows.append((*made, versions))
    return pl.DataFrame(rows, schema=dict.fromkeys(tables.MANIFEST.columns, pl.String), orient="row")


def _earlier(manifest: Path | None) -> tuple[dict[str, tuple[str, ...]], float]:
    """The rows of a manifest by path, and when it was written."""
    if manifest is None or not manifest.is_file():
        return {}, 0.0
    try:
        table = tables.read(manifest, tables.MANIFEST)
    except SwitchRankError:
        return {}, 0.0
    return {row[0]: row for row in table.select(list(tables.MANIFEST.columns)).iter_rows()}, manifest.stat().st_mtime


def differences(manifest: pl.DataFrame | None, records: Iterable[Record]) -> dict[str, str]:
    """Why results cannot be trusted, by path: they were made by other settings or code, or their bytes differ from
    those in the manifest. Results that do not exist are not reported."""
    known = {} if manifest is None else {row["path"]: row for row in manifest.iter_rows(named=True)}
    found = {}
    for path, _, settings, code in records:
        row = known.get(path)
        if not Path(path).is_file():
            continue
        if row is None:
            found[path] = "not in the manifest" if known else "no manifest says what made it"
        elif row["settings"] != settings:
            found[path] = "made with other settings"
        elif row["code"] != code:
            found[path] = "made by other code"
        elif (digest := _digest(path)) != row["sha256"]:
            found[path] = CHANGED if digest else UNREADABLE
    return found


def findings(
    manifest: pl.DataFrame | None, records: Iterable[Record], libraries: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Why results are not proven, by path: as `differences`, and those that are missing or were made by other
    versions of the libraries that their rule uses, which does not make them out of date."""
    records = list(records)
    found = differences(manifest, records)
    rows = [] if manifest is None else manifest.iter_rows(named=True)
    versions = {row["path"]: json.loads(row["libraries"]) for row in rows}
    for path, rule, _, _ in records:
        if not Path(path).is_file():
            found[path] = "missing"
        elif path not in found and (other := _other_versions(versions[path], libraries.get(rule, {}))):
            found[path] = f"made by {other}"
    return dict(sorted(found.items()))


def _other_versions(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    changed = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    return ", ".join(f"{name} {then.get(name, '(none)')}, here {now.get(name, '(none)')}" for name in changed)


def _digest(path: str) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
