"""Rows of a user's files: JSON lines, separated text and Parquet, each with its place; any fault is an error.

A gzip file is decompressed, whatever its name. A byte order mark and CR before LF are dropped.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal, cast

import polars as pl
import pyarrow.parquet as pq

from switchrank.data.reading import SPLITS, Split
from switchrank.errors import SwitchRankError
from switchrank.text_files import opened

Row = tuple[str, Mapping[str, Any]]
"""A row's place (file and line) and its values by column."""
_MARK = b"\xef\xbb\xbf"
_DELIMITERS = {".tsv": "\t", ".csv": ","}
_PIECE = 65_536
_SHOWN = 60
"""Characters of a line that a message shows."""
csv.field_size_limit(1 << 27)


def rows_of(path: str | Path, columns: Sequence[str]) -> Iterator[Row]:
    """Rows of a .jsonl, .tsv, .csv (each also with .gz) or .parquet file; separated text has a header.

    Args:
        path: of the file.
        columns: those that must exist.

    Raises:
        SwitchRankError: no such file, another suffix, a column is missing, or a line is not UTF-8, not a JSON
            object or has another number of cells.
    """
    suffixes = [suffix for suffix in Path(path).suffixes if suffix != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind == ".jsonl":
        found = json_rows(path)
    elif kind in _DELIMITERS:
        found = separated_rows(path, _DELIMITERS[kind])
    elif kind == ".parquet":
        found = _parquet_rows(path)
    else:
        raise SwitchRankError(f"{path}: ends in {kind or 'nothing'!r}; allowed: .jsonl, .tsv, .csv, .parquet, with .gz")
    yield from required(found, columns)


def required(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[Row]:
    """The rows, each of which has all these columns.

    Raises:
        SwitchRankError: a row lacks one, or has no value there.
    """
    for place, row in rows:
        for column in columns:
            if row.get(column) is None:
                raise SwitchRankError(f"{place}: no {column!r}; found {', '.join(map(str, row)) or 'nothing'}")
        yield place, row


def lines_of(path: str | Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank, from 1, without its end.

    Raises:
        SwitchRankError: no such file, it is empty, or a line is not UTF-8 or holds a NUL byte.
    """
    with opened(path, "lines of UTF-8 text") as file:
        yield from numbered_lines(file, path)


def numbered_lines(file: Iterable[bytes], name: str | Path) -> Iterator[tuple[int, str]]:
    """`lines_of` an open file.

    Args:
        file: its lines.
        name: of the file, for messages.

    Raises:
        SwitchRankError: a line is not UTF-8 or holds a NUL byte.
    """
    for number, raw in enumerate(file, start=1):
        line = (raw.removeprefix(_MARK) if number == 1 else raw).rstrip(b"\r\n")
        if b"\0" in line:
            raise SwitchRankError(f"{name}, line {number:,}: holds a NUL byte; expected UTF-8 text")
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise SwitchRankError(f"{name}, line {number:,}: not UTF-8 at byte {error.start} of the line") from None
        if text.strip():
            yield number, text


def json_rows(path: str | Path) -> Iterator[Row]:
    """The object of each line; blank lines are left out.

    Raises:
        SwitchRankError: as `rows_of`.
    """
    for number, line in lines_of(path):
        place = f"{path}, line {number:,}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SwitchRankError(f"{place}: not valid JSON ({error}): {line[:_SHOWN]!r}") from None
        if not isinstance(row, dict):
            raise SwitchRankError(f"{place}: found a JSON {type(row).__name__}, expected an object: {line[:_SHOWN]!r}")
        yield place, row


def separated_rows(path: str | Path, delimiter: str, quoted: bool | None = None) -> Iterator[Row]:
    """The cells of each line by the header.

    Args:
        path: of the file.
        delimiter: between cells.
        quoted: whether a cell may be in quotes, and then span lines; if not, quotes are text. By default only cells of
            comma-separated files may.

    Raises:
        SwitchRankError: as `rows_of`.
    """
    quoted = delimiter == "," if quoted is None else quoted
    quoting: Literal[0, 3] = 0 if quoted else 3  # QUOTE_MINIMAL, QUOTE_NONE
    numbered = _Numbered(lines_of(path))
    rows = csv.reader(numbered, delimiter=delimiter, quoting=quoting, strict=True)
    header: list[str] | None = None
    try:
        for cells in rows:
            if header is None:
                header = cells
                _refuse_header(path, header)
            elif len(cells) != len(header):
                shown = delimiter.join(cells)[:_SHOWN]
                raise SwitchRankError(
                    f"{path}, line {numbered.number:,}: {len(cells)} cells, the header has {len(header)}: {shown!r}"
                )
            else:
                yield f"{path}, line {numbered.number:,}", dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise SwitchRankError(f"{path}, line {numbered.number:,}: {error}") from None


def in_pieces(rows: Iterable[Sequence[Any]], schema: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    """Rows as tables of a bounded size."""
    waiting = iter(rows)
    while piece := list(islice(waiting, _PIECE)):
        yield pl.DataFrame(piece, schema=dict(schema), orient="row")


def text_at(place: str, row: Mapping[str, Any], column: str) -> str:
    """A text or id of a row; a whole number counts as an id.

    Raises:
        SwitchRankError: it is neither, contains only white space, or holds a NUL character or half of a surrogate pair.
    """
    value = row[column]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise SwitchRankError(f"{place}: {column!r} is {value!r}; expected a text that is not empty")
    if "\0" in value:
        raise SwitchRankError(f"{place}: {column!r} holds a NUL character, which is not text: {value[:_SHOWN]!r}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SwitchRankError(
                f"{place}: {column!r} holds half of a surrogate pair, which is not a character: {value[:_SHOWN]!r}"
            ) from None
    return value


def split_at(place: str, row: Mapping[str, Any], column: str) -> Split:
    """A split of a row.

    Raises:
        SwitchRankError: it is not train, dev or test.
    """
    value = row[column]
    if value not in SPLITS:
        raise SwitchRankError(f"{place}: {column!r} is {value!r}; allowed: {', '.join(SPLITS)}")
    return cast(Split, value)


def relevance_at(place: str, row: Mapping[str, Any], column: str) -> int:
    """A relevance of a row, -128 … 127; a float that is whole counts, as tables of the hub have `1.0`.

    Raises:
        SwitchRankError: it is not a whole number in that range.
    """
    value = row[column]
    try:
        number = int(value) if isinstance(value, float) and value.is_integer() else int(str(value).strip())
    except ValueError:
        raise SwitchRankError(f"{place}: {column!r} is {value!r}; expected a whole number") from None
    if not -128 <= number <= 127:
        raise SwitchRankError(f"{place}: {column!r} is {number}; allowed: -128 to 127")
    return number


class _Numbered:
    """Lines for the csv module, and the number of the last one that it took."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines, self.number = lines, 0

    def __iter__(self) -> _Numbered:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        return line + "\n"


def _refuse_header(path: str | Path, header: Sequence[str]) -> None:
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise SwitchRankError(f"{path}, line 1: the header names {', '.join(map(repr, repeated))} twice; each once")


def _parquet_rows(path: str | Path) -> Iterator[Row]:
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected a Parquet table")
    try:
        with pq.ParquetFile(path) as file:
            first = 0
            for batch in file.iter_batches(_PIECE):
                for number, row in enumerate(batch.to_pylist(), start=first + 1):
                    yield f"{path}, row {number:,}", row
                first += batch.num_rows
    except (OSError, ValueError) as error:
        raise SwitchRankError(f"{path}: unreadable or truncated ({str(error).splitlines()[0]})") from None
