"""Generated words, texts and models for the benchmarks, so that none needs data."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SYLLABLES = ["ka", "lo", "mi", "ter", "un", "des", "pro", "ti", "on", "er", "sa", "ve"]


def word(number: int) -> str:
    """The word of a number; different numbers give different words, small ones short words."""
    made = ""
    while number or not made:
        number, digit = divmod(number, len(_SYLLABLES))
        made += _SYLLABLES[digit]
    return made


def zipf(words: int) -> np.ndarray:
    """Probabilities of words by rank, float64 [words], as in running text (Mandelbrot's form of Zipf's law)."""
    weights = 1 / (np.arange(words) + 3)
    return weights / weights.sum()


def sentences(rng: np.random.Generator, count: int, median: int, words: int = 30_000) -> pa.Array:
    """Made texts, string [count]: words by Zipf's law, log-normal lengths of this median."""
    lengths = np.clip(rng.lognormal(np.log(median), 0.4, count), 2, 3 * median).astype(np.int64)
    known, chances = _vocabulary(words)
    drawn = np.minimum(np.searchsorted(chances, rng.random(int(lengths.sum()))), words - 1)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), known.take(pa.array(drawn))), " ")


@cache
def _vocabulary(words: int) -> tuple[pa.Array, np.ndarray]:
    return pa.array([word(number) for number in range(words)], pa.string()), np.cumsum(zipf(words))


def tokenizer(texts: list[str], max_length: int) -> Any:
    """A WordPiece tokenizer with BERT's template, trained on texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import BertTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=20_000, special_tokens=special, show_progress=False)
    )
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    return BertTokenizerFast(tokenizer_object=made, model_max_length=max_length)


def encoder(vocabulary: int, layers: int, width: int) -> Any:
    """A BERT with random weights."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    shape = {"hidden_size": width, "num_hidden_layers": layers, "intermediate_size": 4 * width}
    return BertModel(
        BertConfig(vocab_size=vocabulary, num_attention_heads=max(1, width // 32), pad_token_id=0, **shape)
    )
