"""Texts as vectors of a multilingual encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, PreTrainedModel

from switchrank.batching import batches_of_tokens
from switchrank.errors import SwitchRankError
from switchrank.model_folder import load_model, read_tokenizer
from switchrank.progress import Progress

_LONGEST = 512
"""Tokens a text; RoBERTa's models count two positions more than they can use."""


def pool(hidden: torch.Tensor, mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """One vector a text.

    Args:
        hidden: float [texts, tokens, hidden], the last layer.
        mask: int [texts, tokens], 1 for a token, 0 for padding.
        pooling: `mean` over the tokens, or `cls`, the first one.

    Returns:
        float32 [texts, hidden].
    """
    if pooling == "cls":
        return hidden[:, 0].float()
    weights = mask.unsqueeze(-1).float()
    return (hidden.float() * weights).sum(1) / weights.sum(1)


def load_encoder(folder: str | Path) -> PreTrainedModel:
    """The encoder of a folder.

    Raises:
        SwitchRankError: the folder holds no whole encoder.
    """
    model, missing = load_model(AutoModel, folder, "the folder of an encoder", local_files_only=True)
    return without_drawn_pooler(model, missing, folder)


def without_drawn_pooler(model: PreTrainedModel, missing: list[str], source: str | Path) -> PreTrainedModel:
    """Take off a pooling layer that the file lacks: drawn at random, it would differ from run to run and, saved
    again, pass for a trained one.

    Args:
        model: just read.
        missing: names of its weights that the file lacks.
        source: for the message.

    Raises:
        SwitchRankError: other weights are missing too.
    """
    others = [name for name in missing if not name.startswith("pooler.")]
    if others:
        raise SwitchRankError(f"{source}: {len(others)} weights are missing, such as {others[0]}; expected an encoder")
    if missing:
        model.pooler = None
    return model


def embed(folder: str | Path, texts: list[str], label: str, batch_tokens: int = 2048) -> NDArray[np.float32]:
    """Unit vectors by mean pooling, in float32 arithmetic.

    Args:
        folder: model folder.
        texts: with their prefix.
        label: names the job in progress lines.
        batch_tokens: tokens a batch, padding included; what stays in a CPU's cache is faster.

    Returns:
        float32 [texts, hidden], rows of length 1.
    """
    tokenizer = read_tokenizer(folder)
    model = load_encoder(folder).eval()
    tokenizer.enable_truncation(min(_LONGEST, model.config.max_position_embeddings))
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    lengths = np.fromiter((len(row) for row in ids), dtype=np.int64, count=len(ids))
    vectors = np.empty((len(texts), model.config.hidden_size), dtype=np.float32)
    progress = Progress(label, len(texts), "texts")
    with torch.inference_mode():
        for rows in batches_of_tokens(lengths, batch_tokens):
            tokens, mask = pad_ids([ids[row] for row in rows], model.config.pad_token_id)
            hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
            vectors[rows] = torch.nn.functional.normalize(pool(hidden, mask, "mean")).numpy()
            progress.advance(len(rows))
    return vectors


def pad_ids(rows: list[list[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask, int64 [texts, longest], padded on the right."""
    width = max(map(len, rows))
    tokens = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return tokens, mask
