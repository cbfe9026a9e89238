"""Texts of a benchmark as vectors in a table, in pieces, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from switchrank.encoder.embedding import Embedder

_PIECE = 8192
"""Texts that are embedded at a time: they are sorted by length within it."""


def embed_texts(
    embedder: Embedder, texts: pl.DataFrame, prefix: str, batch_tokens: int, label: str
) -> Iterator[pa.Table]:
    """Embed the texts of a QUERIES or PASSAGES table.

    Args:
        embedder: of the encoder.
        texts: the table; its first column is the id.
        prefix: of each text.
        batch_tokens: tokens per batch, padding included.
        label: names the job in progress lines.

    Yields:
        Pieces of an EMBEDDED table, sorted by id; rows of length 1.
    """
    key = texts.columns[0]
    for piece in texts.sort(key).iter_slices(_PIECE):
        vectors = embedder.vectors([prefix + text for text in piece["text"]], label, batch_tokens)
        ends = pa.array(range(0, vectors.size + 1, vectors.shape[1]), pa.int32())
        values = pa.ListArray.from_arrays(ends, pa.array(vectors.reshape(-1)))
        yield pa.table({"id": pa.array(piece[key].to_list(), pa.string()), "vector": values})
