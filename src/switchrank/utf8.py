"""Input text is UTF-8: byte order marks are dropped, other encodings are named. Standard library only."""

from __future__ import annotations

from pathlib import Path

from switchrank.errors import SwitchRankError

MARK = b"\xef\xbb\xbf"
"""The byte order mark, which some editors put before UTF-8."""
START = 4096
"""Bytes that identify an encoding."""
_MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_WIDE = {"utf-32-le": "UTF-32", "utf-32-be": "UTF-32", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def other_encoding(start: bytes) -> str | None:
    """UTF-16 or UTF-32 by the mark or the zero bytes of a text's beginning; None for anything else.

    Without a mark, a text is one of the two if it can be decoded as such, most zero bytes then belong to a
    Latin character, and these are part of lines: some end lines, or there are no lines and they are a fourth of the
    characters. A single zero byte in UTF-8 is not evidence of either.

    Args:
        start: the first bytes; a few thousand are enough.
    """
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    if b"\0" not in start:
        return None
    return next((name for codec, name in _WIDE.items() if _is_wide(start, codec)), None)


def _is_wide(start: bytes, codec: str) -> bool:
    width = 4 if "32" in codec else 2
    whole = start[: len(start) // width * width]
    try:
        text = whole.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(whole) - width:
            return False
        # the beginning ends between the two halves of a character
        text = whole[: error.start].decode(codec)
    if width == 4:
        return bool(text)
    latin, zeros = sum("\0" < character < "\u0100" for character in text), whole.count(0)
    if latin < 0.75 * zeros:
        return False
    if "\n" in text:
        return latin >= len(text) / 20
    return b"\n" not in whole and latin >= max(4, len(text) / 4)


def refuse_other_encodings(start: bytes, name: str | Path) -> None:
    """Stop at a text that is not UTF-8.

    Args:
        start: its first bytes.
        name: of the file, for the message.

    Raises:
        SwitchRankError: it is UTF-16 or UTF-32.
    """
    if found := other_encoding(start):
        raise SwitchRankError(f"{name}: the text is {found}; expected UTF-8: save or convert it as UTF-8")


def decoded(raw: bytes, name: str | Path) -> str:
    """Bytes as text, without a byte order mark.

    Raises:
        SwitchRankError: they are not UTF-8.
    """
    refuse_other_encodings(raw[:START], name)
    try:
        return raw.removeprefix(MARK).decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SwitchRankError(f"{name}, line {line:,}: not UTF-8 at byte {error.start}; expected UTF-8") from None


def is_text(text: str) -> bool:
    """Whether a string can be written as UTF-8 text: it has no half of a surrogate pair, which JSON allows, and no
    zero byte."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
