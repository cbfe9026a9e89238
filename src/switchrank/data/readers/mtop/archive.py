"""The official zip of MTOP, read in place: nothing is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from switchrank.data.reading import Split
from switchrank.data.table_rows import numbered_lines
from switchrank.errors import SwitchRankError

_MEMBER = re.compile(r"mtop/([a-z]{2,3})/(train|eval|test)\.txt")
_NAME = {"train": "train", "dev": "eval", "test": "test"}
_LARGEST = 1 << 28
"""Bytes of the largest member that is read; those of MTOP have less than 8 million."""
_EXPECTED = "expected the official mtop.zip, with mtop/LANGUAGE/train.txt, eval.txt and test.txt"


class Archive:
    """Members of the zip by split and language.

    Args:
        path: the zip.

    Raises:
        SwitchRankError: no such file, not a zip or a truncated one, a member whose path leaves the folder, or none of
            MTOP.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._zip = zipfile.ZipFile(self.path)
        except FileNotFoundError:
            raise SwitchRankError(f"{self.path}: no such file; {_EXPECTED}") from None
        except zipfile.BadZipFile as error:
            raise SwitchRankError(f"{self.path}: not a zip archive, or truncated ({error}); {_EXPECTED}") from None
        try:
            self._sizes = self._members()
        except SwitchRankError:
            self.close()
            raise

    def _members(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for member in self._zip.infolist():
            if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
                raise SwitchRankError(
                    f"{self.path}: member {member.filename!r} leaves the archive's folder; {_EXPECTED}"
                )
            if _MEMBER.fullmatch(member.filename):
                sizes[member.filename] = member.file_size
        if not sizes:
            raise SwitchRankError(f"{self.path}: no member mtop/LANGUAGE/train.txt, eval.txt or test.txt; {_EXPECTED}")
        return sizes

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def languages(self, split: Split) -> list[str]:
        """Languages that have a split, sorted."""
        found = (_MEMBER.fullmatch(name) for name in self._sizes)
        return sorted(match[1] for match in found if match and match[2] == _NAME[split])

    def name(self, split: Split, language: str) -> str:
        """Path and member, for messages."""
        return f"{self.path}, member {self._member(split, language)}"

    def lines(self, split: Split, language: str) -> Iterator[tuple[int, str]]:
        """Number and text of each line that is not blank; nothing if there is no such member.

        Raises:
            SwitchRankError: as `numbered_lines`; the member is damaged, encrypted or too large.
        """
        member, name = self._member(split, language), self.name(split, language)
        if member not in self._sizes:
            return
        if self._sizes[member] > _LARGEST:
            raise SwitchRankError(f"{name}: has {self._sizes[member]:,} bytes; allowed: {_LARGEST:,}")
        try:
            with self._zip.open(member) as file:
                yield from numbered_lines(file, name)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise SwitchRankError(f"{name}: damaged, truncated or encrypted ({error}): get the archive again") from None

    def _member(self, split: Split, language: str) -> str:
        return f"mtop/{language}/{_NAME[split]}.txt"
