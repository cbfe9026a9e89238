"""CSV tables that the package or a user edits, read and checked. Standard library only: every dry run reads some."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from switchrank.errors import SwitchRankError
from switchrank.utf8 import START, refuse_other_encodings


class Shape(NamedTuple):
    """What the cells of a column look like.

    Attributes:
        pattern: a regular expression that a whole cell must match.
        allowed: the same in words, for messages.
    """

    pattern: str
    allowed: str


ANY_TEXT = Shape(r".*", "any text")
SOME_TEXT = Shape(r"\S(.*\S)?", "a text without blanks around it")
TRUTH_VALUE = Shape(r"true|false", "true or false, in small letters")
NUMBER = Shape(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)", "a number with a decimal point")


def read_csv(path: str | Path, shapes: Mapping[str, Shape], key: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Read a table, every cell of which is checked.

    Args:
        path: a CSV file in UTF-8, with or without a byte order mark, with any line ends; a cell that holds a comma, a
            quote or a line end is in quotes. Empty lines do not count.
        shapes: by column, of which the file has these and no others, in any order.
        key: columns whose values together are unique.

    Returns:
        the rows in file order, each with the line on which it ends; every value is a string.

    Raises:
        SwitchRankError: the file is missing, not UTF-8, or not separated by commas; a column is missing,
            unknown or named twice; a row has too few or too many cells; a value has the wrong shape; a key occurs
            twice.
    """
    lines = _lines(path, ", ".join(shapes))
    columns = next(lines, (0, []))[1]
    _check_header(path, columns, list(shapes))
    rows: list[tuple[int, dict[str, str]]] = []
    first: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        place = f"{path}, line {line}"
        if len(cells) != len(columns):
            raise SwitchRankError(
                f"{place}: not {len(columns)} cells, but {len(cells)}; a text that holds a comma needs quotes"
            )
        row = dict(zip(columns, cells, strict=True))
        for column, shape in shapes.items():
            if not re.fullmatch(shape.pattern, row[column], re.DOTALL):
                raise SwitchRankError(f"{place}, column {column}: found {row[column]!r}; expected {shape.allowed}")
        values = tuple(row[column] for column in key)
        if first.setdefault(values, line) != line:
            named = f"column{'s' * (len(key) > 1)} {', '.join(key)}: found {', '.join(map(repr, values))}"
            raise SwitchRankError(f"{place}, {named} twice, first in line {first[values]}; each may occur once")
        rows.append((line, row))
    return rows


def _lines(path: str | Path, columns: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row that is not empty, with the number of its last line."""
    try:
        raw = Path(path).read_bytes()
        refuse_other_encodings(raw[:START], path)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise SwitchRankError(f"{path}: {reason}; expected a table with the columns {columns}") from None
    except UnicodeDecodeError as error:
        raise SwitchRankError(f"{path}: not UTF-8 at byte {error.start}; save the table as CSV in UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise SwitchRankError(f"{path}, line {reader.line_num}: {error}; a quote within quotes is doubled") from None


def _check_header(path: str | Path, found: list[str], expected: list[str]) -> None:
    if sorted(found) == sorted(expected):
        return
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(found) == 1 and delimiter in found[0]:
            raise SwitchRankError(f"{path}: its columns are separated by {name}; expected commas")
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    twice = sorted({name for name in found if found.count(name) > 1})
    raise SwitchRankError(
        f"{path}: missing columns {missing}, unexpected columns {extra}"
        f"{f', columns twice {twice}' if twice else ''}; expected {', '.join(expected)}"
    )
