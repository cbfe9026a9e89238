"""Query–passage pairs as padded tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from switchrank.errors import SwitchRankError
from switchrank.ranker.flat_lists import Ragged, bounds, positions, ragged
from switchrank.ranker.pair_template import Template, longest_first, template_of
from switchrank.ranker.token_ids import TokenIds

_KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True)
class TokenArrays:
    """The queries, or the passages, of many pairs, truncated.

    Attributes:
        values: int32, token ids of all texts.
        starts: int64 [pairs], where a pair's text starts in `values`.
        lengths: int64 [pairs], number of its tokens.
    """

    values: NDArray[np.int32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """How a model takes a pair: what a tokenizer decides besides the ids of the texts.

    Attributes:
        template: the special tokens around both texts.
        names: model inputs of a batch.
        pad: token id of padding.
        cuts_left: whether a text that is too long loses its start; otherwise its end.
        room: tokens that query and passage may have together, without special ones.
    """

    template: Template
    names: tuple[str, ...]
    pad: int
    cuts_left: bool
    room: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast, template: Template, max_length: int) -> Layout:
        """The layout of a tokenizer's pairs.

        Args:
            tokenizer: of the model.
            template: the special tokens that it puts around a pair.
            max_length: tokens of both together, special ones included.

        Raises:
            SwitchRankError: no room for the special tokens, or a model with other inputs.
        """
        if max_length < template.added:
            raise SwitchRankError(
                f"max_length: found {max_length}; the special tokens of a pair alone are {template.added}"
            )
        names = tuple(tokenizer.model_input_names)
        unknown = [name for name in names if name not in _KNOWN_INPUTS]
        if unknown:
            raise SwitchRankError(f"the model takes {unknown[0]!r}; expected no inputs but {', '.join(_KNOWN_INPUTS)}")
        cuts_left = tokenizer.truncation_side == "left"
        return cls(template, names, tokenizer.pad_token_id, cuts_left, max_length - template.added)


class Pairs(Protocol):
    """Pairs as token ids, in memory or in a file."""

    @property
    def lengths(self) -> NDArray[np.integer]:
        """Tokens of each pair, special ones included: [pairs]."""
        ...

    def batch(self, indices: NDArray[np.int64], device: torch.device) -> dict[str, torch.Tensor]:
        """Chosen pairs, padded to the longest of them: int64 [pairs, tokens] by model input name."""
        ...

    def texts_of(self, indices: NDArray[np.int64]) -> Ragged:
        """The texts of chosen pairs without special tokens: query, passage, query, passage, …"""
        ...


@dataclass(frozen=True)
class EncodedPairs:
    """Token ids of many pairs, unpadded; a text that occurs in several pairs is stored once.

    Attributes:
        queries: first side.
        passages: second side.
        layout: how they become model inputs.
        lengths: int64 [pairs], special tokens included.
    """

    queries: TokenArrays
    passages: TokenArrays
    layout: Layout
    lengths: NDArray[np.int64]

    def batch(self, indices: NDArray[np.int64], device: torch.device) -> dict[str, torch.Tensor]:
        """Chosen pairs, padded to the longest of them: int64 [pairs, tokens] by model input name."""
        return {name: torch.from_numpy(array).to(device) for name, array in self.arrays(indices).items()}

    def texts_of(self, indices: NDArray[np.int64]) -> Ragged:
        """The texts of chosen pairs, truncated: query, passage, query, passage, …"""
        lists = [
            side.values[side.starts[pair] : side.starts[pair] + side.lengths[pair]]
            for pair in indices
            for side in (self.queries, self.passages)
        ]
        return Ragged(np.concatenate(lists), bounds(np.array([len(part) for part in lists])))

    def arrays(self, indices: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """As `batch`, but as arrays."""
        lengths = self.lengths[indices]
        width = int(lengths.max())
        found = {"input_ids": np.full((len(indices), width), self.layout.pad, dtype=np.int64)}
        if "token_type_ids" in self.layout.names:
            found["token_type_ids"] = np.zeros((len(indices), width), dtype=np.int64)
        at = np.arange(len(indices), dtype=np.int64) * width
        for part, kinds in zip(self._parts(indices), self.layout.template.kinds, strict=True):
            ids, sizes = part
            places = positions(at, sizes)
            found["input_ids"].ravel()[places] = ids
            if "token_type_ids" in found and kinds.any():
                found["token_type_ids"].ravel()[places] = kinds if len(kinds) == 1 else np.tile(kinds, len(indices))
            at = at + sizes
        found["attention_mask"] = (np.arange(width) < lengths[:, None]).astype(np.int64)
        return {name: found[name] for name in self.layout.names}

    def _parts(self, indices: NDArray[np.int64]) -> list[tuple[NDArray, NDArray[np.int64]]]:
        """Token ids of the five parts of the pairs, pair by pair, and how many each pair has."""
        template, count = self.layout.template, len(indices)

        def fixed(ids: NDArray[np.int64]) -> tuple[NDArray, NDArray[np.int64]]:
            return np.tile(ids, count), np.full(count, len(ids), dtype=np.int64)

        def shown(side: TokenArrays) -> tuple[NDArray, NDArray[np.int64]]:
            lengths = side.lengths[indices]
            return side.values[positions(side.starts[indices], lengths)], lengths

        return [
            fixed(template.before),
            shown(self.queries),
            fixed(template.between),
            shown(self.passages),
            fixed(template.after),
        ]

    def padding(self, indices: NDArray[np.int64]) -> float:
        """Share of a batch's tokens that are padding."""
        lengths = self.lengths[indices]
        return 1.0 - float(lengths.sum()) / float(lengths.max() * len(lengths))


