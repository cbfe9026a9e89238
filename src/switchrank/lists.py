"""Names in the configuration: those that an entry refers to, and mistakes that a list of them can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Reference = tuple[str, str, Iterable[str]]
"""A key, the name found there, and the names allowed there."""


def each(key: str, names: Sequence[str] | None, known: Iterable[str]) -> Iterator[Reference]:
    """The names of a list that may be absent."""
    return ((f"{key}.{index}", name, known) for index, name in enumerate(names or []))


def outside(key: str, found: list[str], allowed: list[str]) -> Iterable[str]:
    """Values of a list that are not among those allowed."""
    for value in found:
        if value not in allowed:
            yield f"{key}: found {value!r}; allowed: {', '.join(dict.fromkeys(allowed))}"


def repeats(key: str, values: list[Any]) -> Iterable[str]:
    """Values that a list holds twice."""
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield f"{key}: found {value!r} twice; each may occur once"
