"""Division of documents into train, dev and test, whole groups at a time."""

from __future__ import annotations

import numpy as np
import polars as pl

from switchrank.data.settings import Shares
from switchrank.randomness import key_of, uniform


def split_documents(documents: pl.DataFrame, shares: Shares) -> pl.DataFrame:
    """Give every group a split, from the group's name and the seed alone.

    A group that is added or removed moves no other one; the shares hold in expectation.

    Args:
        documents: `doc_id`, `group`.
        shares: shares of groups, and the seed.

    Returns:
        `doc_id`, `group`, `split` (train, dev or test), in the order of `documents`.
    """
    split = {group: _split_of(group, shares) for group in documents["group"].unique(maintain_order=True).sort()}
    return documents.select("doc_id", "group", split=pl.col("group").replace_strict(split, return_dtype=pl.String))


def _split_of(group: str, shares: Shares) -> str:
    draw = float(uniform(np.uint64(key_of(shares.seed, "split", group))))
    if draw < shares.train:
        return "train"
    return "dev" if draw < shares.train + shares.dev else "test"
