"""Figures as reproducible files, and as parts of a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import matplotlib
from markupsafe import Markup, escape

from switchrank.errors import SwitchRankError
from switchrank.report.figures.drawing import Drawing

_NO_METADATA: dict[str, dict[str, None]] = {
    "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
    "pdf": dict.fromkeys(("CreationDate", "Creator", "Producer")),
}
_DEFAULT_LOOK = "stroke-linejoin:round;stroke-linecap:butt"
"""The rule of matplotlib's style sheet for all elements; inside a page it would apply to the whole page."""


def make_figure(draw: Callable[[], Drawing], caption: str, style: str | Path) -> tuple[str, bytes]:
    """Draw one figure.

    Args:
        draw: draws it, in the current style.
        caption: of the figure.
        style: a matplotlib style file; what it does not set is matplotlib's default.

    Returns:
        The figure as SVG, with its caption as title and its values as description, and as PDF. Equal
        input gives equal bytes.

    Raises:
        SwitchRankError: there is no style file.
    """
    if not Path(style).is_file():
        raise SwitchRankError(f"{style}: no such file; expected matplotlib's settings for figures")
    with matplotlib.rc_context(fname=style):
        drawing = draw()
        files = {name: io.BytesIO() for name in _NO_METADATA}
        for name, file in files.items():
            drawing.figure.savefig(file, format=name, metadata=_NO_METADATA[name])
    svg = files["svg"].getvalue().decode("utf-8")
    return _described(svg, caption, drawing.words), files["pdf"].getvalue()


def inline(svg: str, name: str) -> Markup:
    """An SVG file of `make_figure` as an element of a page.

    Args:
        svg: the file's text.
        name: of the figure; keeps the ids of several figures apart.

    Returns:
        `<svg>` that scales with the page and has a title and description for screen readers. It names no
        address, and its style sheet applies only to itself.
    """
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", element, count=1, flags=re.DOTALL)
    element = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", element)
    element = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{name}-", element)
    opening, rest = element.split(">", 1)
    opening = re.sub(r'\s(width|height|version)="[^"]*"', "", opening)
    labels = f'role="img" aria-labelledby="{name}-title {name}-description" style="{_DEFAULT_LOOK}"'
    return Markup(f"{opening} {labels}>{rest}")


def _described(svg: str, title: str, words: str) -> str:
    start = svg.index(">", svg.index("<svg")) + 1
    described = f'\n <title id="title">{escape(title)}</title>\n <desc id="description">{escape(words)}</desc>'
    return svg[:start] + described + svg[start:]
