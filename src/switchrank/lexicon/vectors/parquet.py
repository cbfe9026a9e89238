"""Vectors in a Parquet file: columns word and vector, and optionally rank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.vectors.reading import NULL, WRONG_COUNT, Reading, Rows, value_problems
from switchrank.tables import is_list

_ROWS = 8_192
"""Rows read at a time."""


def parquet_rows(path: str | Path, reading: Reading) -> Iterator[Rows]:
    """The vectors, a few thousand at a time, by rank if there is one. A file whose ranks do not rise is read as a
    whole.

    Args:
        path: of the file.
        reading: receives the dimension, that of most vectors among the first rows.

    Raises:
        SwitchRankError: not a Parquet file, or it has other columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            _check(file.schema_arrow, path)
            for batch in _by_rank(file):
                yield _rows(batch, reading)
    except (pa.ArrowException, OSError) as error:
        raise SwitchRankError(f"{path}: not a complete Parquet file ({str(error).splitlines()[0]})") from error


def _check(schema: pa.Schema, path: str | Path) -> None:
    """Check that a file has words and lists of numbers."""
    types = dict(zip(schema.names, schema.types, strict=True))
    word, vector, rank = types.get("word"), types.get("vector"), types.get("rank")
    good_word = word is not None and (pa.types.is_string(word) or pa.types.is_large_string(word))
    good_vector = vector is not None and is_list(vector) and pa.types.is_floating(vector.value_type)
    if not (good_word and good_vector and (rank is None or pa.types.is_integer(rank))):
        found = ", ".join(f"{name} {kind}" for name, kind in types.items())
        raise SwitchRankError(
            f"{path}: columns {found}; vectors have word (string), vector (list of float) and optionally rank (integer)"
        )


def _by_rank(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    columns = ["word", "vector"]
    if "rank" in file.schema_arrow.names:
        ranks = file.read(["rank"]).column("rank").to_numpy()
        if (np.diff(ranks) < 0).any():
            whole = file.read(columns).take(pa.array(np.argsort(ranks, kind="stable")))
            yield from whole.to_batches(_ROWS)
            return
    yield from file.iter_batches(_ROWS, columns=columns)


def _rows(batch: pa.RecordBatch, reading: Reading) -> Rows:
    vectors = batch.column("vector")
    lengths = pc.list_value_length(vectors).fill_null(0).to_numpy(zero_copy_only=False)
    if not reading.dimensions and lengths.any():
        reading.dimensions = int(np.bincount(lengths[lengths > 0]).argmax())
    right = lengths == max(reading.dimensions, 1)
    values = np.zeros((len(batch), reading.dimensions), dtype=np.float32)
    values[right] = _flat(vectors.filter(pa.array(right))).reshape(-1, reading.dimensions)
    problems = value_problems(values)
    problems.update(dict.fromkeys(np.flatnonzero(~right).tolist(), WRONG_COUNT))
    # as bytes: not every writer checks that they are UTF-8
    words = batch.column("word").cast(pa.large_binary()).to_pylist()
    nulls = vectors.is_null().to_numpy(zero_copy_only=False)
    problems.update({at: NULL for at, word in enumerate(words) if word is None or nulls[at]})
    return Rows([word or b"" for word in words], values, problems)


def _flat(vectors: pa.Array) -> NDArray[np.float32]:
    """All values one after the other; a null is NaN, and a number too large for float32 is infinite."""
    with np.errstate(over="ignore"):
        found: NDArray[np.float32] = vectors.flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    return found
