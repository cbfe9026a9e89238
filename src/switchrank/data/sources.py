"""The table of pinned downloads, `data/sources.csv`. Standard library only: every dry run reads it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from switchrank.errors import SwitchRankError

COLUMNS = ("source", "locator", "filename", "sha256", "bytes", "licence", "platform", "note")
_SHAPES = {
    "source": (r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits, '_', '.' and '-'"),
    "locator": (
        r"pypi:[A-Za-z0-9][A-Za-z0-9_.-]*==[A-Za-z0-9_.!+-]+"
        r"|apt:[a-z0-9][a-z0-9+.-]+=[A-Za-z0-9.+~:-]+|https?://\S+|file:\S+",
        "pypi:NAME==VERSION, apt:PACKAGE=VERSION, https://…, http://… or file:…",
    ),
    "filename": (r"[A-Za-z0-9][^/\\]*", "a file name without a folder"),
    "sha256": (r"[0-9a-f]{64}", "64 lower-case hexadecimal digits"),
    "bytes": (r"[1-9][0-9]*", "a whole number of bytes"),
    "licence": (r"\S.*", "an SPDX licence identifier"),
    "platform": (r"[A-Za-z0-9_]+", "'any' or a wheel's platform tag such as manylinux2014_x86_64"),
    "note": (r".*", "any text"),
}


def read_sources(path: str | Path) -> dict[str, dict[str, str]]:
    """Read and check the table of downloads.

    Args:
        path: a UTF-8 CSV file with the columns `COLUMNS`, one row a download.

    Returns:
        the rows, in file order, by `source`; every value is a string.

    Raises:
        SwitchRankError: the file is missing or no UTF-8; a column is missing or unknown; a row has too
            few or too many cells; a value has the wrong shape; a name stands twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SwitchRankError(f"{path}: no such file; expected a table with the columns {', '.join(COLUMNS)}") from None
    except UnicodeDecodeError as error:
        raise SwitchRankError(f"{path}: not UTF-8 at byte {error.start}") from None
    rows = csv.DictReader(text.splitlines())
    _check_header(path, list(rows.fieldnames or []))
    sources: dict[str, dict[str, str]] = {}
    for row in rows:
        place = f"{path}, line {rows.line_num}"
        _check_row(place, row)
        if row["source"] in sources:
            raise SwitchRankError(f"{place}, column source: found {row['source']!r} twice; names are unique")
        sources[row["source"]] = row
    return sources


def _check_header(path: str | Path, columns: list[str]) -> None:
    if sorted(columns) != sorted(COLUMNS):
        missing = [name for name in COLUMNS if name not in columns]
        extra = [name for name in columns if name not in COLUMNS]
        raise SwitchRankError(
            f"{path}: missing columns {missing}, unexpected columns {extra}; expected {', '.join(COLUMNS)}"
        )


def _check_row(place: str, row: dict[str, str]) -> None:
    if None in row or None in row.values():
        raise SwitchRankError(f"{place}: not {len(COLUMNS)} cells; a text that holds a comma needs quotes")
    for column, (shape, allowed) in _SHAPES.items():
        if not re.fullmatch(shape, row[column]):
            raise SwitchRankError(f"{place}, column {column}: found {row[column]!r}; expected {allowed}")
