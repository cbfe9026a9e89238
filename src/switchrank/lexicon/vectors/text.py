"""Vectors as text: one word and its values per line, parsed by compiled code.

A compiled loop reads lines of a word without spaces and plain decimals, which are nearly all. Every other line
goes through `read_line`, which is slower and says what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from switchrank.compiled import compiled
from switchrank.errors import SwitchRankError
from switchrank.lexicon.vectors.reading import (
    BLANK,
    NO_NUMBER,
    NO_WORD,
    NOT_FINITE,
    SECOND_HEADER,
    WRONG_COUNT,
    ZERO,
    Rows,
)

_BLOCK = 1 << 21
"""Bytes read at a time."""
_LONGEST_LINE = 1 << 26
_FIRST_LINES = 100
"""Number of lines from which the number of values is inferred without a header."""
_HEADER = re.compile(rb"\d+[ \t]+\d+[ \t\r]*")
_FIELD = re.compile(rb"[^ \t]+")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NO_FINITE_NUMBER = re.compile(rb"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)

_POWERS = 10.0 ** np.arange(23)
"""The powers of ten that a float64 represents exactly."""
_EXACT = np.uint64(1 << 53)
"""Up to here a float64 represents every integer exactly."""
_POWER_COUNT = len(_POWERS)
_NONE, _ONE, _TEN = np.uint64(0), np.uint64(1), np.uint64(10)
_HUGE = 10_000
"""An exponent beyond that of any float."""
_NEWLINE, _RETURN, _TAB, _SPACE, _PLUS, _MINUS, _POINT, _ZERO, _E = (ord(char) for char in "\n\r\t +-.0e")


_compiled = compiled(error_model="numpy")


class Header(NamedTuple):
    """The first line of many files: the numbers of words and of values."""

    words: int
    dimensions: int


class Block(NamedTuple):
    """Whole lines of a file, each ending with a newline.

    Attributes:
        buffer: bytes that contain them; used again for a later block.
        start: where the first line starts.
        end: after the last newline.
    """

    buffer: bytearray
    start: int
    end: int

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """uint8 view of the lines."""
        return np.frombuffer(self.buffer, dtype=np.uint8, count=self.end - self.start, offset=self.start)


def text_blocks(file: BinaryIO, path: str, ahead: int) -> Iterator[Block]:
    """The file in blocks of lines.

    A block's buffer is used again after `ahead` more blocks: allocating new memory would take as long as parsing.

    Args:
        file: at its beginning.
        path: names the file in messages.
        ahead: blocks that are still in use when the next one is requested.

    Raises:
        SwitchRankError: a line is longer than 64 MiB.
    """
    buffers, rest = [bytearray(_BLOCK) for _ in range(ahead + 1)], b""
    for buffer in cycle(buffers):
        if len(rest) > len(buffer):
            buffer.extend(bytes(len(rest) - len(buffer)))
        buffer[: len(rest)] = rest
        end, filled = _read_lines(file, buffer, len(rest), path)
        if not end:
            return
        rest = bytes(buffer[end:filled])
        yield Block(buffer, 0, end)


def _read_lines(file: BinaryIO, buffer: bytearray, filled: int, path: str) -> tuple[int, int]:
    """Fill the buffer further, by at least one newline; returns where the last line ends and where the bytes end.

    At the end of the file the newline may be added, and both are 0 when nothing is left."""
    while True:
        if filled == len(buffer):
            if filled >= _LONGEST_LINE:
                size = _LONGEST_LINE >> 20
                raise SwitchRankError(
                    f"{path}: a line of more than {size} MiB; is this a file of text vectors (format: text)?"
                )
            buffer.extend(bytes(len(buffer)))
        with memoryview(buffer) as view:
            read: int = file.readinto(view[filled:])  # type: ignore[attr-defined]  # BinaryIO lacks it
        if not read:
            buffer[filled : filled + 1] = b"\n"
            return (filled + 1, filled + 1) if filled else (0, 0)
        end = buffer.rfind(b"\n", filled, filled + read) + 1
        filled += read
        if end:
            return end, filled


def split_header(block: Block) -> tuple[Header | None, Block]:
    """The header of a file of text vectors, if it has one, and what follows it.

    Args:
        block: the first lines of the file.
    """
    end = block.buffer.index(b"\n", block.start)
    line = block.buffer[block.start : end]
    if not _HEADER.fullmatch(line):
        return None, block
    words, dimensions = line.split()
    return Header(int(words), int(dimensions)), block._replace(start=end + 1)


def first_lines(block: Block) -> list[bytes]:
    """The first hundred lines, or all, without their newlines."""
    end, found = block.start, 0
    while end < block.end and found < _FIRST_LINES:
        end, found = block.buffer.index(b"\n", end) + 1, found + 1
    return bytes(block.buffer[block.start : end]).split(b"\n")[:-1]


def count_values(line: bytes) -> int:
    """How many numbers end a line; its first field is always a word."""
    fields = _FIELD.findall(line.rstrip(b"\r"))[1:]
    numbers = 0
    while numbers < len(fields) and _NUMBER.fullmatch(fields[-1 - numbers]):
        numbers += 1
    return numbers


def most_common(widths: Sequence[int]) -> int:
    """How many values the lines of a file have, 0 if none has any. Other lines are invalid, or have a word of several
    parts whose last is a number.

    Args:
        widths: `count_values` of its first lines.
    """
    return max(Counter(filter(None, widths)).most_common(1), default=(0, 0))[0]


def parse_block(block: Block, dimensions: int) -> Rows:
    """Words and values of whole lines.

    Every value is numpy.float32(float(text)), bit for bit.

    Args:
        block: lines.
        dimensions: values of a line.

    Returns:
        Rows, one per line.
    """
    lines = int(_newlines(block.bytes))
    values = np.empty((lines, dimensions), dtype=np.float32)
    starts, ends = np.empty(lines, dtype=np.int64), np.empty(lines, dtype=np.int64)
    good = np.zeros(lines, dtype=np.bool_)
    _parse(block.bytes, _POWERS, values, starts, ends, good)
    spans = zip((starts + block.start).tolist(), (ends + block.start).tolist(), strict=True)
    words: list[bytes | bytearray] = [block.buffer[start:end] for start, end in spans]
    problems: dict[int, str] = {}
    for row in np.flatnonzero(~good).tolist():
        word, found = read_line(bytes(words[row]), dimensions)
        if isinstance(found, str):
            problems[row] = found
        else:
            words[row], values[row] = word, found
    return Rows(words, values, problems)


def read_line(line: bytes, dimensions: int) -> tuple[bytes, NDArray[np.float32] | str]:
    """Parse any line.

    Args:
        line: without its newline.
        dimensions: values that it should have.

    Returns:
        Its word and its values, float32 [dimensions], or why it is not a vector.
    """
    fields = [match.span() for match in _FIELD.finditer(line.rstrip(b"\r"))]
    texts = [line[start:end] for start, end in fields]
    if not fields:
        return b"", BLANK
    if dimensions != 1 and _HEADER.fullmatch(line):
        return b"", SECOND_HEADER
    if len(fields) < dimensions or (len(fields) == dimensions and fields[0][0] == 0):
        return b"", WRONG_COUNT
    if len(fields) == dimensions:
        return b"", NO_WORD
    if len(fields) > dimensions + 1 and all(map(_NUMBER.fullmatch, texts[1:])):
        return b"", WRONG_COUNT
    word = line[: fields[-dimensions - 1][1]].lstrip(b" \t")
    return word, _values(texts[-dimensions:])


def _values(texts: list[bytes]) -> NDArray[np.float32] | str:
    if not all(_NUMBER.fullmatch(text) or _NO_FINITE_NUMBER.fullmatch(text) for text in texts):
        return NO_NUMBER
    with np.errstate(over="ignore"):
        values = np.array([float(text) for text in texts]).astype(np.float32)
    if not np.isfinite(values).all():
        return NOT_FINITE
    return values if values.any() else ZERO


@_compiled
def _newlines(data):  # type: ignore[no-untyped-def]
    count = 0
    for byte in data:
        count += byte == _NEWLINE
    return count


@_compiled
def _parse(data, powers, values, starts, ends, good):  # type: ignore[no-untyped-def]
    """Lines of a word and plain decimals; others are left for `read_line`, their whole line between `starts` and
    `ends`.

    Integers up to 2**53 and powers of ten below 10**23 are exact in float64, so one division or product of the two
    rounds correctly (Clinger 1990). Positions are unsigned, since a signed index is first tested for being negative,
    and the loop is one function: either doubles the speed."""
    at = _NONE
    for line in range(len(starts)):
        starts[line] = at
        while data[at] > _SPACE or (data[at] != _SPACE and data[at] != _TAB and data[at] != _NEWLINE):
            at += _ONE
        ends[line] = at
        plain, seen = starts[line] != ends[line], _NONE
        for column in range(values.shape[1]):
            char = data[at]
            if not plain or (char != _SPACE and char != _TAB):
                plain = False
                break
            while char == _SPACE or char == _TAB:  # noqa: SIM109  # numba takes longer with a tuple
                at += _ONE
                char = data[at]
            negative = char == _MINUS
            if negative or char == _PLUS:
                at += _ONE
            first, mantissa = at, _NONE
            digit = np.uint8(data[at] - _ZERO)
            while digit <= 9:
                mantissa = mantissa * _TEN + np.uint64(digit)
                at += _ONE
                digit = np.uint8(data[at] - _ZERO)
            digits, decimals = at - first, _NONE
            if data[at] == _POINT:
                at += _ONE
                first = at
                digit = np.uint8(data[at] - _ZERO)
                while digit <= 9:
                    mantissa = mantissa * _TEN + np.uint64(digit)
                    at += _ONE
                    digit = np.uint8(data[at] - _ZERO)
                decimals = at - first
                digits += decimals
            # 19 digits fit into 64 bits
            if digits == 0 or digits > 19 or mantissa > _EXACT:
                plain = False
                break
            value = np.float64(np.int64(mantissa))
            if data[at] | 0x20 == _E:
                at, power = _exponent(data, at + _ONE)
                power -= np.int64(decimals)
                if power <= -_POWER_COUNT or power >= _POWER_COUNT:
                    plain = False
                    break
                value = value * powers[power] if power > 0 else value / powers[-power]
            else:
                value /= powers[decimals]
            values[line, column] = -value if negative else value
            seen |= mantissa
        while data[at] == _SPACE or data[at] == _TAB or data[at] == _RETURN:
            at += _ONE
        good[line] = plain and seen != 0 and data[at] == _NEWLINE
        while data[at] != _NEWLINE:
            at += _ONE
        if not good[line]:
            ends[line] = at
        at += _ONE


@_compiled
def _exponent(data, at):  # type: ignore[no-untyped-def]
    """The end and value of an exponent; one without digits or with too many is larger than any valid one."""
    negative = data[at] == _MINUS
    if negative or data[at] == _PLUS:
        at += _ONE
    first, exponent = at, np.int64(0)
    digit = np.uint8(data[at] - _ZERO)
    while digit <= 9:
        if exponent < _HUGE:
            exponent = exponent * 10 + np.int64(digit)
        at += _ONE
        digit = np.uint8(data[at] - _ZERO)
    if at == first:
        exponent = np.int64(_HUGE)
    return at, -exponent if negative else exponent
