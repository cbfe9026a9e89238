"""Training texts, tokenised once for all corpora."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.corpus.casing import flags
from switchrank.errors import SwitchRankError
from switchrank.normalising import fold
from switchrank.tables import STREAMED_ROWS, TOKENS, VOCABULARY
from switchrank.words import spans

SIDES = ("query", "passage")
_KEYS = ("query_id", "doc_id")


@dataclass(frozen=True)
class TokenizedSide:
    """The distinct texts of one side and their tokens, as flat arrays.

    Attributes:
        texts: large_string [texts].
        offsets: int64 [texts + 1], first token of each text.
        start, end: int32 [tokens], bytes of the UTF-8 text.
        word: int32 [tokens], index into the vocabulary.
        case: int8 [tokens], see `casing.flags`.
        row_of: text by id.
    """

    texts: pa.Array
    offsets: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    word: NDArray[np.int32]
    case: NDArray[np.int8]
    row_of: dict[str, int]


def tokenize_side(texts: pl.DataFrame, key: str, used: set[str], numbers: dict[str, int]) -> TokenizedSide:
    """Tokenise the texts of one side that training shows.

    Args:
        texts: QUERIES or PASSAGES table, English.
        key: its id column.
        used: ids that some instance shows.
        numbers: word by number; new words are added.

    Raises:
        SwitchRankError: a text is not English.
    """
    others = texts.filter(pl.col("language") != "en")
    if others.height:
        raise SwitchRankError(f"{key} {others[key][0]!r} is in {others['language'][0]!r}; training texts are English")
    shown = texts.filter(pl.col(key).is_in(list(used))).sort(key)
    start, end, word, case, lengths = array("i"), array("i"), array("i"), array("b"), array("q")
    known: dict[str, tuple[int, int]] = {}
    for text in shown["text"]:
        found = spans(text, "en")
        lengths.append(len(found))
        for first, last in _in_bytes(text, found):
            start.append(first)
            end.append(last)
        for first, last in found:
            piece = text[first:last]
            if piece not in known:
                known[piece] = numbers.setdefault(fold(piece, "en"), len(numbers)), flags(piece)
            word.append(known[piece][0])
            case.append(known[piece][1])
    return TokenizedSide(
        texts=shown["text"].to_arrow().cast(pa.large_string()),
        offsets=np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))]).astype(np.int64),
        start=np.asarray(start, dtype=np.int32),
        end=np.asarray(end, dtype=np.int32),
        word=np.asarray(word, dtype=np.int32),
        case=np.asarray(case, dtype=np.int8),
        row_of={name: row for row, name in enumerate(shown[key])},
    )


def _in_bytes(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of characters as spans of UTF-8 bytes."""
    if text.isascii():
        return found
    at = np.concatenate([[0], np.cumsum([len(character.encode()) for character in text])])
    return [(int(at[first]), int(at[last])) for first, last in found]


def tokenize_instances(
    instances: pl.DataFrame, queries: pl.DataFrame, passages: pl.DataFrame
) -> tuple[pa.Table, Iterator[pa.Table]]:
    """The texts of every training instance with their tokens, and the words that occur.

    Args:
        instances: INSTANCES table.
        queries: QUERIES table, English.
        passages: PASSAGES table, English.

    Returns:
        A VOCABULARY table, and the TOKENS table in pieces of at most `STREAMED_ROWS` rows: texts and tokens are
        held once, for any number of instances that show them.

    Raises:
        SwitchRankError: a text is not English, or an instance names a text that is missing.
    """
    ordered = instances.sort("instance_id")
    numbers: dict[str, int] = {}
    sides = []
    for texts, key in zip((queries, passages), _KEYS, strict=True):
        used = set(ordered[key])
        side = tokenize_side(texts, key, used, numbers)
        missing = sorted(used - set(side.row_of))
        if missing:
            raise SwitchRankError(f"instances: {key} {missing[0]!r} has no text; texts of {len(side.row_of)} are given")
        sides.append(side)
    return _vocabulary(numbers, sides), _pieces(ordered, sides)


def _vocabulary(numbers: dict[str, int], sides: list[TokenizedSide]) -> pa.Table:
    counts = [np.bincount(side.word, minlength=len(numbers)).astype(np.int64) for side in sides]
    columns = [pa.array(range(len(numbers)), pa.int32()), pa.array(list(numbers), pa.string()), *map(pa.array, counts)]
    return pa.table(dict(zip(VOCABULARY.columns, columns, strict=True)))


def _pieces(ordered: pl.DataFrame, sides: list[TokenizedSide]) -> Iterator[pa.Table]:
    for first in range(0, max(ordered.height, 1), STREAMED_ROWS):
        piece = ordered[first : first + STREAMED_ROWS]
        columns = {name: piece[name].to_arrow() for name in ("instance_id", "query_id", "doc_id", "label")}
        for name, key, side in zip(SIDES, _KEYS, sides, strict=True):
            rows = np.fromiter((side.row_of[text] for text in piece[key]), dtype=np.int64, count=piece.height)
            columns[name] = side.texts.take(pa.array(rows))
            columns |= {f"{name}_{what}": values for what, values in _lists(side, rows).items()}
        yield pa.table(columns).select(list(TOKENS.columns))


def _lists(side: TokenizedSide, rows: NDArray[np.int64]) -> dict[str, pa.Array]:
    """The token lists of these texts."""
    lengths = side.offsets[rows + 1] - side.offsets[rows]
    ends = np.cumsum(lengths)
    flat = np.arange(ends[-1] if len(ends) else 0) + np.repeat(side.offsets[rows] - (ends - lengths), lengths)
    offsets = pa.array(np.concatenate([[0], ends]).astype(np.int32))
    return {
        what: pa.ListArray.from_arrays(offsets, pa.array(getattr(side, what)[flat]))
        for what in ("start", "end", "word", "case")
    }
