"""A corpus as token ids: written once per tokenizer for all trainings that use it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from transformers import PreTrainedTokenizerFast

from switchrank import tables
from switchrank.progress import track
from switchrank.ranker.flat_lists import Ragged
from switchrank.ranker.token_ids import TokenIds

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
