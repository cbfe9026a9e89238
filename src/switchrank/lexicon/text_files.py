"""What the readers of title files and dictionaries share: lines of a text file, and what became of them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from switchrank.errors import SwitchRankError

_GZIP = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"

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
        """Count something out."""
        self.skipped.setdefault(reason, Skipped(0, where)).count += count

    def __str__(self) -> str:
        """One line for the log."""
        return f"{self.name}: {self.kept:,} {self.unit}; {self.reasons() or 'nothing skipped'}"

    def reasons(self) -> str:
        """What was skipped by reason, e.g. `skipped 2 with one column (first: line 7)`."""
        shown = [f"{out.count:,} with {reason} (first: {out.first})" for reason, out in self.skipped.items()]
        return f"skipped {', '.join(shown)}" if shown else ""


@contextmanager
def opened(path: str | Path, content: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unzipped if it is gzip, whatever its name.

    Args:
        path: of the file.
        content: what it should hold, for messages.

    Raises:
        SwitchRankError: there is no such file, it is empty, or its gzip stream is truncated or damaged.
    """
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected {content}")
    with open(path, "rb") as file:
        start = file.read(len(_GZIP))
        if not start:
            raise SwitchRankError(f"{path}: the file is empty; expected {content}")
        file.seek(0)
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if start == _GZIP else file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SwitchRankError(
                f"{path}: the gz file is truncated or damaged ({error}); expected {content}: get it again"
            ) from error


def text_lines(path: str | Path, content: str, entries: Entries) -> Iterator[tuple[str, str]]:
    """Lines of a UTF-8 file without their ends, each with its place; blank ones are left out.

    A byte order mark is dropped; lines that are not UTF-8 are counted out.

    Args:
        path: of the file, gzip or not.
        content: what it should hold, for messages.
        entries: where lines are counted out.

    Raises:
        SwitchRankError: as `opened`.
    """
    with opened(path, content) as file:
        for number, raw in enumerate(file, start=1):
            try:
                line = (raw.removeprefix(_MARK) if number == 1 else raw).decode().rstrip("\r\n")
            except UnicodeDecodeError:
                entries.skip(NO_UTF8, f"line {number:,}")
                continue
            if line.strip():
                yield line, f"line {number:,}"
