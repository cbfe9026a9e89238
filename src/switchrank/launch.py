"""Start the processes that train one model, and end them together."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as multiprocessing

from switchrank import distributed
from switchrank.errors import SwitchRankError

_STOPPED = 1
_LINE, _ERROR = "line", "error"


def process_count(asked: int) -> int:
    """How many processes a job starts: as many as asked for, or with 0 one for each visible GPU (one at least)."""
    return asked or max(1, torch.cuda.device_count())


def launch(function: Callable[..., None], processes: int, *args: Any) -> None:
    """Call a function in several processes that can reach each other through `switchrank.distributed`.

    One process is this one. More are new ones, that end together: SIGTERM is handed on to all, and when one
    dies the others are killed. Tensors among the arguments are shared, not copied. What process 0 writes to stderr goes
    to this process's.

    Args:
        function: of a module that can be imported; it writes its result itself.
        processes: how many.
        args: of the function.

    Raises:
        SwitchRankError: raised by the function in any process, or a process died.
    """
    if processes == 1:
        with distributed.joined():
            function(*args)
        return
    context = multiprocessing.get_context("spawn")
    lines = context.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="switchrank-") as folder:
        store = str(Path(folder) / "store")
        started = [
            context.Process(target=_run, args=(function, args, number, processes, store, lines), daemon=True)
            for number in range(processes)
        ]
        with _without_main():
            for process in started:
                process.start()
        with _handing_on(started):
            errors = _attend(started, lines)
    if errors:
        raise SwitchRankError(errors[0])


def _run(function: Callable[..., None], args: tuple[Any, ...], number: int, count: int, store: str, lines: Any) -> None:
    """The life of one process."""
    os.environ["LOCAL_RANK"] = str(number)
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stderr = _Sent(lines, number)  # type: ignore[assignment]
    with distributed.joined(store, number, count):
        try:
            function(*args)
        except SwitchRankError as error:
            lines.put((_ERROR, str(error)))
            os._exit(_STOPPED)  # the others may wait for this one: no farewell that needs them
        except Exception:
            lines.put((_LINE, traceback.format_exc()))
            os._exit(_STOPPED)


def _end_with_parent() -> None:
    """Left behind by a killed parent, this process would train on, and write where the next attempt does."""
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(_STOPPED)


class _Sent:
    """A text stream whose text the parent writes; only process 0's."""

    def __init__(self, lines: Any, number: int) -> None:
        self.lines, self.speaks = lines, number == 0

    def write(self, text: str) -> int:
        if self.speaks:
            self.lines.put((_LINE, text))
        return len(text)

    def flush(self) -> None:
        pass


def _attend(started: list[Any], lines: Any) -> list[str]:
    """Pass on what is said until all processes have ended; the errors, first things first."""
    errors: list[str] = []
    running = {process.sentinel: process for process in started}
    while running:
        ended = [running.pop(found) for found in wait([*running, lines._reader]) if found in running]
        _pass_on(lines, errors)
        for process in ended:
            process.join()
        failed = sorted((process.exitcode, started.index(process)) for process in ended if process.exitcode)
        if failed:  # killed ones come first: the others only lost their connection to them
            _pass_on(lines, errors)
            errors += [f"process {number} of {len(started)} ended with code {code}" for code, number in failed]
            _end(running.values(), patience=5.0)
    _pass_on(lines, errors)
    return errors


def _end(processes: Any, patience: float) -> None:
    """Processes that are left behind wait for the dead one for ever: a moment to end by themselves, then kill."""
    for process in list(processes):
        process.join(patience)
        if process.is_alive():
            process.kill()


def _pass_on(lines: Any, errors: list[str]) -> None:
    while not lines.empty():
        kind, text = lines.get()
        if kind == _ERROR:
            errors.append(text)
        else:
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def _handing_on(started: list[Any]) -> Iterator[None]:
    """SIGTERM goes to the processes, which end by themselves, and this one after them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def forward(number: int, frame: object) -> None:
        for process in started:
            if process.is_alive():
                os.kill(process.pid, number)

    before = signal.signal(signal.SIGTERM, forward)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _without_main() -> Iterator[None]:
    """New processes import the main module, which is a job's script here and would run once more."""
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    for name in kept:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
