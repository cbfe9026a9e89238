"""Texts as a pair of languages shows them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED


def shown(texts: Mapping[str, pl.DataFrame], wanted: str, mixed: pl.DataFrame | None, key: str) -> pl.DataFrame:
    """One side of a benchmark in one language, or in the language drawn for each id (MLIR), or in all languages.

    Args:
        texts: tables with the column `key` and text, by language.
        wanted: language code, or `xx`.
        mixed: MIXED table. Without one, `xx` shows the texts of all languages, whose ids are different.
        key: `query_id` or `doc_id`.

    Raises:
        SwitchRankError: an id has no text in the language drawn for it.
    """
    if wanted != MIXED:
        return texts[wanted].select(key, "text")
    if mixed is None:
        return pl.concat([table.select(key, "text") for _, table in sorted(texts.items())])
    every = pl.concat([table.select(key, "text", drawn=pl.lit(code)) for code, table in sorted(texts.items())])
    drawn = mixed.rename({"id": key}).join(
        every, left_on=[key, "language"], right_on=[key, "drawn"], how="left", maintain_order="left"
    )
    missing = drawn.filter(pl.col("text").is_null())
    if missing.height:
        raise SwitchRankError(
            f"{key} {missing[key][0]!r} has no text in {missing['language'][0]!r}, the language drawn for it"
        )
    return drawn.select(key, "text")
