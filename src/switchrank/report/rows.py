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
    """Read rows by their values in one column, a part of the file in memory at a time.

    Args:
        path: of the table.
        contract: what the table must hold.
        where: the column that is looked at first.
        wanted: values there.
        columns: those that are read of the rows found.
        others: values that other columns must have, as `pair="en-de"`.

    Returns:
        The rows, in the order of the contract's key as far as it is among the columns.

    Raises:
        SwitchRankError: the file is missing, truncated, no Parquet, or of another contract.
    """
    tables.group_count(path, contract)
    values = pl.Series(sorted(wanted), dtype=pl.Series([*wanted]).dtype)  # type: ignore[type-var]
    found = pl.scan_parquet(path).filter(pl.col(where).is_in(values.implode()), **others).select(columns)
    return found.collect(engine="streaming").sort([name for name in contract.key if name in columns])
