"""Files that are whole or not there; a disk that is full or may not be written to is said in one sentence."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from switchrank.errors import SwitchRankError

_REFUSED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})
# libraries in Rust raise errors of their own, with the system's number in the text
_NUMBER = re.compile(r"\(os error (\d+)\)")


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """A temporary name beside `path`, which becomes `path` when the block ends, and is gone when it fails.

    Args:
        path: where to; missing folders are made.

    Yields:
        The name to write to.

    Raises:
        SwitchRankError: the system does not let the file be written.
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
    """Turn what the system says about writing `path` into a message.

    Raises:
        SwitchRankError: the system does not let the file be written: the disk is full, the folder is read-only, …
    """
    try:
        yield
    except Exception as error:
        number = _error_number(error)
        if number is None:
            raise
        raise SwitchRankError(f"{path}: cannot be written: {os.strerror(number)}{_elsewhere(error, path)}") from error


def _elsewhere(error: BaseException, path: str | Path) -> str:
    """The file that an error is about, if that is neither the one to write nor beside or above it."""
    name = getattr(error, "filename", None)
    if not isinstance(name, str | Path) or Path(name).absolute().parent in Path(path).absolute().parents:
        return ""
    return f" ({name})"


def refusal(error: BaseException) -> str | None:
    """One sentence about an error that says that the disk is full or may not be written to; None for any other."""
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
    """Write UTF-8 with newlines as they are, as `write_bytes`."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(content: bytes, path: str | Path) -> None:
    """Write a file, whole or not at all; folders are made."""
    with whole(path) as partial:
        partial.write_bytes(content)
