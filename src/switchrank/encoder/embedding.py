"""Texts as vectors of a multilingual encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoModel, PreTrainedModel

from switchrank.errors import SwitchRankError
from switchrank.models.checks import positions_of
from switchrank.models.folder import load_model, read_tokenizer
from switchrank.progress import Progress
from switchrank.settings import Embedding
from switchrank.training.batching import batches_of_tokens
from switchrank.training.precision import autocast

_CPU = torch.device("cpu")
_LONGEST = 512
"""Tokens per text if no other number is given."""


def pool(hidden: torch.Tensor, mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """One vector per text.

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
        SwitchRankError: the folder does not hold a complete encoder.
    """
    model, missing = load_model(AutoModel, folder, "the folder of an encoder", local_files_only=True)
    return without_drawn_pooler(model, missing, folder)


def without_drawn_pooler(model: PreTrainedModel, missing: list[str], source: str | Path) -> PreTrainedModel:
    """Remove a pooling layer that the file lacks: its random weights would differ from run to run and, if saved
    again, look like trained ones.

    Args:
        model: as read.
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


class Embedder:
    """An encoder that turns texts into unit vectors.

    Args:
        model: on its device; it is put into evaluation mode while it embeds, and back afterwards.
        tokenizer: of the model; longer texts are truncated.
        pooling: how token vectors become a text vector.
        max_length: tokens per text, at most the model's positions.
        precision: `fp32`, `bf16` or `auto`.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: Tokenizer,
        pooling: str = "mean",
        max_length: int = _LONGEST,
        precision: str = "fp32",
    ) -> None:
        self.model, self.tokenizer, self.pooling, self.precision = model, tokenizer, pooling, precision
        self.tokenizer.enable_truncation(min(max_length, positions_of(model) or max_length))

    def vectors(self, texts: Sequence[str], label: str = "", batch_tokens: int = 2048) -> NDArray[np.float32]:
        """float32 [texts, hidden], rows of length 1; equal texts are computed once.

        Args:
            texts: with their prefix.
            label: names the job in progress lines; without it none are shown.
            batch_tokens: tokens per batch, padding included; batches that fit into a CPU's cache are faster.
        """
        device, training = self.model.device, self.model.training
        different = dict.fromkeys(texts)
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(list(different))]
        lengths = np.fromiter((len(row) for row in ids), dtype=np.int64, count=len(ids))
        vectors = np.empty((len(ids), self.model.config.hidden_size), dtype=np.float32)
        progress = Progress(label, len(ids), "texts") if label else None
        self.model.eval()
        with torch.inference_mode(), autocast(self.precision, device):
            for rows in batches_of_tokens(lengths, batch_tokens):
                tokens, mask = pad_ids([ids[row] for row in rows], self.model.config.pad_token_id)
                tokens, mask = tokens.to(device), mask.to(device)
                hidden = self.model(input_ids=tokens, attention_mask=mask).last_hidden_state
                unit = torch.nn.functional.normalize(pool(hidden, mask, self.pooling))
                vectors[rows] = unit.cpu().numpy()
                if progress:
                    progress.advance(len(rows))
        self.model.train(training)
        place = {text: at for at, text in enumerate(different)}
        return vectors if len(different) == len(texts) else vectors[[place[text] for text in texts]]


def read_encoder(folder: str | Path, settings: Embedding, device: torch.device) -> Embedder:
    """The encoder of a folder, on its device."""
    return Embedder(
        load_encoder(folder).to(device),
        read_tokenizer(folder),
        settings.pooling,
        settings.max_length,
        settings.precision,
    )


def embed(
    folder: str | Path, texts: list[str], label: str, batch_tokens: int = 2048, device: torch.device = _CPU
) -> NDArray[np.float32]:
    """Unit vectors by mean pooling, in float32 arithmetic, of the encoder in a folder; see `Embedder.vectors`."""
    return Embedder(load_encoder(folder).to(device), read_tokenizer(folder)).vectors(texts, label, batch_tokens)


def pad_ids(rows: list[list[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask, int64 [texts, longest], padded on the right."""
    width = max(map(len, rows))
    tokens = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return tokens, mask
