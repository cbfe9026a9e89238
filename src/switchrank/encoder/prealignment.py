"""Contrastive pre-alignment: an encoder learns which texts mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
import torch
from transformers import PreTrainedModel

from switchrank import tables
from switchrank.encoder.diagnosis import DevTexts, Diagnosis
from switchrank.encoder.embedding import load_encoder, pad_ids, pool
from switchrank.encoder.gradient_cache import cached_loss
from switchrank.encoder.infonce import infonce
from switchrank.encoder.pair_texts import Members, PairTexts
from switchrank.encoder.settings import Contrastive
from switchrank.models.checks import refuse_misfit
from switchrank.models.folder import read_hugging_face_tokenizer, read_tokenizer, save_model
from switchrank.randomness import key_of
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.loop import Trainer
from switchrank.training.optimiser import freeze_word_embeddings
from switchrank.training.precision import autocast, prepare

_GROUP = 16
"""Texts that are padded together."""


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

    Args:
        pairs: PAIRS table.
        batches: BATCHES table.
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
    texts = PairTexts(pairs, negatives, tokenizer, settings.prefixes)
    steps = batches.sort("step", "position").group_by("step", maintain_order=True).agg("pair_id")["pair_id"].to_list()
    if distributed.world() > 1:  # all start from the same weights; each has its own dropout
        torch.manual_seed(key_of(seed, "process", distributed.rank()) % 2**63)
    diagnosis = Diagnosis(model, read_tokenizer(encoder), settings, dev, len(steps))
    trainer = Trainer(model, settings, len(steps), label, checkpoints, diagnosis)
    diagnosis.start()
    for chosen in trainer.remaining(steps):
        loss, padding = batch_loss(model, texts.ids, texts.members(chosen), settings, device)
        trainer.step(loss, chosen, padding)
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


def batch_loss(
    model: PreTrainedModel,
    ids: Sequence[Sequence[int]],
    members: Members,
    settings: Contrastive,
    device: torch.device,
) -> tuple[torch.Tensor, float]:
    """InfoNCE of a batch. Its texts are computed in groups of similar length: queries and passages differ so much in
    length that a batch padded as a whole would be mostly padding. The loss is still computed over all of them at once.

    Args:
        model: the encoder.
        ids: token ids of every text.
        members: the batch's texts and mask.
        settings: of the encoder entry.
        device: of the model.

    Returns:
        Scalar float32, and the share of computed tokens that are padding.
    """
    texts = members.texts
    order = sorted(range(len(texts)), key=lambda at: len(ids[texts[at]]))
    shares = [order[number :: distributed.world()] for number in range(distributed.world())]
    own = shares[distributed.rank()]
    size = _GROUP if settings.chunk is None else min(_GROUP, settings.chunk)
    groups = [own[start : start + size] for start in range(0, len(own), size)]
    computed = sum(len(group) * max(len(ids[texts[at]]) for at in group) for group in groups)

    def encode(group: Sequence[int]) -> torch.Tensor:
        tokens, mask = pad_ids([list(ids[texts[at]]) for at in group], model.config.pad_token_id)
        tokens, mask = tokens.to(device), mask.to(device)
        with autocast(settings.precision, device):
            hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return pool(hidden, mask, settings.pooling)

    place = torch.empty(len(order), dtype=torch.int64)
    place[torch.tensor([at for share in shares for at in share])] = torch.arange(len(order))

    def loss_of(vectors: torch.Tensor) -> torch.Tensor:
        return _loss(distributed.gather(vectors)[place.to(device)], members, settings)

    if not own:  # more processes than texts: it has no vectors, but takes part in every exchange
        loss = loss_of(torch.zeros(0, model.config.hidden_size, device=device, requires_grad=True))
    elif settings.chunk is None:
        loss = loss_of(torch.cat([encode(group) for group in groups]))
    else:
        loss = cached_loss(groups, encode, loss_of)
    return loss, 1 - sum(len(ids[texts[at]]) for at in own) / max(computed, 1)


def _loss(vectors: torch.Tensor, members: Members, settings: Contrastive) -> torch.Tensor:
    """The loss of vectors in the order of `members.texts`."""
    anchors, positives, negatives = torch.split(
        vectors, [len(members.anchors), len(members.positives), len(members.negatives)]
    )
    mask = None if members.mask is None else members.mask.to(vectors.device)
    hard = negatives if len(negatives) else None
    return infonce(anchors, positives, settings.temperature, settings.symmetric, hard, mask)
