"""A tokenised corpus for a training: its ids are in a file, from which each batch is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.ranker.batches import Layout, put_together
from switchrank.ranker.flat_lists import Ragged, bounds, positions
from switchrank.ranker.pair_template import longest_first, template_of
from switchrank.ranker.stored_lists import StoredLists
from switchrank.ranker.token_ids import plain

_SIDES = ("query_ids", "passage_ids")


class StoredPairs:
    """Pairs of which only the lengths are in memory, 4 bytes per pair; see `Pairs`.

    Args:
        texts: the query of the first pair, its passage, the query of the second one, …
        layout: of the pairs.
        lengths: int32 [pairs], special tokens included.
    """

    def __init__(self, texts: StoredLists, layout: Layout, lengths: NDArray[np.int32]) -> None:
        self.texts, self.layout, self.lengths = texts, layout, lengths

    def batch(self, indices: NDArray[np.int64], device: torch.device) -> dict[str, torch.Tensor]:
        """See `Pairs`."""
        texts = self.texts_of(indices)
        rows = np.arange(len(indices), dtype=np.int64)
        return put_together(self.layout, (texts, 2 * rows), (texts, 2 * rows + 1)).batch(rows, device)

    def texts_of(self, indices: NDArray[np.int64]) -> Ragged:
        """See `Pairs`."""
        return self.texts.take(np.stack([2 * indices, 2 * indices + 1], axis=1).ravel())


@contextmanager
def stored_corpus(
    path: str | Path, tokenizer: PreTrainedTokenizerFast, max_length: int, whole_queries: bool
) -> Iterator[tuple[pl.DataFrame, StoredPairs]]:
    """A tokenised corpus for training a ranker, within a block: a copy without compression, from which batches can be
    read in any order, is in the folder of temporary files (TMPDIR) and takes 4 bytes per token and 16 per instance.

    Args:
        path: file of an ENCODED table; one row group is in memory at a time.
        tokenizer: the one that made the ids.
        max_length: tokens of query and passage together; the longer side is truncated first.
        whole_queries: whether the training needs to know which instances belong to one query.

    Yields:
        The instances (instance_id, label and, with `whole_queries`, query_id as an Enum whose values are sorted), and
        their pairs in the same order.

    Raises:
        SwitchRankError: no such table, ids that the tokenizer does not have, or no space for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="switchrank-") as folder:
        layout = Layout.of(tokenizer, template_of(plain(tokenizer)), max_length)
        texts = StoredLists(Path(folder), "texts")
        try:
            instances, lengths = _store(path, tokenizer, layout, texts)
            if whole_queries:
                instances = instances.with_columns(_query_ids(path))
            yield instances, StoredPairs(texts, layout, lengths)
        finally:
            texts.close()


@contextmanager
def stored_again(
    path: str | Path, tokenizer: PreTrainedTokenizerFast, max_length: int, instances: pl.DataFrame
) -> Iterator[StoredPairs]:
    """The pairs of the same instances as another corpus shows them; see `stored_corpus`.

    Args:
        path: file of an ENCODED table.
        tokenizer: the one that made the ids.
        max_length: tokens of query and passage together.
        instances: with the instance_ids of the first corpus, in their order.

    Raises:
        SwitchRankError: as `stored_corpus`; or the file has other instances.
    """
    with stored_corpus(path, tokenizer, max_length, whole_queries=False) as (found, pairs):
        if not found["instance_id"].equals(instances["instance_id"]):
            raise SwitchRankError(
                f"{path}: {found.height} instances, which are not the {instances.height} that the ranker is trained "
                "on; a curriculum and a joint loss need corpora of one benchmark that leave no instance out"
            )
        yield pairs


def _store(
    path: str | Path, tokenizer: PreTrainedTokenizerFast, layout: Layout, stored: StoredLists
) -> tuple[pl.DataFrame, NDArray[np.int32]]:
    """Write the texts of the pairs; returns the instances and the lengths of their pairs."""
    frames, lengths = [pl.DataFrame(schema={"instance_id": pl.Int64, "label": pl.Int8})], [np.zeros(0, np.int32)]
    for group in tables.row_groups(path, tables.ENCODED):
        texts = _interleaved(*(_as_ragged(group.column(name)) for name in _SIDES))
        _refuse_unknown(texts, tokenizer, path)
        stored.append(texts)
        kept = longest_first(texts.lengths[::2], texts.lengths[1::2], layout.room)
        lengths.append((kept[0] + kept[1] + layout.template.added).astype(np.int32))
        frames.append(pl.DataFrame(group.select(["instance_id", "label"])))
    return pl.concat(frames), np.concatenate(lengths)


def _interleaved(queries: Ragged, passages: Ragged) -> Ragged:
    """Query, passage, query, passage, …"""
    values = np.concatenate([queries.values, passages.values])
    starts = np.stack([queries.starts, passages.starts + len(queries.values)], axis=1).ravel()
    lengths = np.stack([queries.lengths, passages.lengths], axis=1).ravel()
    return Ragged(values[positions(starts, lengths)], bounds(lengths))


def _as_ragged(column: pa.ChunkedArray) -> Ragged:
    """The lists of a column of one row group."""
    lists = column.combine_chunks()
    return Ragged(lists.flatten().to_numpy(), bounds(np.diff(lists.offsets.to_numpy())))


def _refuse_unknown(texts: Ragged, tokenizer: PreTrainedTokenizerFast, path: str | Path) -> None:
    largest = int(texts.values.max(initial=-1))
    if largest >= len(tokenizer):
        raise SwitchRankError(
            f"{path}: found token id {largest}, but the encoder's tokenizer has {len(tokenizer)} tokens; "
            "delete the file and run again"
        )


def _query_ids(path: str | Path) -> pl.Series:
    """The queries of the instances: a number of 4 bytes each, and every distinct id once."""
    known, new = pl.Series(dtype=pl.String), pl.Series(dtype=pl.String)
    for ids in _ids_of_groups(path):
        new = pl.concat([new, ids.unique(maintain_order=True)])
        if len(new) > len(known):  # not after each row group, which would go over all ids each time
            known, new = pl.concat([known, new]).unique(maintain_order=True), new.clear()
    values = pl.Enum(pl.concat([known, new]).unique(maintain_order=True).sort())
    numbered = [ids.cast(values) for ids in _ids_of_groups(path)]
    return pl.concat([pl.Series("query_id", [], dtype=values), *numbered])


def _ids_of_groups(path: str | Path) -> Iterator[pl.Series]:
    for group in tables.column_groups(path, tables.ENCODED, ["query_id"]):
        yield pl.Series("query_id", group.column("query_id"), dtype=pl.String)
