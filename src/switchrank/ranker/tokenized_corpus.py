"""A corpus as token ids: written once per tokenizer, read by every training that uses it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from transformers import PreTrainedTokenizerFast

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.progress import track
from switchrank.ranker.batches import EncodedPairs, put_together
from switchrank.ranker.flat_lists import Ragged, bounds
from switchrank.ranker.pair_template import template_of
from switchrank.ranker.token_ids import TokenIds, plain

_SIDES = ("query", "passage")
_INSTANCE = ("instance_id", "query_id", "label")


def tokenize_corpus(corpus: str | Path, tokenizer: PreTrainedTokenizerFast, output: str | Path, label: str) -> None:
    """Write the token ids of a corpus, one row group at a time: memory does not grow with the number of instances.

    Args:
        corpus: file of a CORPUS table.
        tokenizer: of the encoder that a ranker starts from.
        output: where the ENCODED table goes. Texts are neither truncated nor surrounded by special tokens, so the file
            serves every length.
        label: names the job in progress lines.

    Raises:
        SwitchRankError: the corpus is missing or not a CORPUS table.
    """
    tokens = TokenIds(tokenizer)
    groups = tables.group_count(corpus, tables.CORPUS)
    with tables.stream(output, tables.ENCODED) as append:
        for group in track(tables.row_groups(corpus, tables.CORPUS), label, groups, "row groups"):
            columns = {name: group.column(name) for name in _INSTANCE}
            for side in _SIDES:
                columns[f"{side}_ids"] = _as_arrow(tokens.encode(group.column(side).combine_chunks()))
            append(pa.table(columns))


def _as_arrow(ids: Ragged) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(ids.offsets), pa.array(ids.values))


def read_encoded(
    path: str | Path, tokenizer: PreTrainedTokenizerFast, max_length: int
) -> tuple[pl.DataFrame, EncodedPairs]:
    """A tokenised corpus for training a ranker.

    Args:
        path: file of an ENCODED table.
        tokenizer: the one that made the ids.
        max_length: tokens of query and passage together; the longer side is truncated first.

    Returns:
        The instances (instance_id, query_id, label), and their pairs in the same order.

    Raises:
        SwitchRankError: no such table, or ids that the tokenizer does not have.
    """
    table = tables.read_arrow(path, tables.ENCODED)
    sides = [_as_ragged(table.column(f"{side}_ids")) for side in _SIDES]
    largest = max((int(side.values.max(initial=-1)) for side in sides), default=-1)
    if largest >= len(tokenizer):
        raise SwitchRankError(
            f"{path}: found token id {largest}, but the encoder's tokenizer has {len(tokenizer)} tokens; "
            "delete the file and run again"
        )
    rows = np.arange(table.num_rows, dtype=np.int64)
    template = template_of(plain(tokenizer))
    pairs = put_together(tokenizer, template, (sides[0], rows), (sides[1], rows), max_length)
    return pl.DataFrame(table.select(list(_INSTANCE))), pairs


def _as_ragged(column: pa.ChunkedArray) -> Ragged:
    """The lists of a column, chunk by chunk; one Arrow list array of billions of tokens would overflow."""
    values = [chunk.flatten().to_numpy(zero_copy_only=True) for chunk in column.chunks]
    lengths = [np.diff(chunk.offsets.to_numpy()).astype(np.int64) for chunk in column.chunks]
    none = np.zeros(0, dtype=np.int32)
    return Ragged(np.concatenate([none, *values]), bounds(np.concatenate([none.astype(np.int64), *lengths])))
