"""Corrections of p-values for the number of comparisons in a family.

A comparison that could not be computed (None) stays None but counts in its family, with p = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

PValues = Sequence[float | None]
Floats = NDArray[np.float64]


def adjusted(p_values: PValues, families: Sequence[str], correction: str) -> list[float | None]:
    """Correct within families.

    Args:
        p_values: of all comparisons.
        families: the family of each.
        correction: none, bonferroni, holm or bh.
    """
    found: list[float | None] = [None] * len(p_values)
    for family in sorted(set(families)):
        members = [index for index, name in enumerate(families) if name == family]
        for index, value in zip(members, CORRECTIONS[correction]([p_values[i] for i in members]), strict=True):
            found[index] = value
    return found


def holm(p_values: PValues) -> list[float | None]:
    """Step-down adjustment (Holm 1979, Scandinavian Journal of Statistics 6): the i-th smallest of m
    p-values times m − i + 1, at least the one before it, at most 1."""

    def step_down(known: Floats) -> Floats:
        order = np.argsort(known, kind="stable")
        stepped = known[order] * np.arange(len(known), 0, -1)
        result = np.empty(len(known))
        result[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
        return result

    return _applied(step_down, p_values)


def bonferroni(p_values: PValues) -> list[float | None]:
    """Every p-value times their number, at most 1 (Dunn 1961, JASA 56)."""
    return _applied(lambda known: np.minimum(known * len(known), 1.0), p_values)


def benjamini_hochberg(p_values: PValues) -> list[float | None]:
    """Step-up adjustment for the false discovery rate (Benjamini & Hochberg 1995, JRSS B 57)."""
    return _applied(lambda known: stats.false_discovery_control(known, method="bh"), p_values)


CORRECTIONS: dict[str, Callable[[PValues], list[float | None]]] = {
    "none": list,
    "bonferroni": bonferroni,
    "holm": holm,
    "bh": benjamini_hochberg,
}


def _applied(correct: Callable[[Floats], Floats], p_values: PValues) -> list[float | None]:
    if not p_values:
        return []
    known = np.array([1.0 if p is None else p for p in p_values], dtype=np.float64)
    return [None if p is None else float(value) for p, value in zip(p_values, correct(known), strict=True)]
