"""The files of a dictd dictionary: an index of offsets, and text in a gzip stream; in a folder, a tar or a package."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from switchrank.errors import SwitchRankError
from switchrank.text_files import NO_UTF8, Entries, as_text, opened
from switchrank.utf8 import MARK, START, refuse_other_encodings

OUTSIDE = "a place outside the dictionary"
BAD_INDEX = "no headword, place and length"

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_ABOUT = ("00database", "00-database")
"""Headwords of entries about the dictionary itself."""
_ARCHIVE = b"!<arch>\n"


class _Dictionary(NamedTuple):
    places: bytes
    text: bytes


def dictd_texts(path: str | Path, entries: Entries) -> Iterator[tuple[str, str]]:
    """The text of every entry and its line in the index, in the order of the text, each once.

    Args:
        path: folder, tar archive or Debian package that holds one `.index` and one `.dict.dz` or `.dict`.
        entries: where skipped entries are counted.

    Raises:
        SwitchRankError: the path or one of the files in it is missing, there are several, or one is damaged, or not
            UTF-8.
    """
    dictionary = _dictionary(Path(path))
    for content, part in ((dictionary.places, "index"), (dictionary.text, "text")):
        refuse_other_encodings(content[:START], f"{path}, {part}")
    for start, length, where in _places(dictionary.places, entries):
        if start + length > len(dictionary.text):
            entries.skip(OUTSIDE, where)
            continue
        text = as_text(dictionary.text[start : start + length])
        if text is None:
            entries.skip(NO_UTF8, where)
        else:
            yield text, where


def _places(index: bytes, entries: Entries) -> Iterator[tuple[int, int, str]]:
    """Start, length and index line of every entry, each once (several headwords may lead to one), by start."""
    places: dict[tuple[int, int], str] = {}
    for number, raw in enumerate(index.removeprefix(MARK).splitlines(), start=1):
        where = f"index line {number:,}"
        cells = raw.decode(errors="replace").split("\t")
        if cells[0].startswith(_ABOUT):
            continue
        if len(cells) not in (3, 4) or not all(cell and set(cell) <= _VALUE.keys() for cell in cells[1:3]):
            entries.skip(BAD_INDEX, where)
            continue
        places.setdefault((number_of(cells[1]), number_of(cells[2])), where)
    for (start, length), where in sorted(places.items()):
        yield start, length, where


def number_of(digits: str) -> int:
    """The value of dictd's base-64 digits, the most significant first."""
    value = 0
    for digit in digits:
        value = value * 64 + _VALUE[digit]
    return value


def _dictionary(path: Path) -> _Dictionary:
    if path.is_dir():
        files = {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
        index, text = _names(list(files), path)
        return _Dictionary(files[index].read_bytes(), _unzipped(files[text].read_bytes(), f"{path}/{text}"))
    with opened(path, "a FreeDict dictionary: a folder, a tar archive or a Debian package", text=False) as file:
        start = file.read(len(_ARCHIVE))
    with open(path, "rb") as package:
        archive = _data_of_package(package.read(), path) if start == _ARCHIVE else package
        return _from_tar(archive, path)


def _from_tar(archive: io.BufferedReader | io.BytesIO, path: Path) -> _Dictionary:
    try:
        with tarfile.open(fileobj=archive) as tar:
            members = {Path(member.name).name: member for member in tar.getmembers() if member.isfile()}
            index, text = _names(list(members), path)
            contents = [file.read() for name in (index, text) if (file := tar.extractfile(members[name]))]
    except (tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError) as error:
        reason = str(error).splitlines()[0]
        raise SwitchRankError(
            f"{path}: truncated, or not a tar archive ({reason}); expected a FreeDict dictionary: a folder, a tar "
            "archive or a Debian package"
        ) from error
    return _Dictionary(contents[0], _unzipped(contents[1], f"{path}: {text}"))


def _names(names: list[str], path: Path) -> tuple[str, str]:
    """Names of the index and of the text."""
    found = [[name for name in names if name.endswith(ending)] for ending in (".index", (".dict.dz", ".dict"))]
    if [len(one) for one in found] != [1, 1]:
        raise SwitchRankError(
            f"{path}: found index {found[0]} and text {found[1]}; expected one .index and one .dict.dz or .dict"
        )
    return found[0][0], found[1][0]


def _unzipped(text: bytes, name: str) -> bytes:
    """dictzip adds a table of offsets to the gzip header, which gzip readers ignore."""
    if not name.endswith(".dz"):
        return text
    try:
        return gzip.decompress(text)
    except (EOFError, zlib.error, OSError) as error:
        raise SwitchRankError(f"{name}: truncated or damaged ({error}); get the dictionary again") from error


def _data_of_package(package: bytes, path: Path) -> io.BytesIO:
    """The tar archive of files in a Debian package, which is an ar archive: after its magic, members of a 60-byte
    header (name 16, time 12, owner 6, group 6, mode 8, size 10, end 2) and contents, at even offsets."""
    at = len(_ARCHIVE)
    names = []
    while at + 60 <= len(package):
        header = package[at : at + 60].decode("ascii", errors="replace")
        name, size = header[:16].strip().rstrip("/"), header[48:58].strip()
        if not size.isdigit():
            break
        names.append(name)
        data = package[at + 60 : at + 60 + int(size)]
        if name.startswith("data.tar"):
            if len(data) < int(size):
                break
            return io.BytesIO(data)
        at += 60 + int(size) + int(size) % 2
    raise SwitchRankError(
        f"{path}: truncated, or not a Debian package: found members {names}; expected a complete data.tar"
    )
