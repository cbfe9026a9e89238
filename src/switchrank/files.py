"""Files that are complete or absent; a full or read-only disk is reported in one sentence."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from switchrank.errors import SwitchRankError

_REFUSED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})
# libraries in Rust raise their own errors, with the system's number in the text
_NUMBER = re.compile(r"\(os error (\d+)\)")


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """A temporary file next to `path`, which is renamed to `path` when the block ends, and deleted if it fails.

    Args:
        path: the file; missing folders are made.

    Yields:
        The name to write to.

    Raises:
        SwitchRankError: the file cannot be written.
    """
    target = Path(path)
    partial = target.with_name(f".{target.name}.partial")
    with written(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(target)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


@contextmanager
def written(path: str | Path) -> Iterator[None]:
    """Turn the system's error about writing `path` into a message.

    Raises:
        SwitchRankError: the file cannot be written: the disk is full, the folder is read-only, …
    """
    try:
        yield
    except Exception as error:
        number = _error_number(error)
        if number is None:
            raise
        raise SwitchRankError(f"{path}: cannot be written: {os.strerror(number)}{_elsewhere(error, path)}") from error


def _elsewhere(error: BaseException, path: str | Path) -> str:
    """The file that an error is about, if it is neither the one to write nor in or above its folder."""
    name = getattr(error, "filename", None)
    if not isinstance(name, str | Path) or Path(name).absolute().parent in Path(path).absolute().parents:
        return ""
    return f" ({name})"


def refusal(error: BaseException) -> str | None:
    """One sentence about an error of a full or read-only disk; None for any other."""
    number = _error_number(error)
    if number not in _REFUSED:
        return None
    name = getattr(error, "filename", None)
    return f"{name or 'a file'}: {os.strerror(number)}"


def _error_number(error: BaseException) -> int | None:
    if isinstance(error, OSError):
        return error.errno
    found = _NUMBER.search(str(error))
    return int(found.group(1)) if found else None


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 with unchanged newlines, as `write_bytes`."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(content: bytes, path: str | Path) -> None:
    """Write a file completely or not at all; folders are made."""
    with whole(path) as partial:
        partial.write_bytes(content)
