"""The steps of a training: update, log, progress, checkpoint."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar

import polars as pl
import torch

from switchrank.errors import SwitchRankError
from switchrank.progress import Progress
from switchrank.randomness import key_of
from switchrank.tables import TRAINING
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints, Saved
from switchrank.training.learning_rate import Schedule
from switchrank.training.optimiser import make_optimiser
from switchrank.training.peak_memory import peak_memory

T = TypeVar("T")
_COLUMNS = tuple(TRAINING.columns)
_LOST_SCALES = 20
"""Number of consecutive fp16 updates that may be skipped while the gradient's scale is adjusted."""


class Terminated(SwitchRankError):
    """The job was asked to end (SIGTERM); its state is saved."""


class Observer(Protocol):
    """Observes the model after each step; its state is part of a checkpoint."""

    def observe(self, step: int) -> bool:
        """Whether the training ends after this step."""

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Its state: tensors, and plain values that JSON represents exactly."""

    def restore(self, tensors: dict[str, torch.Tensor], values: dict[str, Any]) -> None:
        """Restore a state from `state`."""


class Trainer:
    """One update at a time, with schedule, clipping, log, progress and checkpoints.

        for batch in trainer.remaining(batches):
            trainer.step(loss_of(batch), ids_of(batch), padding_of(batch))

    Or `backward` for each part of a batch and then `update`; or your own backward passes and `update` with
    the loss's value. In several processes each computes its share (see `switchrank.training.distributed`).

    Args:
        model: trained in place; only parameters that require gradients.
        settings: has learning_rate, weight_decay, warmup and clip; may have warmup_steps, schedule,
            schedule_steps, epsilon and precision.
        steps: how many steps there will be.
        label: names the job in messages.
        checkpoints: where to save; an existing checkpoint is loaded at once.
        observer: called after each step.

    Raises:
        SwitchRankError: the schedule does not fit the steps, or the checkpoint is another training's.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        settings: Any,
        steps: int,
        label: str,
        checkpoints: Checkpoints | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.model, self.settings, self.steps, self.label = model, settings, steps, label
        self.schedule = Schedule.of(settings, steps, label)
        self.trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
        self.optimiser = make_optimiser(
            model, settings.learning_rate, settings.weight_decay, getattr(settings, "epsilon", 1e-8)
        )
        halves = getattr(settings, "precision", "fp32") == "fp16" and torch.cuda.is_available()
        self.scaler = torch.amp.GradScaler("cuda", enabled=halves)  # type: ignore[attr-defined]
        self.checkpoints, self.observer = checkpoints, observer
        self.rows: list[dict[str, float]] = []
        self.value: torch.Tensor | None = None
        self.skipped = 0
        self.ended = self.terminated = False
        saved = checkpoints.read() if checkpoints else None
        if saved:
            self._restore(saved)
        self.progress = Progress(label, steps, "steps", done=len(self.rows))
        self.started = time.monotonic()

    def remaining(self, batches: Iterable[T]) -> Iterator[T]:
        """The batches whose steps are still to be taken; none after the training has ended.

        While it runs and checkpoints are kept, SIGTERM lets the step finish.
        """
        with self._terminable():
            for batch in islice(batches, len(self.rows), self.steps):
                if self.ended:
                    return
                yield batch

    def step(self, loss: torch.Tensor, items: Sequence[int], padding: float) -> None:
        """Take one step down a loss: `backward`, then `update`."""
        self.backward(loss)
        self.update(items, padding)

    def backward(self, loss: torch.Tensor) -> None:
        """Add a loss's gradients to those of the step.

        Args:
            loss: scalar; the losses of a step's parts add up to the batch's.
        """
        self.value = loss.detach() if self.value is None else self.value + loss.detach()
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]

    def update(self, items: Sequence[int], padding: float, value: torch.Tensor | None = None) -> None:
        """Take the step that follows from the gradients.

        Args:
            items: ids of the batch's rows, in all processes; named if loss or gradient is not finite.
            padding: share of the batch's tokens that are padding.
            value: the loss in this process, where it was not given to `backward`.

        Raises:
            SwitchRankError: the loss or its gradient is NaN or infinite.
            Terminated: SIGTERM came; the checkpoint is written.
        """
        number = len(self.rows) + 1
        given = value if value is not None else self.value
        loss = float(distributed.average(torch.zeros(()) if given is None else given.detach()))
        self._refuse_nonfinite("loss", loss, number, items)
        rate = self.schedule.rate(number)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        norm = self._descend(number, items)
        self.value = None
        now = time.monotonic()
        speed = len(items) / max(now - self.started, 1e-9)
        self.started = now
        self.rows.append(
            dict(zip(_COLUMNS, (float(number), loss, rate, norm, padding, speed, peak_memory()), strict=True))
        )
        recent = [row["loss"] for row in self.rows[-50:]]
        if distributed.rank() == 0:
            self.progress.advance(note=f"loss {sum(recent) / len(recent):.3f}")
        self.ended = bool(self.observer and self.observer.observe(number))
        self._save_if_due(number)

    def _descend(self, number: int, items: Sequence[int]) -> float:
        """Clip and apply the gradients; their norm before clipping."""
        trained = list(self.trained.values())
        distributed.average_gradients(trained)
        if self.scaler.is_enabled():
            self.scaler.unscale_(self.optimiser)
        norm = float(torch.nn.utils.clip_grad_norm_(trained, self.settings.clip))
        # fp16's scale starts too high on purpose: the scaler skips such steps and lowers it
        self.skipped = self.skipped + 1 if not math.isfinite(norm) else 0
        if not self.scaler.is_enabled() or self.skipped > _LOST_SCALES:
            self._refuse_nonfinite("the gradient norm", norm, number, items)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.optimiser.zero_grad(set_to_none=True)
        return norm

    def _refuse_nonfinite(self, name: str, value: float, step: int, items: Sequence[int]) -> None:
        """Clipping by an infinite norm turns weights into NaN without any sign in that step's loss."""
        if not math.isfinite(value):
            raise SwitchRankError(
                f"{self.label}: {name} is {value} in step {step}, rows {list(items)[:20]}; "
                "lower the learning rate or set precision: fp32"
            )

    def log(self) -> pl.DataFrame:
        """The steps taken, as the TRAINING table."""
        return (
            pl.DataFrame(self.rows, schema=dict.fromkeys(_COLUMNS, pl.Float64))
            .with_columns(pl.col("step").cast(pl.Int32))
            .select(list(_COLUMNS))
        )

    # -- checkpoints ------------------------------------------------------------------------------
    @contextmanager
    def _terminable(self) -> Iterator[None]:
        """SIGTERM is recorded and handled after the step; only the main thread can set this."""
        if self.checkpoints is None or threading.current_thread() is not threading.main_thread():
            yield
            return

        def remember(number: int, frame: object) -> None:
            self.terminated = True

        before = signal.signal(signal.SIGTERM, remember)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    def _save_if_due(self, step: int) -> None:
        """Nothing after the last step, since the model itself is written next."""
        if self.checkpoints is None or self.ended or step >= self.steps:
            return
        terminated = distributed.anywhere(self.terminated)
        if terminated or (self.checkpoints.every and step % self.checkpoints.every == 0):
            self._save(self.checkpoints, step)
        if terminated:
            raise Terminated(
                f"{self.label}: ended by SIGTERM after step {step} of {self.steps}, which is saved in "
                f"{self.checkpoints.folder}; the next attempt continues from there"
            )

    def _save(self, checkpoints: Checkpoints, step: int) -> None:
        """What the next step depends on: weights, moments, random states, and the log so far."""
        tensors: dict[str, torch.Tensor] = {f"model.{name}": value for name, value in self.trained.items()}
        for number, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
        for number, state in enumerate(distributed.gather_all(torch.get_rng_state())):
            tensors[f"random.cpu.{number}"] = state
        if torch.cuda.is_available():
            for number, state in enumerate(distributed.gather_all(torch.cuda.get_rng_state())):
                tensors[f"random.cuda.{number}"] = state
        tensors["log"] = torch.tensor([list(row.values()) for row in self.rows], dtype=torch.float64)
        seen, remembered = self.observer.state() if self.observer else ({}, {})
        tensors |= {f"observer.{name}": value for name, value in seen.items()}
        if distributed.rank() == 0:
            values = {"scaler": self.scaler.state_dict(), "skipped": self.skipped, "observer": remembered}
            checkpoints.write(step, tensors, values | {"processes": distributed.world()})
        distributed.barrier()

    def _restore(self, saved: Saved) -> None:
        tensors = saved.tensors
        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(tensors[f"model.{name}"])
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in _under(tensors, "optimiser.").items():
            number, _, what = name.partition(".")
            state.setdefault(int(number), {})[what] = value
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": state})
        self.rows = [dict(zip(_COLUMNS, row, strict=True)) for row in tensors["log"].tolist()]
        self.scaler.load_state_dict(saved.values["scaler"])
        self.skipped = saved.values["skipped"]
        self._restore_random(tensors, saved)
        if self.observer:
            self.observer.restore(_under(tensors, "observer."), saved.values["observer"])
        if distributed.rank() == 0:
            Progress(self.label, self.steps, "steps").say(f"continues after step {saved.step} of {self.steps}")

    def _restore_random(self, tensors: dict[str, torch.Tensor], saved: Saved) -> None:
        """Random states per process; with another number of processes they are new, since batches are divided
        differently."""
        own = distributed.rank()
        if saved.values["processes"] != distributed.world():
            torch.manual_seed(key_of("resumed", saved.step, own) % 2**63)
            return
        torch.set_rng_state(tensors[f"random.cpu.{own}"])
        if torch.cuda.is_available() and f"random.cuda.{own}" in tensors:
            torch.cuda.set_rng_state(tensors[f"random.cuda.{own}"])


def _under(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
