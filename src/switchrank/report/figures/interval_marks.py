"""Marks with intervals, side by side in groups, and the legend that names them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # only what draws needs matplotlib, not what reads the configuration
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_MARKERS = "osD^vPX*"
_APART, _JOINED = 0.5, 0.15
"""Part of the space between two groups that the marks of one group may take; small if lines join the groups, since
their positions on the axis then are values."""
_LINE = 13
"""Characters of a line of the legend per inch of the figure's width."""
_HANDLE = 6
"""Width, in characters, of the mark before a name in the legend and the space after it."""


@dataclass(frozen=True)
class Point:
    """A mark: value, and the ends of its interval if it has one."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """Marks of one style, named in the legend."""

    name: str
    points: list[Point]


def dots(
    axes: Axes, series: Sequence[Series], places: Mapping[str, float], joined: bool, spread: float | None = None
) -> None:
    """Draw marks with their intervals; those of one group are side by side, so that no bar hides another.

    Args:
        axes: where.
        series: each takes the next colour and shape, also if it has no points.
        places: positions of the labels on the horizontal axis.
        joined: whether lines join the marks of a series.
        spread: part of the space between two groups that one group may take.
    """
    room = min((b - a for a, b in pairwise(sorted(places.values()))), default=1.0)
    step = (spread or (_JOINED if joined else _APART)) * room / max(len(series), 1)
    for index, item in enumerate(series):
        shift = step * (index - (len(series) - 1) / 2)
        points = sorted(item.points, key=lambda point: places[point.label])
        at, values = [places[point.label] + shift for point in points], [point.value for point in points]
        marker, line = _MARKERS[index % len(_MARKERS)], "-" if joined else "none"
        (marks,) = axes.plot(at, values, marker=marker, linestyle=line, label=item.name, clip_on=False)
        marks.set_gid(f"marks-{index}")
        _bars(axes, at, points, marks.get_color(), f"intervals-{index}")


def _bars(axes: Axes, at: Sequence[float], points: Sequence[Point], color: Any, name: str) -> None:
    ends = [[_reach(point, point.low) for point in points], [_reach(point, point.high) for point in points]]
    if any(point.low is not None for point in points):
        bars = axes.errorbar(at, [point.value for point in points], yerr=ends, fmt="none", ecolor=color)
        bars.lines[2][0].set_gid(name)


def _reach(point: Point, end: float | None) -> float:
    """How far an interval extends from its value; no bar is drawn for NaN."""
    return math.nan if end is None else max(abs(end - point.value), 0.0)


def places_of(labels: Sequence[str]) -> dict[str, float]:
    """Positions of labels: numbers at their values, words side by side."""
    numbers = numbers_of(labels)
    return dict(zip(labels, range(len(labels)) if numbers is None else numbers, strict=True))


def numbers_of(labels: Sequence[str]) -> list[float] | None:
    """The labels as numbers, None if one is not a number or two are equal."""
    try:
        numbers = [float(label) for label in labels]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) and len(set(numbers)) == len(numbers) else None


def legend_above(figure: Figure, handles: Sequence[Artist], names: Sequence[str]) -> None:
    """One legend above all panels, with as many columns as fit with its longest name.

    Args:
        figure: its width and the style decide how much fits.
        handles: one mark or line per name.
        names: a line longer than the figure is folded.
    """
    room = int(_LINE * figure.get_figwidth()) - _HANDLE
    folded = [fill(name, room) for name in names]
    longest = max((len(line) for name in folded for line in name.splitlines()), default=0)
    columns = max(1, min(len(names), 4, (room + _HANDLE) // (longest + _HANDLE)))
    figure.legend(handles, folded, ncols=columns, loc="outside upper left")
