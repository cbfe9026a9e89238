"""Vectors of several languages in one table, and the table of one of them."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc


def joined(by_language: Mapping[str, pa.Table]) -> pa.Table:
    """A TRAINED_VECTORS table of VECTORS tables by language, whose vectors have one length."""
    return pa.concat_tables(
        table.append_column("language", pa.repeat(language, table.num_rows)) for language, table in by_language.items()
    )


def of_language(vectors: pa.Table, language: str) -> pa.Table:
    """The VECTORS table of one language."""
    return vectors.filter(pc.field("language") == language).drop_columns(["language"])
