"""A figure and what it shows, in words."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A figure and what it shows, in words."""

    figure: Figure
    words: str


def nothing(why: str) -> Drawing:
    """A figure of one sentence: a run of fewer systems or pairs still gets its report.

    Args:
        why: what there would have to be.
    """
    figure = Figure(figsize=(6.4, 1.0))
    figure.text(0.5, 0.5, why, ha="center", va="center")
    return Drawing(figure, why)
