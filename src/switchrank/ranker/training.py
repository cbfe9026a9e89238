"""Pointwise cross-encoder training."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import torch
from transformers import PreTrainedModel

from switchrank.batching import bucketed_batches
from switchrank.errors import SwitchRankError
from switchrank.model_folder import read_hugging_face_tokenizer
from switchrank.randomness import key_of
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.model import new_ranker
from switchrank.ranker.settings import Training
from switchrank.training import Trainer, autocast, freeze_word_embeddings, prepare


def train_ranker(
    corpus: pl.DataFrame, encoder: str | Path, settings: Training, seed: int, threads: int, label: str
) -> tuple[PreTrainedModel, pl.DataFrame]:
    """Fine-tune a cross-encoder with binary cross-entropy on one logit (2305.05295).

    Args:
        corpus: the CORPUS table.
        encoder: model folder to start from.
        settings: of the training.
        seed: of head, dropout and batches.
        threads: CPU threads; part of what decides the last bits of the weights.
        label: names the job in progress lines.

    Returns:
        The ranker on the CPU, and the TRAINING table.

    Raises:
        SwitchRankError: the corpus has one class only, or the loss stops being a number.
    """
    labels = sorted(corpus["label"].unique().to_list())
    if labels != [0, 1]:
        raise SwitchRankError(
            f"{label}: the corpus has labels {labels}; training needs positives (1) and negatives (0)"
        )
    device = prepare(seed, threads)
    tokenizer = read_hugging_face_tokenizer(encoder)
    pairs = encode_pairs(tokenizer, corpus["query"].to_list(), corpus["passage"].to_list(), settings.max_length)
    targets = torch.tensor(corpus["label"].to_numpy(), dtype=torch.float32, device=device)
    instances = corpus["instance_id"].to_numpy()
    positive_share = float((corpus["label"] == 1).mean())  # type: ignore[arg-type]
    model = new_ranker(encoder, settings.dropout, settings.pooling, positive_share).to(device).train()
    if settings.freeze_embeddings:
        freeze_word_embeddings(model)
    steps = settings.epochs * math.ceil(corpus.height / settings.batch_size)
    trainer = Trainer(model, settings, steps, label)
    for epoch in range(settings.epochs):
        for rows in bucketed_batches(pairs.lengths, settings.batch_size, key_of(seed, "ranker"), epoch):
            with autocast(settings.precision, device):
                logits = model(**pairs.batch(rows, device)).logits.squeeze(-1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), targets[torch.from_numpy(rows)])
            trainer.step(loss, instances[rows].tolist(), pairs.padding(rows))
    return model.cpu().eval(), trainer.log()
