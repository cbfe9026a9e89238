"""Contrastive pre-alignment: an encoder learns which texts mean the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import torch
from transformers import PreTrainedModel

from switchrank import tables
from switchrank.encoder.batch_loss import batch_loss
from switchrank.encoder.diagnosis import DevTexts, Diagnosis
from switchrank.encoder.embedding import load_encoder
from switchrank.encoder.loss import ContrastiveLoss, open_loss
from switchrank.encoder.pair_texts import PairTexts
from switchrank.encoder.settings import Contrastive, JointPairs
from switchrank.models.checks import refuse_misfit
from switchrank.models.folder import read_hugging_face_tokenizer, read_tokenizer, save_model
from switchrank.randomness import key_of
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.loop import Trainer
from switchrank.training.optimiser import freeze_word_embeddings
from switchrank.training.precision import prepare


class Aligned(NamedTuple):
    """The result of a pre-alignment."""

    model: PreTrainedModel
    """The encoder on the CPU."""
    training: pl.DataFrame
    """TRAINING table."""
    diagnostics: pl.DataFrame
    """DIAGNOSTICS table, empty without `dev`."""


def prealign(
    pairs: pl.DataFrame,
    batches: pl.DataFrame,
    encoder: str | Path,
    settings: Contrastive,
    seed: int,
    threads: int,
    label: str,
    negatives: pl.DataFrame | None = None,
    dev: DevTexts | None = None,
    checkpoints: Checkpoints | None = None,
) -> Aligned:
    """Train an encoder on a schedule of contrastive batches.

    In several processes (`switchrank.training.distributed`) each computes its share of a batch's texts and all see the
    loss of the whole batch, so that the negatives are those of one process.

    With a joint loss, a step goes down the sum of the loss of its pairs and λ times the InfoNCE of its joint pairs. The
    padding in the log is that of the former.

    Args:
        pairs: PAIRS table.
        batches: BATCHES table, in which the joint pairs of a step come last.
        encoder: model folder to start from.
        settings: of the encoder entry.
        seed: of the dropout.
        threads: CPU threads; the last bits of the weights depend on it.
        label: names the job in progress lines.
        negatives: NEGATIVES table of the pairs.
        dev: what is measured during training.
        checkpoints: where to save during training, and to continue from.

    Raises:
        SwitchRankError: encoder, tokenizer and `max_length` do not fit; the loss stops being a number; SIGTERM came
            (`Terminated`).
    """
    device = prepare(seed, threads)
    model = load_encoder(encoder).to(device).train()
    refuse_misfit(model, encoder, settings.max_length)
    if settings.freeze_embeddings:
        freeze_word_embeddings(model)
    tokenizer = read_tokenizer(encoder)
    tokenizer.enable_truncation(settings.max_length)
    loss_of = open_loss(settings.loss, settings.temperature, settings.loss_options)
    texts = PairTexts(pairs, negatives, tokenizer, settings.prefixes, english=loss_of.english)
    steps = batches.sort("step", "position").group_by("step", maintain_order=True).agg("pair_id")["pair_id"].to_list()
    if distributed.world() > 1:  # all start from the same weights; each has its own dropout
        torch.manual_seed(key_of(seed, "process", distributed.rank()) % 2**63)
    diagnosis = Diagnosis(model, read_tokenizer(encoder), settings, dev, len(steps))
    trainer = Trainer(model, settings, len(steps), label, checkpoints, diagnosis)
    diagnosis.start()
    beside = set(pairs.filter("joint")["pair_id"])
    for chosen in trainer.remaining(steps):
        main = [pair for pair in chosen if pair not in beside]
        loss, padding = batch_loss(model, texts.ids, texts.members(main), loss_of, settings, device)
        trainer.backward(loss)
        if settings.joint:
            members = texts.members(chosen[len(main) :])
            joint, _ = batch_loss(model, texts.ids, members, _loss_of_joint(settings, settings.joint), settings, device)
            trainer.backward(joint * settings.joint.weight)
        trainer.update(chosen, padding)
    return Aligned(model.cpu().eval(), trainer.log(), diagnosis.table())


def save_encoder(
    aligned: Aligned, encoder: str | Path, folder: str | Path, training_file: str | Path, diagnostics_file: str | Path
) -> None:
    """Write the result of a pre-alignment.

    Args:
        aligned: the result.
        encoder: model folder that it started from, whose tokenizer is kept.
        folder: becomes the encoder's.
        training_file: path of the TRAINING table.
        diagnostics_file: path of the DIAGNOSTICS table.

    Raises:
        SwitchRankError: a file cannot be written.
    """
    save_model(aligned.model, read_hugging_face_tokenizer(encoder), folder)
    tables.write(aligned.training, training_file, tables.TRAINING)
    tables.write(aligned.diagnostics, diagnostics_file, tables.DIAGNOSTICS)


def _loss_of_joint(settings: Contrastive, joint: JointPairs) -> ContrastiveLoss[Any]:
    return open_loss("infonce", joint.temperature or settings.temperature)
