"""The table of pinned downloads, `data/sources.csv`. Standard library only: every dry run reads it."""

from __future__ import annotations

from pathlib import Path

from switchrank.csv_tables import ANY_TEXT, Shape, read_csv

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_SHAPES = {
    "source": Shape(_NAME, "letters, digits, '_', '.' and '-'"),
    "locator": Shape(
        rf"pypi:{_NAME}==[A-Za-z0-9_.!+-]+|apt:[a-z0-9][a-z0-9+.-]+=[A-Za-z0-9.+~:-]+|https?://\S+|file:\S+",
        "pypi:NAME==VERSION, apt:PACKAGE=VERSION, https://…, http://… or file:…",
    ),
    "filename": Shape(
        r"[A-Za-z0-9][^/\\]*(/[A-Za-z0-9][^/\\]*)*", "a file name, or folders and a file name with '/' between them"
    ),
    "sha256": Shape(r"[0-9a-f]{64}", "64 lower-case hexadecimal digits"),
    "bytes": Shape(r"[1-9][0-9]*", "a whole number of bytes"),
    "licence": Shape(r"\S.*", "an SPDX licence identifier"),
    "platform": Shape(r"[A-Za-z0-9_]+", "'any' or a wheel's platform tag such as manylinux2014_x86_64"),
    "note": ANY_TEXT,
}
COLUMNS = tuple(_SHAPES)


def read_sources(path: str | Path) -> dict[str, dict[str, str]]:
    """Read and check the table of downloads.

    Args:
        path: a CSV file with the columns `COLUMNS`, one row per download.

    Returns:
        the rows, in file order, by `source`; every value is a string.

    Raises:
        SwitchRankError: see `read_csv`.
    """
    return {row["source"]: row for _, row in read_csv(path, _SHAPES, key=["source"])}
