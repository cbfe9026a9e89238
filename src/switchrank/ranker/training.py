"""Cross-encoder training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import torch
from transformers import PreTrainedModel

from switchrank import tables
from switchrank.models.checks import refuse_misfit
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.progress import Progress
from switchrank.randomness import key_of
from switchrank.ranker.alignment import Alignment, Frame
from switchrank.ranker.batches import Pairs
from switchrank.ranker.dev import Dev, DevWatch, no_dev
from switchrank.ranker.loss import open_loss
from switchrank.ranker.model import new_ranker
from switchrank.ranker.sampling import Rows, Sampler, refuse_unusable, shares
from switchrank.ranker.settings import Training
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.loop import Trainer
from switchrank.training.optimiser import freeze_layers, freeze_word_embeddings
from switchrank.training.precision import autocast, prepare


class Trained(NamedTuple):
    """The result of a training."""

    model: PreTrainedModel
    """The ranker on the CPU; with dev evaluation, with the weights that were best on dev."""
    training: pl.DataFrame
    """TRAINING table."""
    dev: pl.DataFrame
    """DEV table, empty without dev evaluation."""


def train_ranker(
    instances: pl.DataFrame,
    pairs: Pairs,
    encoder: str | Path,
    settings: Training,
    seed: int,
    threads: int,
    label: str,
    dev: Dev | None = None,
    checkpoints: Checkpoints | None = None,
    english: Pairs | None = None,
    earlier: Sequence[Pairs] = (),
) -> Trained:
    """Fine-tune a cross-encoder.

    In several processes (`switchrank.training.distributed`) each computes its share of every batch; all return
    the same.

    Args:
        instances: instance_id, query_id and label of each pair; a pointwise loss needs no query_id.
        pairs: their token ids, in the same order, truncated to `settings.max_length`.
        encoder: model folder to start from.
        settings: of the training.
        seed: of head, dropout and batches.
        threads: CPU threads; the last bits of the weights depend on it.
        label: names the job in messages.
        dev: the data of `settings.dev`; needed if it is set.
        checkpoints: where to save during training, and to continue from.
        english: the same pairs in English; needed if `settings.joint` is set.
        earlier: the same pairs as each corpus of `settings.curriculum` shows them. Batches are those of `pairs`, so
            that a curriculum changes what is shown and not when.

    Raises:
        SwitchRankError: the instances have only one class, or a query has, under a loss that compares its passages;
            encoder, tokenizer and settings do not fit; the loss stops being a number; SIGTERM came (`Terminated`).
    """
    refuse_unusable(instances, settings.loss, label)
    device = prepare(seed, threads)
    positive_share = float((instances["label"] == 1).mean())  # type: ignore[arg-type]
    model = new_ranker(encoder, settings.dropout, settings.pooling, positive_share).to(device).train()
    refuse_misfit(model, encoder, settings.max_length)
    if settings.freeze_embeddings:
        freeze_word_embeddings(model)
    freeze_layers(model, settings.freeze_layers, encoder)
    if settings.compile:
        model.compile(dynamic=True)
    if distributed.world() > 1:  # all start from the same weights; each has its own dropout
        torch.manual_seed(key_of(seed, "process", distributed.rank()) % 2**63)
    sampler = Sampler(instances, pairs.lengths, settings, key_of(seed, "ranker"))
    watch = None
    if settings.dev is not None:
        assert dev is not None, "settings.dev needs the dev candidates"
        watch = DevWatch(dev, settings.dev, model, settings.precision, sampler.steps(), label)
    trainer = Trainer(model, settings, sampler.steps(), label, checkpoints, watch)
    _announce(instances, settings, label)
    shown = [*earlier, pairs]
    alignments = [_alignment(model, stage, english, settings, encoder) for stage in shown]
    step = _Step(model, trainer, sampler, instances, settings, device)
    for units in trainer.remaining(sampler.batches()):
        stage = stage_of(len(trainer.rows), sampler.steps(), len(shown))
        step.take(units, shown[stage], alignments[stage])
    if watch:
        watch.take_best()
    return Trained(model.cpu().eval(), trainer.log(), watch.table() if watch else no_dev())


def stage_of(done: int, steps: int, stages: int) -> int:
    """Which stage of a curriculum the next step belongs to; each has an equal share of the steps, up to one.

    Args:
        done: steps taken.
        steps: of the training.
        stages: their number.
    """
    return min(done * stages // steps, stages - 1)


def _alignment(
    model: PreTrainedModel, shown: Pairs, english: Pairs | None, settings: Training, encoder: str | Path
) -> Alignment | None:
    if settings.joint is None:
        return None
    assert english is not None, "settings.joint needs the English texts"
    frame = Frame.of(read_hugging_face_tokenizer(encoder), settings.max_length)
    return Alignment(model, shown, english, settings, frame)


def save_ranker(
    trained: Trained,
    encoder: str | Path,
    max_length: int,
    folder: str | Path,
    training_file: str | Path,
    dev_file: str | Path,
) -> None:
    """Write the result of a training.

    Args:
        trained: the result.
        encoder: model folder that it started from, whose tokenizer is kept.
        max_length: of the training, so that long pairs are truncated the same wherever the ranker is loaded.
        folder: becomes the ranker's.
        training_file: path of the TRAINING table.
        dev_file: path of the DEV table.

    Raises:
        SwitchRankError: a file cannot be written.
    """
    tokenizer = read_hugging_face_tokenizer(encoder)
    tokenizer.model_max_length = max_length
    save_model(trained.model, tokenizer, folder)
    tables.write(trained.training, training_file, tables.TRAINING)
    tables.write(trained.dev, dev_file, tables.DEV)


class _Step:
    """One update: this process's share of a batch, part by part."""

    def __init__(
        self,
        model: PreTrainedModel,
        trainer: Trainer,
        sampler: Sampler,
        instances: pl.DataFrame,
        settings: Training,
        device: torch.device,
    ) -> None:
        self.model, self.trainer, self.sampler = model, trainer, sampler
        self.settings, self.device, self.loss = settings, device, open_loss(settings.loss)
        self.ids = instances["instance_id"]
        self.labels = instances["label"].to_numpy()

    def take(self, units: Rows, pairs: Pairs, align: Alignment | None) -> None:
        """Forward, backward, update.

        Args:
            units: of the batch.
            pairs: as they are shown in this step.
            align: the second term of the loss, if there is one.
        """
        batch = self.sampler.rows(units)
        whole = self._terms(batch)
        for rows in self._parts(units, distributed.rank()):
            weight = self._terms(rows) * distributed.world() / whole
            loss = self._loss(rows, pairs)
            self.trainer.backward(loss if weight == 1 else loss * weight)
        second = align(batch, self.device) if align else None
        if second is not None:
            self.trainer.backward(second)
        self.trainer.update(self.ids.gather(batch).to_list(), self._padding(units, batch, pairs))

    def _parts(self, units: Rows, process: int) -> list[Rows]:
        """Instances of each part that a process computes."""
        return [
            self.sampler.rows(part) for part in shares(units, distributed.world(), process, self.settings.accumulate)
        ]

    def _loss(self, rows: Rows, pairs: Pairs) -> torch.Tensor:
        with autocast(self.settings.precision, self.device):
            logits = self.model(**pairs.batch(rows, self.device)).logits.squeeze(-1)
        labels = torch.from_numpy(self.labels[rows].astype(np.float32)).to(self.device)
        queries = torch.from_numpy(self.sampler.queries_of(rows)).to(self.device)
        return self.loss(logits.float(), labels, queries)

    def _terms(self, rows: Rows) -> int:
        return self.loss.terms(self.labels[rows], self.sampler.queries_of(rows))

    def _padding(self, units: Rows, batch: Rows, pairs: Pairs) -> float:
        """Share of the tokens computed in all processes that is padding."""
        lengths = pairs.lengths
        parts = [rows for process in range(distributed.world()) for rows in self._parts(units, process)]
        computed = sum(len(rows) * int(lengths[rows].max()) for rows in parts)
        return 1.0 - float(lengths[batch].sum()) / float(computed)


def _announce(instances: pl.DataFrame, settings: Training, label: str) -> None:
    """Log effective batch and negatives, once."""
    if distributed.rank():
        return
    positives = int((instances["label"] == 1).sum())
    negatives = instances.height - positives
    split = f"{distributed.world()} process(es), {settings.accumulate} part(s) each"
    Progress(label, 0, "").say(
        f"{settings.loss}, {settings.batch_size} instances per update ({split}); {positives:,} positives, "
        f"{negatives:,} negatives, {negatives / positives:.2f} a positive"
    )
