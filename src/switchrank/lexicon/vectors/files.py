"""Word vectors from files: fastText and word2vec text, word2vec binary, Parquet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import FileVectors
from switchrank.lexicon.vectors.binary import binary_rows, read_binary_header
from switchrank.lexicon.vectors.parquet import parquet_rows
from switchrank.lexicon.vectors.reading import DUPLICATE, NO_UTF8, Reading, Rows
from switchrank.lexicon.vectors.text import (
    Block,
    count_values,
    first_lines,
    most_common,
    parse_block,
    split_header,
    text_blocks,
)
from switchrank.text_files import as_text, opened


def read_vectors(path: str | Path, settings: FileVectors, language: str, threads: int = 1) -> tuple[pa.Table, Reading]:
    """The first `max_words` words of a file and their vectors, in the file's order, in one pass.

    Rows without a valid vector, and repeated words, are skipped and counted. Memory holds the vectors kept and a
    few blocks of the file.

    Args:
        path: of the file; text and word2vec files may be gzipped, whatever their name.
        settings: format and max_words.
        language: names the vectors in messages.
        threads: that parse text; they change only the time.

    Returns:
        VECTORS table, `vector` a fixed-size list of float32; and what was read.

    Raises:
        SwitchRankError: there is no such file, it is empty, truncated or of another format, or has no valid row.
    """
    name = str(path)
    with opened(path, f"the {language} vectors (format: {settings.format})", settings.format == "text") as file:
        if settings.format == "text":
            return _read_text(file, name, settings, language, threads)
        if settings.format == "parquet":
            reading = Reading(name, "row")
            return _collect(parquet_rows(path, reading), reading, settings.max_words, 1), reading
        header = read_binary_header(file, name)
        reading = Reading(name, "vector", dimensions=header.dimensions, announced=header.words)
        return _collect(binary_rows(file, header, name), reading, settings.max_words, 1), reading


def _read_text(
    file: BinaryIO, name: str, settings: FileVectors, language: str, threads: int
) -> tuple[pa.Table, Reading]:
    blocks = text_blocks(file, name, threads)
    header, rest = split_header(next(blocks, Block(bytearray(b"\n"), 0, 1)))
    widths = [count_values(line) for line in first_lines(rest)]
    dimensions = header.dimensions if header else most_common(widths)
    if not dimensions or max(widths, default=0) < dimensions:
        told = f"the header announces {header.dimensions:,} values" if header else "no header says how many values"
        raise SwitchRankError(
            f"{name}: {told} and the first {len(widths)} lines have at most {max(widths, default=0)}; "
            f"a line of {language} vectors is a word and its values, separated by spaces"
        )
    reading = Reading(name, "line", dimensions=dimensions, announced=header.words if header else None)
    rows = _parsed(chain([rest], blocks), dimensions, threads)
    return _collect(rows, reading, settings.max_words, 2 if header else 1), reading


def _parsed(blocks: Iterable[Block], dimensions: int, threads: int) -> Iterator[Rows]:
    """Rows of the blocks, in order; parsing releases the interpreter's lock, so threads run in parallel."""
    if threads < 2:
        for block in blocks:
            yield parse_block(block, dimensions)
        return
    waiting: deque[Future[Rows]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for block in blocks:
            waiting.append(pool.submit(parse_block, block, dimensions))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _collect(rows: Iterator[Rows], reading: Reading, max_words: int, first_row: int) -> pa.Table:
    """Keep words that are UTF-8 and not repeated until there are enough.

    Args:
        rows: of the file.
        reading: where they are counted.
        max_words: most words kept.
        first_row: number of the first of the rows in the file.
    """
    words: dict[str, None] = {}
    chunks: list[pa.Array] = []
    reading.complete = True
    for found in rows:
        kept = _keep(found, words, reading, max_words, first_row)
        first_row += len(found.words)
        if len(kept):
            chunks.append(_chunk(found.values, kept))
        if len(words) >= max_words:
            reading.complete = False
            break
    reading.kept = len(words)
    if not words:
        wanted = f"{reading.unit} of {reading.dimensions} values"
        raise SwitchRankError(f"{reading.name}: no good {wanted}: {reading.reasons() or 'there is none at all'}")
    return pa.table(
        {
            "word": pa.array(list(words), pa.string()),
            "rank": pa.array(np.arange(len(words), dtype=np.int32)),
            "vector": pa.chunked_array(chunks),
        }
    )


def _keep(rows: Rows, words: dict[str, None], reading: Reading, max_words: int, first_row: int) -> NDArray[np.int64]:
    """Keep the valid words of some rows; returns the numbers of these rows, int64."""
    kept: list[int] = []
    for at, raw in enumerate(rows.words):
        if len(words) >= max_words:
            break
        problem = rows.problems.get(at)
        word = as_text(raw) if problem is None else None
        if problem is None:
            problem = NO_UTF8 if word is None else DUPLICATE if word in words else None
        if problem is not None or word is None:
            reading.skip(problem or NO_UTF8, f"{reading.unit} {first_row + at:,}")
            continue
        words[word] = None
        kept.append(at)
    return np.array(kept, dtype=np.int64)


def _chunk(values: NDArray[np.float32], kept: NDArray[np.int64]) -> pa.Array:
    """The kept rows as an Arrow array, without a copy if they are the first ones."""
    together = len(kept) == kept[-1] + 1
    chosen = values[: len(kept)] if together else values[kept]
    return pa.FixedSizeListArray.from_arrays(pa.array(chosen.reshape(-1)), values.shape[1])
