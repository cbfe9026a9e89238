"""One side (queries or passages) of the training instances, as flat token arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError

SIDES = ("query", "passage")


@dataclass(frozen=True)
class Side:
    """Texts of one side and which instance shows which.

    Attributes:
        number: 0 for the query, 1 for the passage; part of every random key.
        texts: the different texts.
        starts: int32 [tokens], first character of each token, text after text.
        ends: int32 [tokens], character after each token.
        words: int64 [tokens], index into `vocabulary`.
        offsets: int64 [texts + 1], first token of each text.
        vocabulary: the different lower-case words, sorted.
        text_of: int64 [instances], text that each instance shows.
        instances: int64 [instances], instance ids.
    """

    number: int
    texts: list[str]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.int64]
    offsets: NDArray[np.int64]
    vocabulary: list[str]
    text_of: NDArray[np.int64]
    instances: NDArray[np.int64]

    def token_counts(self) -> NDArray[np.int32]:
        """Tokens of each instance's text, int32 [instances]."""
        return np.diff(self.offsets)[self.text_of].astype(np.int32)


@dataclass(frozen=True)
class Occurrences:
    """Every token of every instance, flat.

    Attributes:
        row: int64 [occurrences], instance row.
        position: int64 [occurrences], token number within its text.
        token: int64 [occurrences], index into the side's flat tokens.
    """

    row: NDArray[np.int64]
    position: NDArray[np.int64]
    token: NDArray[np.int64]


def make_side(number: int, tokens: pl.DataFrame, instances: pl.DataFrame) -> Side:
    """Lay out one side.

    Args:
        number: 0 for the query, 1 for the passage.
        tokens: TOKENS table.
        instances: INSTANCES table.

    Raises:
        SwitchRankError: an instance names a text that is not in `tokens`.
    """
    key = ("query_id", "doc_id")[number]
    row_of = {name: row for row, name in enumerate(tokens["id"])}
    missing = [name for name in instances[key] if name not in row_of]
    if missing:
        raise SwitchRankError(f"instances: {key} {missing[0]!r} has no text; tokens of {len(row_of)} texts are at hand")
    flat = tokens["word"].explode(empty_as_null=False)
    vocabulary = sorted(flat.unique())
    number_of = {word: index for index, word in enumerate(vocabulary)}
    lengths = tokens["word"].list.len().to_numpy().astype(np.int64)
    return Side(
        number=number,
        texts=tokens["text"].to_list(),
        starts=tokens["start"].explode(empty_as_null=False).to_numpy(),
        ends=tokens["end"].explode(empty_as_null=False).to_numpy(),
        words=np.fromiter((number_of[word] for word in flat), dtype=np.int64, count=len(flat)),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        vocabulary=vocabulary,
        text_of=np.fromiter((row_of[name] for name in instances[key]), dtype=np.int64, count=instances.height),
        instances=instances["instance_id"].to_numpy(),
    )


def occurrences(side: Side) -> Occurrences:
    """Unroll the tokens of every instance."""
    counts = side.token_counts().astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    position = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Occurrences(row, position, side.offsets[side.text_of[row]] + position)
