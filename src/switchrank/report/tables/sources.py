"""Where the cells of a table come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

Files = Mapping[str, Mapping[str, Sequence[str]]]
"""Result files by a cell's system and regime; regime "" has those of all regimes that are not named."""


def trace(cells: pl.DataFrame, files: Files, seeds: Sequence[int], command: str) -> pl.DataFrame:
    """Add to every cell the files it comes from and the command that makes it again.

    Args:
        cells: from one of the builders.
        files: by system (or lexicon, or stage) and regime.
        seeds: of the runs that the table shows, empty if it shows none; a cell without files has none.
        command: makes the table and those of its files that are missing or out of date.

    Returns:
        A CELLS table. A cell without value has no files.
    """

    def of(row: Mapping[str, object]) -> list[str]:
        known = files.get(str(row["system"]), {})
        return [] if row["value"] is None else [*known.get(str(row["regime"]), known.get("", []))]

    traced = [of(row) for row in cells.iter_rows(named=True)]
    return cells.with_columns(
        pl.Series("files", traced, dtype=pl.List(pl.String)),
        pl.Series("seeds", [list(seeds) if found else [] for found in traced], dtype=pl.List(pl.Int32)),
        pl.lit(command).alias("command"),
    )
