"""The manifest: what made every result, and proof of it for results copied without Snakemake's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from switchrank import tables
from switchrank.checksums import sha256_of

Record = tuple[str, str, str, str]
"""Path, rule, settings (JSON) and code fingerprint of one result."""


def as_record(path: str, rule: str, params: Mapping[str, Any]) -> Record:
    """What is to be remembered of one result: the rule and its params, `code` apart from the rest."""
    settings = {key: value for key, value in sorted(params.items()) if key != "code"}
    return path, rule, json.dumps(settings, sort_keys=True, ensure_ascii=False), str(params.get("code", ""))


def make_manifest(records: Iterable[Record]) -> pl.DataFrame:
    """MANIFEST table of results that exist: the records with the files' SHA-256."""
    rows = [(path, rule, sha256_of(path), settings, code) for path, rule, settings, code in records]
    return pl.DataFrame(rows, schema=dict.fromkeys(tables.MANIFEST.columns, pl.String), orient="row")


def differences(manifest: pl.DataFrame, records: Iterable[Record]) -> list[str]:
    """Why results may not be trusted: one line for each that was made by other settings or code, or whose
    bytes are not those that the manifest saw. Results that do not exist are no lie and not named."""
    known = {row["path"]: row for row in manifest.iter_rows(named=True)}
    lines = []
    for path, _, settings, code in records:
        row = known.get(path)
        if not Path(path).is_file():
            continue
        if row is None:
            lines.append(f"{path}: not in the manifest")
        elif row["settings"] != settings:
            lines.append(f"{path}: made with other settings")
        elif row["code"] != code:
            lines.append(f"{path}: made by other code")
        elif row["sha256"] != sha256_of(path):
            lines.append(f"{path}: bytes differ from those in the manifest")
    return lines
