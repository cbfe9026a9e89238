"""What the readers of title files and dictionaries share: lines of a text file, and counts of kept and skipped ones."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from switchrank.errors import SwitchRankError
from switchrank.utf8 import MARK, START, refuse_other_encodings

_GZIP = b"\x1f\x8b"

NO_UTF8 = "text that is not UTF-8"
ONE_COLUMN = "one column"
OTHER_COLUMNS = "a wrong number of columns"
EMPTY = "an empty side"


@dataclass
class Skipped:
    """Entries skipped for one reason.

    Attributes:
        count: how many.
        first: where the first one is.
    """

    count: int
    first: str


@dataclass
class Entries:
    """What was read from files of entries.

    Attributes:
        name: the files.
        unit: what is kept, e.g. `titles`.
        kept: how many.
        skipped: what was skipped, by reason.
    """

    name: str
    unit: str
    kept: int = 0
    skipped: dict[str, Skipped] = field(default_factory=dict)

    def skip(self, reason: str, where: str, count: int = 1) -> None:
        """Count an entry as skipped."""
        self.skipped.setdefault(reason, Skipped(0, where)).count += count

    def __str__(self) -> str:
        """One line for the log."""
        return f"{self.name}: {self.kept:,} {self.unit}; {self.reasons() or 'nothing skipped'}"

    def reasons(self) -> str:
        """What was skipped by reason, e.g. `skipped 2 with one column (first: line 7)`."""
        shown = [f"{out.count:,} with {reason} (first: {out.first})" for reason, out in self.skipped.items()]
        return f"skipped {', '.join(shown)}" if shown else ""


@contextmanager
def opened(path: str | Path, content: str, text: bool = True) -> Iterator[BinaryIO]:
    """The bytes of a file, decompressed if it is gzip, whatever its name.

    Args:
        path: of the file.
        content: what it should hold, for messages.
        text: whether it is UTF-8, whose byte order mark is skipped; false for archives and for XML, which names its own
            encoding.

    Raises:
        SwitchRankError: there is no such file, it is empty, its gzip stream is truncated or damaged, or its text is
            UTF-16 or UTF-32.
    """
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected {content}")
    with open(path, "rb") as file:
        start = file.read(len(_GZIP))
        if not start:
            raise SwitchRankError(f"{path}: the file is empty; expected {content}")
        file.seek(0)
        try:
            bytes_of = gzip.GzipFile(fileobj=file) if start == _GZIP else file
            if text:
                skip_mark(bytes_of, path)
            yield cast(BinaryIO, bytes_of)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SwitchRankError(
                f"{path}: the gz file is truncated or damaged ({error}); expected {content}: get it again"
            ) from error


def skip_mark(file: gzip.GzipFile | BufferedReader, path: str | Path) -> None:
    """Skip a byte order mark.

    Raises:
        SwitchRankError: the text is UTF-16 or UTF-32.
    """
    start = file.peek(START)
    refuse_other_encodings(start[:START], path)
    if start.startswith(MARK):
        file.read(len(MARK))


def text_lines(path: str | Path, content: str, entries: Entries) -> Iterator[tuple[str, str]]:
    """Lines of a UTF-8 file without line ends, each with its place; blank lines are left out.

    A byte order mark is dropped; lines that are not UTF-8, or contain a zero byte, are skipped and counted.

    Args:
        path: of the file, gzip or not.
        content: what it should hold, for messages.
        entries: where skipped lines are counted.

    Raises:
        SwitchRankError: as `opened`.
    """
    with opened(path, content) as file:
        for number, raw in enumerate(file, start=1):
            line = as_text(raw)
            if line is None:
                entries.skip(NO_UTF8, f"line {number:,}")
            elif line.strip():
                yield line.rstrip("\r\n"), f"line {number:,}"


def as_text(raw: bytes | bytearray) -> str | None:
    """UTF-8 as a string; None if it is not UTF-8, or contains a zero byte, as UTF-16 does."""
    if b"\0" in raw:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
