"""Documents by split: the source's own, or a division by whole groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from switchrank.data.settings import Shares
from switchrank.errors import SwitchRankError
from switchrank.randomness import key_of, uniform


def split_documents(documents: pl.DataFrame, shares: Shares | None) -> pl.DataFrame:
    """Give every document without a split one, from its group's name and the seed alone.

    Adding or removing a group does not change the split of another; the shares hold in expectation.

    Args:
        documents: `doc_id`, `group`, `split` (null if the source gives none).
        shares: shares of groups, and the seed; without them a missing split stays null, which means every split.

    Returns:
        `doc_id`, `group`, `split` (train, dev, test or null), in the order of `documents`.
    """
    if shares is None:
        return documents.select("doc_id", "group", "split")
    split = {group: _split_of(group, shares) for group in documents["group"].unique(maintain_order=True).sort()}
    drawn = pl.col("group").replace_strict(split, return_dtype=pl.String)
    return documents.select("doc_id", "group", pl.coalesce("split", drawn).alias("split"))


def in_split(documents: pl.DataFrame, split: str) -> pl.DataFrame:
    """The documents of a split, and those that belong to every split.

    Args:
        documents: SPLITS table.
        split: train, dev or test.
    """
    return documents.filter((pl.col("split") == split) | pl.col("split").is_null())


def pool_ids(passages: Sequence[Iterable[str]], splits: pl.DataFrame, split: str, parallel: bool) -> set[str]:
    """Passages that may be candidates: the split's, of a parallel benchmark those that every language has.

    Args:
        passages: ids of each language that is shown; of a parallel benchmark, of every language.
        splits: SPLITS table.
        split: train, dev or test.
        parallel: whether a doc_id means the same passage in every language.

    Raises:
        SwitchRankError: there are none.
    """
    here: set[str] = set(in_split(splits, split)["doc_id"])
    each = [here & set(ids) for ids in passages]
    ids = set.intersection(*each) if parallel else set.union(*each)
    if not ids:
        where = "in every language" if parallel else "in the languages shown"
        raise SwitchRankError(f"candidates: no document of the split {split} has a passage {where}")
    return ids


def _split_of(group: str, shares: Shares) -> str:
    draw = float(uniform(np.uint64(key_of(shares.seed, "split", group))))
    if draw < shares.train:
        return "train"
    return "dev" if draw < shares.train + shares.dev else "test"
