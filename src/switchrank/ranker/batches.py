"""Query–passage pairs as padded tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from switchrank.errors import SwitchRankError
from switchrank.ranker.flat_lists import Ragged, positions, ragged
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
class EncodedPairs:
    """Token ids of many pairs, unpadded; a text that occurs in several pairs is stored once.

    Attributes:
        queries: first side.
        passages: second side.
        template: the special tokens around both.
        names: model inputs of a batch.
        pad: token id of padding.
        lengths: int64 [pairs], special tokens included.
    """

    queries: TokenArrays
    passages: TokenArrays
    template: Template
    names: tuple[str, ...]
    pad: int
    lengths: NDArray[np.int64]

    def batch(self, indices: NDArray[np.int64], device: torch.device) -> dict[str, torch.Tensor]:
        """Chosen pairs, padded to the longest of them: int64 [pairs, tokens] by model input name."""
        return {name: torch.from_numpy(array).to(device) for name, array in self.arrays(indices).items()}

    def arrays(self, indices: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """As `batch`, but as arrays."""
        lengths = self.lengths[indices]
        width = int(lengths.max())
        found = {"input_ids": np.full((len(indices), width), self.pad, dtype=np.int64)}
        if "token_type_ids" in self.names:
            found["token_type_ids"] = np.zeros((len(indices), width), dtype=np.int64)
        at = np.arange(len(indices), dtype=np.int64) * width
        for part, kinds in zip(self._parts(indices), self.template.kinds, strict=True):
            ids, sizes = part
            places = positions(at, sizes)
            found["input_ids"].ravel()[places] = ids
            if "token_type_ids" in found and kinds.any():
                found["token_type_ids"].ravel()[places] = kinds if len(kinds) == 1 else np.tile(kinds, len(indices))
            at = at + sizes
        found["attention_mask"] = (np.arange(width) < lengths[:, None]).astype(np.int64)
        return {name: found[name] for name in self.names}

    def _parts(self, indices: NDArray[np.int64]) -> list[tuple[NDArray, NDArray[np.int64]]]:
        """Token ids of the five parts of the pairs, pair by pair, and how many each pair has."""
        template, count = self.template, len(indices)

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
    tokenizer: PreTrainedTokenizerFast,
    template: Template,
    queries: tuple[Ragged, NDArray[np.int64]],
    passages: tuple[Ragged, NDArray[np.int64]],
    max_length: int,
) -> EncodedPairs:
    """Pairs of texts whose token ids are known.

    Args:
        tokenizer: of the model; it decides which end of a text is cut, the model inputs and the padding.
        template: the special tokens that it puts around a pair.
        queries: token ids of texts, and which of them is each pair's query, int64 [pairs].
        passages: the same for the passages.
        max_length: tokens of both together, special ones included; the longer side is truncated first.

    Raises:
        SwitchRankError: no room for the special tokens, or a model with other inputs.
    """
    room = max_length - template.added
    if room < 0:
        raise SwitchRankError(
            f"max_length: found {max_length}; the special tokens of a pair alone are {template.added}"
        )
    unknown = [name for name in tokenizer.model_input_names if name not in _KNOWN_INPUTS]
    if unknown:
        raise SwitchRankError(f"the model takes {unknown[0]!r}; expected no inputs but {', '.join(_KNOWN_INPUTS)}")
    whole = [ids.lengths[rows] for ids, rows in (queries, passages)]
    kept = longest_first(whole[0], whole[1], room)
    left = tokenizer.truncation_side == "left"
    sides = [
        TokenArrays(ids.values, ids.starts[rows] + (before - after if left else 0), after)
        for (ids, rows), before, after in zip((queries, passages), whole, kept, strict=True)
    ]
    return EncodedPairs(
        queries=sides[0],
        passages=sides[1],
        template=template,
        names=tuple(tokenizer.model_input_names),
        pad=tokenizer.pad_token_id,
        lengths=kept[0] + kept[1] + template.added,
    )


class Texts:
    """A cache of token ids, so that a text in many pairs, or in many calls, is tokenised once.

    Args:
        tokenizer: of the model.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer
        self._tokens = TokenIds(tokenizer)
        self._template = template_of(self._tokens.backend)
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
        return put_together(self.tokenizer, self._template, (self._ids, rows[0]), (self._ids, rows[1]), max_length)

    def _rows(self, texts: Sequence[str]) -> NDArray[np.int64]:
        coded = pa.array(texts, pa.large_string()).dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        new = [text for text in distinct if text not in self._row_of]
        self._ids = self._ids.joined(self._tokens.encode(new))
        self._row_of.update(zip(new, range(len(self._row_of), len(self._row_of) + len(new)), strict=True))
        rows = np.fromiter(map(self._row_of.__getitem__, distinct), dtype=np.int64, count=len(distinct))
        found: NDArray[np.int64] = rows[coded.indices.to_numpy()]
        return found


def encode_pairs(
    tokenizer: PreTrainedTokenizerFast, queries: Sequence[str], passages: Sequence[str], max_length: int
) -> EncodedPairs:
    """Tokenise pairs, as `Texts.pairs`, without a cache."""
    return Texts(tokenizer).pairs(queries, passages, max_length)
