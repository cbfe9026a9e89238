"""Progress of a long job: one line every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Progress:
    """Count work done and print at intervals `label: done/total unit (share), rate, time left`.

    Args:
        label: what is being done, e.g. `train_ranker mlcs`.
        total: how much there is to do.
        unit: what is counted, e.g. `steps`.
        every: seconds between two lines; a job shorter than this prints only its end.
        done: what an earlier attempt has already done; it counts, but not in the rate.
    """

    def __init__(self, label: str, total: int, unit: str, every: float = 10.0, done: int = 0) -> None:
        self.label, self.total, self.unit, self.every = label, total, unit, every
        self.done = self.before = done
        self.ended = False
        self.started = self.shown = time.monotonic()

    def advance(self, amount: int = 1, note: str = "") -> None:
        """Count `amount` more; print a line if the last one is old enough, and once at the end."""
        self.done += amount
        now = time.monotonic()
        last = self.done >= self.total and not self.ended
        if last or now - self.shown >= self.every:
            self.shown = now
            self.ended = self.ended or last
            self._show(now, note)

    def say(self, text: str) -> None:
        """Print `label: text`."""
        say(f"{self.label}: {text}")

    def _show(self, now: float, note: str) -> None:
        seconds = max(now - self.started, 1e-9)
        rate = (self.done - self.before) / seconds
        left = max(self.total - self.done, 0) / rate if rate else float("inf")
        share = 100 * self.done / max(self.total, 1)
        tail = f", {note}" if note else ""
        print(
            f"{self.label}: {self.done:,}/{self.total:,} {self.unit} ({share:.0f} %), "
            f"{rate:,.1f} {self.unit}/s, {left:,.0f} s left{tail}",
            file=sys.stderr,
            flush=True,
        )


def say(text: str) -> None:
    """Print a line to the log."""
    print(text, file=sys.stderr, flush=True)


def track(items: Iterable[T], label: str, total: int, unit: str) -> Iterator[T]:
    """Yield `items` unchanged while showing their progress."""
    progress = Progress(label, total, unit)
    for item in items:
        yield item
        progress.advance()
