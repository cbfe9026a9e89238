"""The terminal output of a workflow: short lines, in any encoding of the terminal."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterable

WIDTH = 160
"""Characters of a line on the terminal; the log has the whole line."""


class Shortened(logging.Formatter):
    """Shortens the long lines of another formatter: a list of hundreds of files keeps its first ones.

    Messages without an event, such as errors, are not shortened.
    """

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        text = self.formatter.format(record)
        if not text or (record.levelno >= logging.ERROR and getattr(record, "event", None) is None):
            return text
        return "\n".join(map(shortened, text.split("\n")))


def shortened(line: str, width: int = WIDTH) -> str:
    """A line of at most `width` characters; a list between commas ends after an item, with the number of the others."""
    if len(line) <= width:
        return line
    room = width - len(", … and 1,000,000 more")
    items = line[:room].rpartition(", ")[0]
    if items:
        return f"{items}, … and {line[len(items) :].count(', '):,} more"
    return f"{line[:room]}… and {len(line) - room:,} more"


def prepare(handlers: Iterable[logging.Handler]) -> None:
    """Make the terminal and the log accept every character, and shorten lines on the terminal.

    Args:
        handlers: those of Snakemake's logger.
    """
    handlers = list(handlers)
    for stream in (sys.stdout, sys.stderr, *(getattr(handler, "stream", None) for handler in handlers)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for handler in handlers:
        on_terminal = isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler)
        if on_terminal and handler.formatter and not isinstance(handler.formatter, Shortened):
            handler.setFormatter(Shortened(handler.formatter))


def show(text: str) -> None:
    """Print at the end of a run, which does not fail if the reader has closed the pipe (`snakemake | head`)."""
    if sys.stdout is None:  # closed before the start
        return
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        # the interpreter would try again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
