"""Query–passage pairs as padded tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class EncodedPairs:
    """Token ids of many pairs, unpadded.

    Attributes:
        fields: by model input name (input_ids, attention_mask, perhaps token_type_ids): a list of
            int sequences, one a pair.
        lengths: int64 [pairs].
        pad: padding value by model input name.
    """

    fields: dict[str, list[list[int]]]
    lengths: NDArray[np.int64]
    pad: dict[str, int]

    def batch(self, indices: NDArray[np.int64], device: torch.device) -> dict[str, torch.Tensor]:
        """Chosen pairs, padded to the longest of them: int64 [pairs, tokens] by model input name."""
        width = int(self.lengths[indices].max())
        tensors = {}
        for name, rows in self.fields.items():
            padded = np.full((len(indices), width), self.pad[name], dtype=np.int64)
            for row, index in enumerate(indices):
                padded[row, : self.lengths[index]] = rows[index]
            tensors[name] = torch.from_numpy(padded).to(device)
        return tensors

    def padding(self, indices: NDArray[np.int64]) -> float:
        """Share of a batch's tokens that are padding."""
        lengths = self.lengths[indices]
        return 1.0 - float(lengths.sum()) / float(lengths.max() * len(lengths))


def encode_pairs(
    tokenizer: PreTrainedTokenizerFast, queries: Sequence[str], passages: Sequence[str], max_length: int
) -> EncodedPairs:
    """Tokenise pairs as `sentence_transformers.CrossEncoder` does; the longer side is cut first.

    Args:
        tokenizer: of the model.
        queries: one a pair.
        passages: one a pair.
        max_length: tokens of both together, special ones included.
    """
    encoded = tokenizer(list(queries), list(passages), truncation="longest_first", max_length=max_length, padding=False)
    fields = {name: encoded[name] for name in tokenizer.model_input_names}
    pad = dict.fromkeys(fields, 0) | {"input_ids": tokenizer.pad_token_id}
    lengths = np.fromiter((len(row) for row in fields["input_ids"]), dtype=np.int64, count=len(fields["input_ids"]))
    return EncodedPairs(fields, lengths, pad)
