"""Start the processes that train one model, and stop them together."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.multiprocessing as multiprocessing

from switchrank.errors import SwitchRankError
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints

_STOPPED = 1
_LINE, _ERROR = "line", "error"
T = TypeVar("T")


def process_count(asked: int) -> int:
    """How many processes a job starts: as many as given, or with 0 one per visible GPU (at least one)."""
    return asked or max(1, torch.cuda.device_count())


def launch(function: Callable[..., None], processes: int, *args: Any) -> None:
    """Call a function in several processes that can reach each other through `switchrank.training.distributed`.

    A single process is this one. Several are new ones, which end together: SIGTERM is passed on to all, and when one
    dies the others are killed. Tensors among the arguments are shared, not copied. What process 0 writes to stderr is
    passed on to that of this process.

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


def train_and_save(
    train: Callable[..., T], save: Callable[[T], None], checkpoints: Checkpoints, given: Mapping[str, Any]
) -> None:
    """Train in this process, and with others that `launch` started; process 0 saves the result.

    Args:
        train: a training function that takes `checkpoints`; all processes return the same.
        save: writes its result.
        checkpoints: of the training; deleted after the result is written.
        given: further arguments of `train`, by name.
    """
    result = train(**given, checkpoints=checkpoints)
    if distributed.rank() == 0:
        save(result)
        checkpoints.discard()
    distributed.barrier()


def _run(function: Callable[..., None], args: tuple[Any, ...], number: int, count: int, store: str, lines: Any) -> None:
    """The main function of one process."""
    os.environ["LOCAL_RANK"] = str(number)
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stderr = _Sent(lines, number)  # type: ignore[assignment]
    with distributed.joined(store, number, count):
        try:
            function(*args)
        except SwitchRankError as error:
            lines.put((_ERROR, str(error)))
            os._exit(_STOPPED)  # the others may wait for this one: end without an exchange with them
        except Exception:
            lines.put((_LINE, traceback.format_exc()))
            os._exit(_STOPPED)


def _end_with_parent() -> None:
    """After its parent was killed, this process would continue to train and write to the same files as the next
    attempt."""
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
    """Pass on the output until all processes have ended; returns the errors, the cause first."""
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
    """The other processes would wait for the dead one forever: give them a moment to end, then kill them."""
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
    """Pass SIGTERM to the processes, which end by themselves; this one ends after them."""
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
    """Keep new processes from importing the main module, which is a job's script and would run again."""
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    for name in kept:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