def put_together(
    layout: Layout, queries: tuple[Ragged, NDArray[np.int64]], passages: tuple[Ragged, NDArray[np.int64]]
) -> EncodedPairs:
    """Pairs of texts whose token ids are known; the longer side is truncated first.

    Args:
        layout: of the pairs.
        queries: token ids of texts, and which of them is each pair's query, int64 [pairs].
        passages: the same for the passages.
    """
    whole = [ids.lengths[rows] for ids, rows in (queries, passages)]
    kept = longest_first(whole[0], whole[1], layout.room)
    sides = [
        TokenArrays(ids.values, ids.starts[rows] + (before - after if layout.cuts_left else 0), after)
        for (ids, rows), before, after in zip((queries, passages), whole, kept, strict=True)
    ]
    return EncodedPairs(sides[0], sides[1], layout, kept[0] + kept[1] + layout.template.added)


class Texts:
    """A cache of token ids, so that a text in many pairs, or in many calls, is tokenised once.

    Args:
        tokenizer: of the model.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer
        self.tokens = TokenIds(tokenizer)
        self.template = template_of(self.tokens.backend)
        self._row_of: dict[str, int] = {}
        self._ids = ragged([])

    def pairs(self, queries: Sequence[str], passages: Sequence[str], max_length: int) -> EncodedPairs:
        """Tokenise pairs as `sentence_transformers.CrossEncoder` does; the longer side is truncated first.

        Args:
            queries: one per pair.
            passages: one per pair.
            max_length: tokens of both together, special ones included.
        """
        rows = [self._rows(side) for side in (queries, passages)]
        layout = Layout.of(self.tokenizer, self.template, max_length)
        return put_together(layout, (self._ids, rows[0]), (self._ids, rows[1]))

    def _rows(self, texts: Sequence[str]) -> NDArray[np.int64]:
        coded = pa.array(texts, pa.large_string()).dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        new = [text for text in distinct if text not in self._row_of]
        self._ids = self._ids.joined(self.tokens.encode(new))
        self._row_of.update(zip(new, range(len(self._row_of), len(self._row_of) + len(new)), strict=True))
        rows = np.fromiter(map(self._row_of.__getitem__, distinct), dtype=np.int64, count=len(distinct))
        found: NDArray[np.int64] = rows[coded.indices.to_numpy()]
        return found


def encode_pairs(
    tokenizer: PreTrainedTokenizerFast, queries: Sequence[str], passages: Sequence[str], max_length: int
) -> EncodedPairs:
    """Tokenise pairs, as `Texts.pairs`, without a cache."""
    return Texts(tokenizer).pairs(queries, passages, max_length)
