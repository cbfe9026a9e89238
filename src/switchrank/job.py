"""What every script of the workflow does around its one call: log, threads, errors.

Nothing here can change a result, so the fingerprints leave this module out (see `provenance`).
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from switchrank.errors import SwitchRankError


class _Tee:
    """A text stream that writes to the terminal and to the job's log."""

    def __init__(self, *streams: TextIO) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            stream.write(text)
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            stream.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self.streams[0].fileno()


@contextmanager
def job(log: str, threads: int = 1) -> Iterator[None]:
    """Run a script's body: stderr also goes to `log`, libraries keep to `threads`, and bad
    input ends as one line and exit code 1 (a traceback only with `SWITCHRANK_DEBUG=1`).

    Args:
        log: path of the job's log file; its folder is made.
        threads: how many threads numerical libraries may use. Training and scoring sum floats
            in an order that depends on it, so it is the job's `threads`, not the machine's.
    """
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    terminal = sys.stderr
    with open(log, "w", encoding="utf-8") as file:
        sys.stderr = _Tee(terminal, file)  # type: ignore[assignment]
        try:
            yield
        except SwitchRankError as error:
            if os.environ.get("SWITCHRANK_DEBUG"):
                traceback.print_exc()
            print(f"error: {error}", file=sys.stderr, flush=True)
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc(file=file)  # the terminal gets it from the interpreter
            raise
        finally:
            sys.stderr = terminal
