"""The one exception that carries a message for the user instead of a traceback."""

from __future__ import annotations


class SwitchRankError(Exception):
    """Bad input: the message names the file, key or row, the value found, and what is allowed."""
