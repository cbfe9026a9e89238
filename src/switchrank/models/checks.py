"""Whether encoder, tokenizer and settings fit each other; otherwise training is meaningless or fails inside a
kernel."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import PreTrainedModel

from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer


def refuse_misfit(model: PreTrainedModel, encoder: str | Path, max_length: int) -> None:
    """Compare a model with the tokenizer of its folder and with the requested length.

    Args:
        model: read from the folder.
        encoder: the folder.
        max_length: tokens of a text, or of a pair of texts.

    Raises:
        SwitchRankError: no tokenizer, more words than embeddings, another padding token, or too few positions.
    """
    tokenizer = read_hugging_face_tokenizer(encoder)
    rows = int(model.get_input_embeddings().weight.shape[0])
    last = max(tokenizer.get_vocab().values(), default=-1)
    if last >= rows:
        raise SwitchRankError(
            f"{encoder}: the tokenizer has token ids up to {last}, but the model has embeddings for {rows} tokens "
            f"(0 to {rows - 1}); the folder needs the model's own tokenizer"
        )
    wanted, found = model.config.pad_token_id, tokenizer.pad_token_id
    if found is None or (wanted is not None and wanted != found):
        raise SwitchRankError(
            f"{encoder}: the tokenizer pads with token id {found}, the model with {wanted}; both must be the same"
        )
    longest = positions_of(model)
    if longest is not None and max_length > longest:
        raise SwitchRankError(
            f"{encoder}: max_length is {max_length}, but the model has positions for {longest} tokens; at most that"
        )


def positions_of(model: PreTrainedModel) -> int | None:
    """Number of tokens that a model has positions for; None if it has no table of positions.

    RoBERTa's family counts positions from the padding id on, so it has fewer than rows in the table.
    """
    embeddings = getattr(getattr(model, model.base_model_prefix, model), "embeddings", None)
    table = getattr(embeddings, "position_embeddings", None)
    if not isinstance(table, torch.nn.Embedding):
        return None
    return int(table.num_embeddings) - (0 if table.padding_idx is None else table.padding_idx + 1)
