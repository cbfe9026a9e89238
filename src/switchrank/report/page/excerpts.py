"""The few rows of a large table that a page shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from switchrank import tables


def read_rows(
    path: str | Path,
    contract: tables.Contract,
    where: str,
    wanted: Collection[object],
    columns: Sequence[str],
    **others: str,
) -> pl.DataFrame:
    """Read rows by their values in one column, with a part of the file in memory at a time.

    Args:
        path: of the table.
        contract: what the table must hold.
        where: the column that is filtered first.
        wanted: values of that column.
        columns: those that are read of these rows.
        others: values that other columns must have, as `pair="en-de"`.

    Returns:
        The rows, sorted by those key columns of the contract that are among the columns.

    Raises:
        SwitchRankError: the file is missing, truncated, not Parquet, or of another contract.
    """
    tables.group_count(path, contract)
    values = pl.Series(sorted(wanted), dtype=pl.Series([*wanted]).dtype)  # type: ignore[type-var]
    found = pl.scan_parquet(path).filter(pl.col(where).is_in(values.implode()), **others).select(columns)
    return found.collect(engine="streaming").sort([name for name in contract.key if name in columns])
