"""What every script of the workflow does around its one call: log, threads, environment, errors.

Nothing here can change a result, so the fingerprints leave this module out (see `provenance`).
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from switchrank import environment
from switchrank.errors import SwitchRankError
from switchrank.files import refusal, written
from switchrank.threads import limited, variables


class _Tee:
    """A text stream that writes to the terminal and to the job's log.

    A failure to show text does not fail the job: letters that the terminal's encoding lacks are escaped, and a terminal
    that is closed or a log on a full disk loses the text.
    """

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            with suppress(OSError):
                try:
                    stream.write(text)
                except UnicodeEncodeError as error:
                    stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            with suppress(OSError):
                stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.streams[0].fileno()


@contextmanager
def job(log: str, threads: int = 1) -> Iterator[None]:
    """Run a script's body: stderr also goes to `log`, libraries keep to `threads` and out of the home directory. Bad
    input, and a disk that is full or read-only, end as one line and exit code 1 (a traceback only with
    `SWITCHRANK_DEBUG=1`).

    Args:
        log: path of the job's log file; its folder is made.
        threads: how many threads numerical libraries may use. Training and scoring sum floats
            in an order that depends on it, so it is the job's `threads`, not the machine's.
    """
    terminal = sys.stderr
    file = _open_log(log)
    sys.stderr = _Tee(terminal, file)  # type: ignore[assignment]
    try:
        with variables(environment.of_libraries()), limited(threads):
            yield
    except Exception as error:
        message = str(error) if isinstance(error, SwitchRankError) else refusal(error)
        if message is None:
            traceback.print_exc(file=_Tee(file))
            raise  # the terminal gets the traceback from the interpreter
        _stop(message)
    finally:
        sys.stderr = terminal
        with suppress(OSError):
            file.close()


def _open_log(log: str) -> TextIO:
    try:
        with written(log):
            Path(log).parent.mkdir(parents=True, exist_ok=True)
            return open(log, "w", encoding="utf-8", errors="backslashreplace")
    except SwitchRankError as error:
        _stop(str(error))
        raise


def _stop(message: str) -> None:
    if os.environ.get("SWITCHRANK_DEBUG"):
        traceback.print_exc()
    print(f"error: {message}", file=sys.stderr, flush=True)
    raise SystemExit(1) from None
