"""Dev evaluation while a ranker trains: the best weights by a measure on dev, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from switchrank.errors import SwitchRankError
from switchrank.evaluation.drawn_texts import shown
from switchrank.languages import parse_pair
from switchrank.measures.computing import measure
from switchrank.progress import Progress
from switchrank.ranker.batches import EncodedPairs, encode_pairs
from switchrank.ranker.settings import DevEvaluation
from switchrank.tables import DEV
from switchrank.training import distributed
from switchrank.training.batching import batches_of_tokens
from switchrank.training.precision import autocast

_BATCH_TOKENS = 8192


@dataclass(frozen=True)
class DevPair:
    """Dev candidates in one language pair.

    Attributes:
        name: the pair.
        candidates: query_id, doc_id.
        encoded: their token ids, in the same order.
        qrels: QRELS table of the pair.
    """

    name: str
    candidates: pl.DataFrame
    encoded: EncodedPairs
    qrels: pl.DataFrame


@dataclass(frozen=True)
class Dev:
    """What is evaluated.

    Attributes:
        pairs: the candidates, pair by pair.
    """

    pairs: Sequence[DevPair]


def encode_dev(
    tokenizer: PreTrainedTokenizerFast,
    names: Sequence[str],
    max_length: int,
    candidates: Mapping[str, pl.DataFrame],
    qrels: Mapping[str, pl.DataFrame],
    queries: Mapping[str, pl.DataFrame],
    passages: Mapping[str, pl.DataFrame],
    mixed: Mapping[str, pl.DataFrame | None],
) -> Dev:
    """Dev candidates as token ids.

    Args:
        tokenizer: of the encoder.
        names: language pairs.
        max_length: tokens of a pair.
        candidates: CANDIDATES table of dev by pair.
        qrels: QRELS table of dev by pair.
        queries: QUERIES tables by language.
        passages: PASSAGES tables by language.
        mixed: MIXED tables by side, `queries` and `passages`, as in `mixing.shown`.

    Raises:
        SwitchRankError: a candidate has no text in a language.
    """
    found = []
    for name in names:
        pair, keys = parse_pair(name), candidates[name].select("query_id", "doc_id")
        sides = (
            ("query_id", shown(queries, pair.query, mixed["queries"], "query_id")),
            ("doc_id", shown(passages, pair.passage, mixed["passages"], "doc_id")),
        )
        texts = []
        for key, table in sides:
            joined = keys.join(table, on=key, how="left", maintain_order="left")
            missing = joined.filter(pl.col("text").is_null())
            if missing.height:
                raise SwitchRankError(f"dev {name}: candidate {key} {missing[key][0]!r} has no text in that language")
            texts.append(joined["text"].to_list())
        found.append(DevPair(name, keys, encode_pairs(tokenizer, texts[0], texts[1], max_length), qrels[name]))
    return Dev(found)


class DevWatch:
    """Evaluates every so many steps, keeps the best weights, and decides when to stop.

    Args:
        dev: candidates and judgements.
        settings: of the evaluation on dev.
        model: in training; it is scored in evaluation mode.
        precision: of the forward passes.
        steps: of the training; the last one is evaluated too.
        label: names the job in progress lines.
    """

    def __init__(
        self, dev: Dev, settings: DevEvaluation, model: PreTrainedModel, precision: str, steps: int, label: str
    ) -> None:
        self.dev, self.settings, self.model, self.precision = dev, settings, model, precision
        self.steps, self.label = steps, label
        self.rows: list[tuple[int, str, str, float]] = []
        self.best, self.best_step = -1.0, 0
        self.kept: dict[str, torch.Tensor] = {}

    def observe(self, step: int) -> bool:
        """Evaluate if the step is due; returns whether training should stop."""
        if step % self.settings.every and step != self.steps:
            return False
        values = self._evaluate()
        self.rows += [(step, name, self.settings.measure, value) for name, value in values.items()]
        mean = sum(values.values()) / len(values)
        if mean > self.best:
            self.best, self.best_step = mean, step
            self.kept = {name: value.detach().to("cpu", copy=True) for name, value in self._trained().items()}
        if distributed.rank() == 0:
            Progress(self.label, 0, "").say(
                f"dev {self.settings.measure} {mean:.4f} after step {step}; best {self.best:.4f} after {self.best_step}"
            )
        patience = self.settings.patience
        return patience is not None and self._evaluations_since_best() >= patience

    def take_best(self) -> None:
        """Load the best weights into the model."""
        with torch.no_grad():
            for name, value in self._trained().items():
                value.copy_(self.kept[name])

    def table(self) -> pl.DataFrame:
        """The measurements, as the DEV table."""
        schema = {"step": pl.Int32, "pair": pl.String, "measure": pl.String, "value": pl.Float64}
        assert list(schema) == list(DEV.columns)
        return pl.DataFrame(self.rows, schema=schema, orient="row")

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """The state for a checkpoint."""
        return dict(self.kept), {"rows": self.rows, "best": self.best, "best_step": self.best_step}

    def restore(self, tensors: dict[str, torch.Tensor], values: dict[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self.kept = dict(tensors)
        self.rows = [(int(step), str(pair), str(name), float(value)) for step, pair, name, value in values["rows"]]
        self.best, self.best_step = float(values["best"]), int(values["best_step"])

    def _evaluations_since_best(self) -> int:
        return len({step for step, *_ in self.rows if step > self.best_step})

    def _trained(self) -> dict[str, torch.nn.Parameter]:
        return {name: value for name, value in self.model.named_parameters() if value.requires_grad}

    def _evaluate(self) -> dict[str, float]:
        """The measure's mean over the queries, by pair."""
        training = self.model.training
        self.model.eval()
        try:
            return {pair.name: self._measured(pair) for pair in self.dev.pairs}
        finally:
            self.model.train(training)

    def _measured(self, pair: DevPair) -> float:
        """Batches are dealt to the processes in turn; the sum of their arrays, 0 elsewhere, has all scores."""
        device = next(self.model.parameters()).device
        scores = np.zeros(len(pair.encoded.lengths), dtype=np.float32)
        batches = batches_of_tokens(pair.encoded.lengths, _BATCH_TOKENS)
        with torch.no_grad(), autocast(self.precision, device):
            for rows in batches[distributed.rank() :: distributed.world()]:
                logits = self.model(**pair.encoded.batch(rows, device)).logits.squeeze(-1)
                scores[rows] = logits.float().cpu().numpy()
        scores = distributed.total(torch.from_numpy(scores)).numpy()
        run = pair.candidates.with_columns(score=pl.Series(scores, dtype=pl.Float32))
        measured = measure(run, pair.qrels, [self.settings.measure], f"{self.label}: dev {pair.name}")
        return float(measured["value"].mean())  # type: ignore[arg-type]


def no_dev() -> pl.DataFrame:
    """The DEV table of a training without evaluation."""
    return pl.DataFrame(schema=DEV.schema)
