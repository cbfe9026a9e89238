"""A figure and its description in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # only what draws needs matplotlib, not what reads the configuration
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A figure and its description in words."""

    figure: Figure
    words: str


def canvas(**options: Any) -> Figure:
    """An empty figure; `options` are those of `matplotlib.figure.Figure`."""
    from matplotlib.figure import Figure

    return Figure(**options)


def nothing(why: str) -> Drawing:
    """A figure with only a sentence, so that a run with too few systems or pairs still gets its report.

    Args:
        why: the sentence, which says what is missing.
    """
    figure = canvas(figsize=(6.4, 1.0))
    figure.text(0.5, 0.5, why, ha="center", va="center")
    return Drawing(figure, why)
