"""A lexicon as used by switching and Translate Test."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from switchrank import tables


def read_lexicon(path: str | Path) -> dict[str, str]:
    """Best translation by source entry.

    Raises:
        SwitchRankError: the file is not a LEXICON table.
    """
    best = tables.read(path, tables.LEXICON).filter(pl.col("choice") == 1)
    return dict(zip(best["source"].to_list(), best["target"].to_list(), strict=True))
