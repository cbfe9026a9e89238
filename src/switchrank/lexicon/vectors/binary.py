"""Vectors in word2vec's binary form: a header, then word, space and float32 values, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.vectors.reading import NO_WORD, Rows, value_problems
from switchrank.lexicon.vectors.text import Header
from switchrank.utf8 import MARK, refuse_other_encodings

_ROWS = 4_096
"""Vectors read at a time."""
_LONGEST_WORD = 1 << 16
_HEADER = re.compile(rb"(\d+)[ \t]+(\d+)[ \t\r]*\n")


def read_binary_header(file: BinaryIO, path: str) -> Header:
    """The header, which says how to read the rest.

    Raises:
        SwitchRankError: there is none, or it announces no words or no values.
    """
    line = file.readline(_LONGEST_WORD).removeprefix(MARK)
    found = _HEADER.fullmatch(line)
    if found is None or not (int(found[1]) and int(found[2])):
        refuse_other_encodings(line, path)
        shown = line[:40]
        raise SwitchRankError(
            f"{path}: begins with {shown!r}; "
            "a word2vec file begins with a line of two numbers above 0: how many words, and of how many values"
        )
    return Header(int(found[1]), int(found[2]))


def binary_rows(file: BinaryIO, header: Header, path: str) -> Iterator[Rows]:
    """The vectors, a few thousand at a time.

    Args:
        file: positioned after its header.
        header: of the file.
        path: names the file in messages.

    Raises:
        SwitchRankError: the file ends too early, or a word does not end.
    """
    for start in range(0, header.words, _ROWS):
        words: list[bytes] = []
        pieces: list[bytes] = []
        for number in range(start, min(start + _ROWS, header.words)):
            word, piece = _entry(file, 4 * header.dimensions)
            if len(piece) < 4 * header.dimensions:
                raise SwitchRankError(
                    f"{path}: ends within vector {number + 1:,} of the {header.words:,} that its header announces, or "
                    f"its values are not {header.dimensions} of 4 bytes each; the file is truncated or not "
                    "a word2vec file"
                )
            words.append(word)
            pieces.append(piece)
        values = _floats(pieces, header.dimensions)
        problems = value_problems(values)
        problems.update({row: NO_WORD for row, word in enumerate(words) if not word})
        yield Rows(words, values, problems)


def _entry(file: BinaryIO, size: int) -> tuple[bytes, bytes]:
    """A word, without the newline that may precede it, and the bytes of its values."""
    letters = bytearray()
    while (letter := file.read(1)) != b" ":
        if not letter or len(letters) > _LONGEST_WORD:
            return bytes(letters), b""
        letters += letter
    return bytes(letters.lstrip(b"\n")), file.read(size)


def _floats(pieces: list[bytes], dimensions: int) -> NDArray[np.float32]:
    found: NDArray[np.float32] = np.frombuffer(b"".join(pieces), dtype="<f4").astype(np.float32)
    return found.reshape(-1, dimensions)
