"""Mistakes that a list of names can have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def outside(key: str, found: list[str], allowed: list[str]) -> Iterable[str]:
    """Values of a list that are not among those allowed."""
    for value in found:
        if value not in allowed:
            yield f"{key}: found {value!r}; allowed: {', '.join(dict.fromkeys(allowed))}"


def repeats(key: str, values: list[Any]) -> Iterable[str]:
    """Values that a list holds twice."""
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield f"{key}: found {value!r} twice; each may occur once"
