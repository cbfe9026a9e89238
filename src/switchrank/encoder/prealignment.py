"""Contrastive pre-alignment: an encoder learns that a text and its switched version mean the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import torch
from transformers import PreTrainedModel

from switchrank.encoder.embedding import load_encoder, pad_ids, pool
from switchrank.encoder.infonce import infonce
from switchrank.encoder.settings import Contrastive
from switchrank.model_folder import read_tokenizer
from switchrank.training import Checkpoints, Trainer, autocast, freeze_word_embeddings, prepare

_GROUP = 16
"""Texts that are padded together."""


def prealign(
    pairs: pl.DataFrame,
    batches: pl.DataFrame,
    encoder: str | Path,
    settings: Contrastive,
    seed: int,
    threads: int,
    label: str,
    checkpoints: Checkpoints | None = None,
) -> tuple[PreTrainedModel, pl.DataFrame]:
    """Train an encoder on a schedule of contrastive batches.

    Args:
        pairs: PAIRS table.
        batches: BATCHES table.
        encoder: model folder to start from.
        settings: of the encoder entry.
        seed: of the dropout.
        threads: CPU threads; part of what decides the last bits of the weights.
        label: names the job in progress lines.
        checkpoints: where to save on the way, and to go on from.

    Returns:
        The encoder on the CPU, and the TRAINING table.

    Raises:
        SwitchRankError: the loss stops being a number, or SIGTERM came (`Terminated`).
    """
    device = prepare(seed, threads)
    model = load_encoder(encoder).to(device).train()
    if settings.freeze_embeddings:
        freeze_word_embeddings(model)
    tokenizer = read_tokenizer(encoder)
    tokenizer.enable_truncation(settings.max_length)
    texts = dict(zip(pairs["pair_id"], zip(pairs["anchor"], pairs["positive"], strict=True), strict=True))
    steps = batches.group_by("step", maintain_order=True).agg("pair_id")
    trainer = Trainer(model, settings, steps.height, label, checkpoints)
    for chosen in trainer.remaining(steps["pair_id"].to_list()):
        anchors, positives = zip(*(texts[pair] for pair in chosen), strict=True)
        rows = [encoding.ids for encoding in tokenizer.encode_batch([*anchors, *positives])]
        vectors, padding = _vectors(model, rows, settings, device)
        loss = infonce(vectors[: len(chosen)], vectors[len(chosen) :], settings.temperature, settings.symmetric)
        trainer.step(loss, chosen, padding)
    return model.cpu().eval(), trainer.log()


def _vectors(
    model: PreTrainedModel, rows: list[list[int]], settings: Contrastive, device: torch.device
) -> tuple[torch.Tensor, float]:
    """Pooled vectors of a batch's texts, computed in groups of like length: queries and passages differ so much
    that most of a batch padded as a whole is padding. The loss still sees all of them at once.

    Args:
        model: the encoder.
        rows: token ids of each text.
        settings: precision and pooling.
        device: of the model.

    Returns:
        float32 [texts, hidden] in the order of `rows`, and the share of computed tokens that are padding.
    """
    order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    parts, computed = [], 0
    for start in range(0, len(order), _GROUP):
        ids, mask = pad_ids([rows[row] for row in order[start : start + _GROUP]], model.config.pad_token_id)
        computed += ids.numel()
        with autocast(settings.precision, device):
            hidden = model(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
        parts.append(pool(hidden, mask.to(device), settings.pooling))
    place = torch.empty(len(order), dtype=torch.int64)
    place[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[place.to(device)], 1 - sum(map(len, rows)) / computed
