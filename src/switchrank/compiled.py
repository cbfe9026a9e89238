"""Functions compiled by numba, whose machine code is kept until any code that it depends on changes.

A compiled function contains functions and constants of other files, but numba compares only its own file: an
edit of another file would leave the old machine code in use. Here machine code is kept in a folder named by the
fingerprint of the function's module and of all first-party modules that this one reaches, and numba compares that
fingerprint once more. A copy of the folder works as well.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from numba import config, njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, InTreeCacheLocator

from switchrank.provenance import fingerprint

_SOURCE = Path(__file__).resolve().parents[1]
_KEPT = 4
"""Folders kept for each module; the least recently used ones are deleted."""


def compiled(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Decorate a function: it is compiled in numba's nopython mode, runs without the interpreter's lock, and its
    machine code is kept.

    Args:
        function: what is decorated; absent where options are given.
        options: further options of `numba.njit`, without `cache`.
    """
    if function is None:
        return partial(compiled, **options)
    dispatcher = njit(nogil=True, **options)(function)
    with suppress(OSError):  # no folder is writable: compiled again in each process
        dispatcher._cache = _Cache(function)
    return dispatcher


class _Locator(InTreeCacheLocator):  # type: ignore[misc]
    """Where the machine code of a function is kept, and the fingerprint that it must match."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        super().__init__(function, file)
        self._code = _code_of(file)
        self._cache_path = str(_folder_of(Path(file), self._code))

    def get_source_stamp(self) -> str:
        return self._code


class _Kept(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _Kept

    def save_overload(self, signature: Any, data: Any) -> None:
        """Keep machine code; where that is impossible (a full disk) it is compiled again next time."""
        with suppress(OSError):
            super().save_overload(signature, data)


@cache
def _code_of(file: str) -> str:
    return fingerprint(file, _SOURCE)


@cache
def _folder_of(file: Path, code: str) -> Path:
    """The folder of a module's machine code: NUMBA_CACHE_DIR if it is set, else next to the source, else temporary."""
    name = f"{file.parent.name}.{file.stem}"
    places = [Path(config.CACHE_DIR)] if config.CACHE_DIR else [file.parent / "__pycache__" / "compiled"]
    for place in places:
        with suppress(OSError):
            return _made(place, name, code)
    return _made(_temporary(), name, code)


def _made(place: Path, name: str, code: str) -> Path:
    """The folder, made and tried; the oldest of its neighbours for the same module go.

    Raises:
        OSError: it cannot be made or written into.
    """
    folder = place / f"{name}.{code}"
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()
    os.utime(folder)
    with suppress(OSError):  # another process may be removing them too
        by_use = sorted(place.glob(f"{name}.*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in by_use[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    return folder


@cache
def _temporary() -> Path:
    """A folder of this user among the temporary files; a private one if somebody else has taken its name."""
    folder = Path(tempfile.gettempdir()) / f"switchrank-{os.getuid()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
            return folder
    private = Path(tempfile.mkdtemp(prefix="switchrank-"))
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    return private
