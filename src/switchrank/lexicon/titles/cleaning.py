"""What is removed from titles before they are used."""

from __future__ import annotations

from functools import partial

import polars as pl

from switchrank.lexicon.settings import Cleaning
from switchrank.normalising import lower

_NAMESPACE = r"(?s)^[^:：]*[:：]"
_PARENTHESIS = r"(?s)[(（].*$"


def clean_pairs(pairs: pl.DataFrame, settings: Cleaning | None, languages: tuple[str, str]) -> tuple[pl.DataFrame, int]:
    """Clean titles as the code of arXiv 2305.05295 does, colons and parentheses of full width included.

    The text before the first colon is removed, then everything from the first parenthesis on, then white space at the
    ends. If nothing is left of a title, its pair is left out.

    Args:
        pairs: parallel titles, columns `source` and `target`.
        settings: what is removed, and where; nothing when absent.
        languages: ISO 639-1 codes of source and target, whose lower case may be their own.

    Returns:
        the pairs in their order, and the number of pairs with an empty side.
    """
    if settings is None:
        return pairs, 0
    codes = dict(zip(("source", "target"), languages, strict=True))
    columns = ["target"] if settings.sides == "target" else ["source", "target"]
    cleaned = pairs.with_columns(_cleaned(pl.col(name), settings, codes[name]) for name in columns)
    kept = cleaned.filter(pl.all_horizontal(pl.col(name) != "" for name in columns))
    return kept, cleaned.height - kept.height


def _cleaned(text: pl.Expr, settings: Cleaning, language: str) -> pl.Expr:
    if settings.namespace:
        text = text.str.replace(_NAMESPACE, "")
    if settings.parenthesis:
        text = text.str.replace(_PARENTHESIS, "")
    if settings.case == "lower":
        text = text.map_elements(partial(lower, language=language), pl.String)
    return text.str.strip_chars()
