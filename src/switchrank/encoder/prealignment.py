"""Contrastive pre-alignment: an encoder learns that a text and its switched version mean the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from transformers import PreTrainedModel

from switchrank.encoder.embedding import load_encoder, pad_ids, pool
from switchrank.encoder.infonce import infonce
from switchrank.encoder.settings import Contrastive
from switchrank.model_folder import read_tokenizer
from switchrank.training import Trainer, autocast, freeze_word_embeddings, prepare


def prealign(
    pairs: pl.DataFrame,
    batches: pl.DataFrame,
    encoder: str | Path,
    settings: Contrastive,
    seed: int,
    threads: int,
    label: str,
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

    Returns:
        The encoder on the CPU, and the TRAINING table.

    Raises:
        SwitchRankError: the loss stops being a number.
    """
    device = prepare(seed, threads)
    model = load_encoder(encoder).to(device).train()
    if settings.freeze_embeddings:
        freeze_word_embeddings(model)
    tokenizer = read_tokenizer(encoder)
    tokenizer.enable_truncation(settings.max_length)
    texts = dict(zip(pairs["pair_id"], zip(pairs["anchor"], pairs["positive"], strict=True), strict=True))
    steps = batches.group_by("step", maintain_order=True).agg("pair_id")
    trainer = Trainer(model, settings, steps.height, label)
    pad = model.config.pad_token_id
    for chosen in steps["pair_id"].to_list():
        vectors, padding = [], 0.0
        for side in (0, 1):
            encoded = tokenizer.encode_batch([texts[pair][side] for pair in chosen])
            ids, mask = pad_ids([encoding.ids for encoding in encoded], pad)
            padding += (1 - float(mask.float().mean())) / 2
            with autocast(settings.precision, device):
                hidden = model(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
            vectors.append(pool(hidden, mask.to(device), settings.pooling))
        loss = infonce(vectors[0], vectors[1], settings.temperature, settings.symmetric)
        trainer.step(loss, chosen, padding)
    return model.cpu().eval(), trainer.log()
