"""Token ids of texts by the tokenizer itself, each distinct text once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from switchrank.ranker.flat_lists import Ragged, ragged

_TEXTS = 65_536
"""Texts tokenised at a time: their Python lists take much more memory than their ids."""


class TokenIds:
    """A tokenizer that gives ids as flat arrays.

    Args:
        tokenizer: a fast tokenizer.

    Attributes:
        backend: the tokenizer itself; it neither truncates nor pads.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.backend = plain(tokenizer)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for tokenizers that give equal ids."""
        return hashlib.sha256(self.backend.to_str().encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str] | pa.Array) -> Ragged:
        """Token ids of texts, untruncated and without special tokens around them.

        Args:
            texts: strings without nulls; equal ones are tokenised once.

        Returns:
            One list of ids per text, as `tokenizer(text, add_special_tokens=False)` gives it.
        """
        column = texts.cast(pa.large_string()) if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
        coded = column.dictionary_encode()
        found = ragged([])
        for start in range(0, len(coded.dictionary), _TEXTS):
            part = coded.dictionary.slice(start, _TEXTS).to_pylist()
            encoded = self.backend.encode_batch_fast(part, add_special_tokens=False)
            found = found.joined(ragged(text.ids for text in encoded))
        return found.take(coded.indices.to_numpy().astype(np.int64))


def plain(tokenizer: PreTrainedTokenizerFast) -> Tokenizer:
    """A copy of the tokenizer inside a `transformers` one that neither truncates nor pads."""
    copied = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    copied.no_truncation()
    copied.no_padding()
    copied.encode_special_tokens = tokenizer.split_special_tokens
    return copied
