"""Large files of separated cells without a header, such as those of MS MARCO, in pieces of a bounded size.

A piece is parsed at once. Only a piece in which something is wrong is read again line by line, to name the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.progress import say
from switchrank.text_files import NO_UTF8, Entries, as_text, opened, text_lines

_BYTES = 1 << 24
_SHOWN = 60
"""Characters of a line that a message shows."""
EMPTY_CELL = "an empty cell"
_MISREAD = r"\x{fffd}|â€|[ÂÃ][\x{80}-\x{bf}ŒœŠšŸŽžƒˆ˜€™]"
"""UTF-8 that was read as Latin-1 or Windows-1252 and saved again, or what a decoder could not read."""


def cells_of(path: str | Path, columns: Sequence[str], unit: str, spaces: bool = False) -> Iterator[pl.DataFrame]:
    """Rows of a UTF-8 file, gzip or not, as strings; what is skipped is counted in the log.

    A byte order mark and CR before LF are dropped, and blank lines are left out. Lines that are not UTF-8 or contain a
    zero byte, and lines with an empty cell, are skipped and counted.

    Args:
        path: of the file.
        columns: their names, in the order of the cells.
        unit: what a row is, for the log.
        spaces: whether cells may also be separated by spaces, as in files of ids; otherwise only by tabs.

    Raises:
        SwitchRankError: as `opened`, or a line has another number of cells.
    """
    entries = Entries(str(path), unit)
    content = (
        f"lines of {len(columns)} cells ({', '.join(columns)}), separated by {'tabs or spaces' if spaces else 'tabs'}"
    )
    split: Callable[[str], list[str]] = str.split if spaces else lambda line: line.split("\t")
    with opened(path, content) as file:
        number, misread = 1, 0
        for block in _blocks(file):
            piece = _parsed(block, columns, spaces)
            if piece is None:
                rows = _rows(block, number, columns, split, content, entries)
                piece = pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")
            number += block.count(b"\n")
            entries.kept += piece.height
            misread += piece.select(pl.col(columns[-1]).str.contains(_MISREAD).sum()).item()
            yield piece
    say(str(entries))
    if misread:
        say(f"{path}: {misread:,} {unit} hold text that was once read in a wrong encoding; kept")


def cell_count(path: str | Path, content: str) -> int:
    """Cells of the first line that is not blank: separated by tabs, or by spaces if it has no tab.

    Args:
        path: of the file.
        content: what it should hold, for messages.

    Raises:
        SwitchRankError: as `opened`.
    """
    with opened(path, content) as file:
        first = next((line for raw in file if (line := raw.decode(errors="replace").strip("\r\n")).strip()), "")
    return len(first.split("\t") if "\t" in first else first.split())


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, about `_BYTES` at once."""
    rest = b""
    while block := file.read(_BYTES):
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        else:
            rest += block
    if rest:
        yield rest


def _parsed(block: bytes, columns: Sequence[str], spaces: bool) -> pl.DataFrame | None:
    """A block without any fault; None if there may be one."""
    if b"\0" in block:
        return None
    separator = "\t" if not spaces or b"\t" in block.partition(b"\n")[0] else " "
    schema = dict.fromkeys(columns, pl.String)
    try:
        table = pl.read_csv(block, has_header=False, separator=separator, quote_char=None, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    blank = pl.any_horizontal(pl.col(columns).is_null() | (pl.col(columns).str.strip_chars() == ""))
    inside = pl.any_horizontal(pl.col(columns).str.contains(r"[ \t\r]")) if spaces else pl.lit(False)
    return None if table.select((blank | inside).any()).item() else table


def _rows(
    block: bytes,
    first: int,
    columns: Sequence[str],
    split: Callable[[str], list[str]],
    content: str,
    entries: Entries,
) -> Iterator[list[str]]:
    for number, raw in enumerate(block.split(b"\n"), start=first):
        line = as_text(raw)
        if line is None:
            entries.skip(NO_UTF8, f"line {number:,}")
            continue
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        cells = split(line)
        if len(cells) != len(columns):
            raise SwitchRankError(
                f"{entries.name}, line {number:,}: {len(cells)} cells; expected {content}: {line[:_SHOWN]!r}"
            )
        if all(cell.strip() for cell in cells):
            yield cells
        else:
            entries.skip(EMPTY_CELL, f"line {number:,}")


def numbers_in(rows: pl.DataFrame, column: str, dtype: type[pl.DataType], path: str | Path) -> pl.Series:
    """A column of a file of ids as numbers.

    Args:
        rows: of a file that was read with `spaces`.
        column: of strings.
        dtype: of the numbers.
        path: of the file, for messages.

    Raises:
        SwitchRankError: a value is not such a number.
    """
    found = rows[column].cast(dtype, strict=False)
    if dtype.is_float():
        found = found.set(~found.is_finite(), None)
    if found.has_nulls():
        row = rows.row(int(found.is_null().arg_max() or 0), named=True)
        kind = "a number" if dtype.is_float() else "a whole number from -128 to 127"
        place = _place_of(path, list(row.values()))
        raise SwitchRankError(f"{place}: {column!r} is {row[column]!r}; expected {kind}")
    return found


def _place_of(path: str | Path, cells: Sequence[str]) -> str:
    """The file and the line that holds these cells; it is only searched for a message."""
    lines = text_lines(path, "lines of ids", Entries(str(path), "lines"))
    return f"{path}, {next(place for line, place in lines if line.split() == cells)}"
