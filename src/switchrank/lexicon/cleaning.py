"""What is cut off titles before they are used."""

from __future__ import annotations

import polars as pl

from switchrank.lexicon.settings import Cleaning

_NAMESPACE = r"(?s)^[^:：]*[:：]"
_PARENTHESIS = r"(?s)[(（].*$"


def clean_pairs(pairs: pl.DataFrame, settings: Cleaning | None) -> tuple[pl.DataFrame, int]:
    """Clean titles as the code of arXiv 2305.05295 does, colons and parentheses of full width included.

    What stands before the first colon goes, then everything from the first parenthesis on, then white space at the
    ends. A title of which nothing is left goes with its pair.

    Args:
        pairs: parallel titles, columns `source` and `target`.
        settings: what is cut off, and where; nothing when absent.

    Returns:
        the pairs in their order, and the number of pairs of which a side was left empty.
    """
    if settings is None:
        return pairs, 0
    columns = ["target"] if settings.sides == "target" else ["source", "target"]
    cleaned = pairs.with_columns(_cleaned(pl.col(name), settings) for name in columns)
    kept = cleaned.filter(pl.all_horizontal(pl.col(name) != "" for name in columns))
    return kept, cleaned.height - kept.height


def _cleaned(text: pl.Expr, settings: Cleaning) -> pl.Expr:
    if settings.namespace:
        text = text.str.replace(_NAMESPACE, "")
    if settings.parenthesis:
        text = text.str.replace(_PARENTHESIS, "")
    return (text.str.to_lowercase() if settings.case == "lower" else text).str.strip_chars()
