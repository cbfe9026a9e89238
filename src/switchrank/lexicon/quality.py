"""How well a lexicon fits the text that it will switch."""

from __future__ import annotations

from collections import Counter

import polars as pl

from switchrank.tables import QUALITY
from switchrank.words import has_letter


def score_lexicon(lexicons: dict[str, pl.DataFrame], tokens: list[pl.DataFrame]) -> pl.DataFrame:
    """Coverage of the training text, size, share of copies and mean margin for every target language.

    Args:
        lexicons: LEXICON tables out of English by target language.
        tokens: TOKENS tables of the training text.

    Returns:
        QUALITY table with measures `entries`, `type coverage`, `token coverage` (share of the text's
        different words and of its words that are an entry of their own), `identical share`, `mean margin`.
    """
    counts = Counter(word for table in tokens for row in table["word"].to_list() for word in row if has_letter(word))
    rows = [
        {"source": "en", "target": language, "measure": measure, "value": value}
        for language, lexicon in sorted(lexicons.items())
        for measure, value in _measures(lexicon, counts).items()
    ]
    return pl.DataFrame(rows, schema={name: pl.Float64 if name == "value" else pl.String for name in QUALITY.columns})


def _measures(lexicon: pl.DataFrame, counts: Counter[str]) -> dict[str, float]:
    first = lexicon.filter(pl.col("choice") == 1)
    known = set(first["source"]) & set(counts)
    same = first.filter(pl.col("source").str.to_lowercase() == pl.col("target").str.to_lowercase()).height
    margin = first.select(pl.col("margin").cast(pl.Float64).mean()).item()
    return {
        "entries": float(first.height),
        "type coverage": len(known) / max(len(counts), 1),
        "token coverage": sum(counts[word] for word in known) / max(counts.total(), 1),
        "identical share": same / max(first.height, 1),
        "mean margin": float(margin or 0.0),
    }
