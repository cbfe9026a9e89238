"""One side (queries or passages) of some training instances, as flat arrays that share Arrow's memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.corpus.tokens import SIDES


@dataclass(frozen=True)
class TextArrays:
    """Texts of one side and their tokens.

    Attributes:
        number: 0 for the query, 1 for the passage; part of every random key.
        instances: int64 [rows], instance ids.
        text: uint8, UTF-8 of all texts, one after the other.
        text_offsets: int64 [rows + 1], first byte of each text.
        offsets: int64 [rows + 1], first token of each row.
        start, end: int32 [tokens], first byte and byte after the last, within the row's text.
        word: int32 [tokens], number of the lower-case word in the vocabulary.
        case: int8 [tokens], casing of the token (`casing.flags`).
    """

    number: int
    instances: NDArray[np.int64]
    text: NDArray[np.uint8]
    text_offsets: NDArray[np.int64]
    offsets: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    word: NDArray[np.int32]
    case: NDArray[np.int8]

    def token_counts(self) -> NDArray[np.int32]:
        """Tokens of each row's text, int32 [rows]."""
        return np.diff(self.offsets).astype(np.int32)


def text_arrays(number: int, tokens: pa.Table) -> TextArrays:
    """Arrays of one side of a TOKENS table (or of some of its rows)."""
    name = SIDES[number]
    text, text_offsets = _text(tokens.column(name))
    lists = {what: _list(tokens.column(f"{name}_{what}")) for what in ("start", "end", "word", "case")}
    return TextArrays(
        number=number,
        instances=tokens.column("instance_id").to_numpy(),
        text=text,
        text_offsets=text_offsets,
        offsets=lists["start"][1],
        start=lists["start"][0],
        end=lists["end"][0],
        word=lists["word"][0],
        case=lists["case"][0],
    )


def _text(column: pa.ChunkedArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    array = _one(column.cast(pa.large_string()))
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = array.buffers()[2]
    return (np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, np.uint8)), offsets


def _list(column: pa.ChunkedArray) -> tuple[NDArray, NDArray[np.int64]]:
    array = _one(column)
    return array.flatten().to_numpy(), (array.offsets.to_numpy() - array.offsets[0].as_py()).astype(np.int64)


def _one(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array; an empty one has no chunk."""
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
