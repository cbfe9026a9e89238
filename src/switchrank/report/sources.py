"""Where the cells of a table come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from switchrank.report.cells import MEAN

Files = Mapping[str, Mapping[str, Sequence[str]]]
"""Result files by a cell's system and pair; pair "" holds those that are of no pair."""


def trace(
    cells: pl.DataFrame, files: Files, members: Mapping[str, Sequence[str]], seeds: Sequence[int], command: str
) -> pl.DataFrame:
    """Say of every cell which files it comes from and how to make it again.

    Args:
        cells: laid out by one of the builders.
        files: of each system (or lexicon, or stage) and pair.
        members: pairs that a mean averages over, by its setting.
        seeds: of the runs that the table shows, empty if it shows none; a cell without files has none.
        command: makes the table, and with it whatever of its files is absent or out of date.

    Returns:
        A CELLS table. A cell without value has no files.
    """

    def of(row: Mapping[str, object]) -> list[str]:
        known = files.get(str(row["system"]), {})
        pair, setting = str(row["pair"]), str(row["setting"])
        pairs = members.get(setting, [""]) if pair == MEAN else [pair]
        found = [path for name in pairs for path in known.get(name, known.get("", []))]
        return [] if row["value"] is None else list(dict.fromkeys(found))

    traced = [of(row) for row in cells.iter_rows(named=True)]
    return cells.with_columns(
        pl.Series("files", traced, dtype=pl.List(pl.String)),
        pl.Series("seeds", [list(seeds) if found else [] for found in traced], dtype=pl.List(pl.Int32)),
        pl.lit(command).alias("command"),
    )
