"""Training texts tokenised once; every corpus switches the same tokens."""

from __future__ import annotations

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import TOKENS
from switchrank.words import spans


def tokenize(texts: pl.DataFrame, key: str) -> pl.DataFrame:
    """English texts as spans and lower-case words.

    Args:
        texts: QUERIES or PASSAGES table, English.
        key: its id column.

    Returns:
        TOKENS table: id, text, start and end (characters) and word of each token.

    Raises:
        SwitchRankError: a text is not English.
    """
    others = texts.filter(pl.col("language") != "en")
    if others.height:
        raise SwitchRankError(f"{key} {others[key][0]!r} is in {others['language'][0]!r}; training texts are English")
    found = [spans(text, "en") for text in texts["text"]]
    return pl.DataFrame(
        {
            "id": texts[key],
            "text": texts["text"],
            "start": pl.Series([[start for start, _ in row] for row in found], dtype=pl.List(pl.Int32)),
            "end": pl.Series([[end for _, end in row] for row in found], dtype=pl.List(pl.Int32)),
            "word": pl.Series(
                [
                    [text[start:end].lower() for start, end in row]
                    for text, row in zip(texts["text"], found, strict=True)
                ],
                dtype=pl.List(pl.String),
            ),
        }
    ).select(list(TOKENS.columns))
