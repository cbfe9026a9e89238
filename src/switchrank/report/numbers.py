"""Numbers as printed in tables, figures and the page."""

from __future__ import annotations


def signed(points: float, digits: int = 1) -> str:
    """A difference with its sign; one that rounds to zero has none."""
    text = f"{points:+.{digits}f}".replace("-", "−")
    return text[1:] if not text.strip("+−0.") else text


def p_text(p_value: float) -> str:
    """A p-value to two digits; the very small as a bound."""
    return "< 0.0001" if p_value < 0.0001 else f"= {p_value:.2g}" if p_value < 0.1 else f"= {p_value:.2f}"


def number(value: float, digits: int = 3) -> str:
    """A count as a whole number with separators, another value with decimals."""
    return f"{int(value):,}" if value.is_integer() and abs(value) >= 2 else f"{value:.{digits}f}"
