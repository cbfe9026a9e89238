"""Download a file of known size and checksum: continued where it stopped, tried again, verified while it arrives."""

from __future__ import annotations

import hashlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switchrank.errors import SwitchRankError
from switchrank.files import refusal
from switchrank.progress import Progress

if TYPE_CHECKING:
    from hashlib import _Hash

_BLOCK = 1 << 20
_WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try; a try that brought bytes starts again at the first."""
_LONGEST = 120.0
"""Seconds that a server may ask to wait."""
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_NO_SUCH_RANGE = 416


@dataclass(frozen=True)
class Pinned:
    """A file at an address.

    Attributes:
        url: http, https or file.
        name: of the file, for messages.
        size: its bytes.
        sha256: its checksum, hexadecimal.
    """

    url: str
    name: str
    size: int
    sha256: str


def download(file: Pinned, partial: Path, timeout: float = 60.0, pause: Callable[[float], None] = time.sleep) -> None:
    """Download a file.

    What `partial` already holds is not asked for again, if the server can continue; if the result then has another
    checksum, the file is downloaded once from the beginning. A try that fails for a reason that may pass is repeated
    after a pause, or after the time that the server asks for.

    Args:
        file: what to download.
        partial: where it grows; complete and verified on return. After a failure it holds what has arrived, so that a
            later call continues; it is removed if that is of no use.
        timeout: seconds without a byte.
        pause: waits for seconds.

    Raises:
        SwitchRankError: it cannot be had, or has another size or checksum.
        OSError: it cannot be written.
    """
    if _size(partial) > file.size:
        partial.unlink()
    resumed = partial.is_file()
    found = _complete(file, partial, timeout, pause)
    if found != file.sha256 and resumed:
        partial.unlink()
        found = _complete(file, partial, timeout, pause)
    if found != file.sha256:
        partial.unlink()
        raise SwitchRankError(f"{file.name}: found sha256 {found}, expected {file.sha256} (data/sources.csv)")


def _complete(file: Pinned, partial: Path, timeout: float, pause: Callable[[float], None]) -> str:
    """Try until all bytes are there; their checksum."""
    failures, most = 0, _size(partial)
    progress = Progress(f"fetch {file.name}", file.size, "bytes", done=most)
    while True:
        try:
            return _attempt(file, partial, timeout, progress)
        except (HTTPException, OSError) as error:
            if refusal(error):
                partial.unlink(missing_ok=True)  # what fills the disk
                raise
            if _size(partial) > most:
                failures, most = 0, _size(partial)
            wait = _wait(error, failures)
            if wait is None:
                raise SwitchRankError(f"cannot download {file.url}: {_reason(error)}") from error
            progress.say(f"{_reason(error)}; trying again in {wait:.0f} s")
            failures += 1
            pause(wait)


def _attempt(file: Pinned, partial: Path, timeout: float, progress: Progress) -> str:
    digest, done = _begun(partial)
    if done == file.size:
        return digest.hexdigest()
    request = urllib.request.Request(file.url, headers={"Accept-Encoding": "identity"})
    if done:
        request.add_header("Range", f"bytes={done}-")
    try:
        answer = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == _NO_SUCH_RANGE:
            partial.unlink(missing_ok=True)
        raise
    with answer:
        if done and not _continues(answer, done):
            digest, done = hashlib.sha256(), 0
        _refuse_other_size(file, answer, done)
        progress.done = done
        with open(partial, "ab" if done else "wb") as output:
            while block := answer.read1(_BLOCK):
                output.write(block)
                digest.update(block)
                done += len(block)
                progress.advance(len(block))
                if done > file.size:
                    break
    if done > file.size:
        partial.unlink()
        raise SwitchRankError(f"{file.name}: found more than the expected {file.size} bytes (data/sources.csv)")
    if done < file.size:
        raise ConnectionError(f"the connection ended after {done:,} of {file.size:,} bytes")
    return digest.hexdigest()


def _begun(partial: Path) -> tuple[_Hash, int]:
    """Checksum and size of what is there."""
    digest, done = hashlib.sha256(), 0
    if partial.is_file():
        with open(partial, "rb") as begun:
            while block := begun.read(_BLOCK):
                digest.update(block)
                done += len(block)
    return digest, done


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.is_file() else 0


def _continues(answer: Any, done: int) -> bool:
    """Whether the answer starts after the bytes that are there, and not at the beginning of the file."""
    return answer.status == 206 and str(answer.headers["Content-Range"]).startswith(f"bytes {done}-")


def _refuse_other_size(file: Pinned, answer: Any, done: int) -> None:
    given = answer.headers["Content-Length"]
    if given is not None and given.isdecimal() and int(given) + done != file.size:
        raise SwitchRankError(
            f"{file.name}: found {int(given) + done} bytes, expected {file.size} (data/sources.csv): it is another "
            f"file now at {file.url}"
        )


def _wait(error: Exception, failures: int) -> float | None:
    """Seconds before the next try; None if there is none."""
    if failures == len(_WAITS) or not _may_pass(error):
        return None
    asked = _retry_after(error)
    if asked is None:
        return _WAITS[failures]
    return asked if asked <= _LONGEST else None


def _may_pass(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code in _TEMPORARY or error.code == _NO_SUCH_RANGE
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return isinstance(cause, HTTPException | ConnectionError | TimeoutError)


def _retry_after(error: Exception) -> float | None:
    """Seconds that the server asks to wait: a number, or a date (RFC 9110, 10.2.3)."""
    value = error.headers["Retry-After"] if isinstance(error, urllib.error.HTTPError) else None
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    asked = _retry_after(error)
    return f"{error}" + (f" (it asks to wait {asked:.0f} s)" if asked is not None else "")
