"""What every training loop here shares: numeric precision, optimiser, schedule, the log."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import polars as pl
import torch

from switchrank.errors import SwitchRankError
from switchrank.progress import Progress
from switchrank.tables import TRAINING

_NO_DECAY = ("bias", "LayerNorm.weight", "layer_norm.weight")


def prepare(seed: int, threads: int) -> torch.device:
    """Seed torch, fix its thread count and kernels, and pick the device: a GPU where there is one.

    Sums of floats depend on the number of threads; with the same number the CPU gives the same bytes.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def multiplies_bf16(device: torch.device) -> bool:
    """Whether the hardware has bf16 matrix units; emulated bf16 is slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capability = torch.cpu.get_capabilities()
    return bool(capability.get("amx_bf16") or capability.get("avx512_bf16"))


def autocast(precision: str, device: torch.device) -> AbstractContextManager[Any]:
    """The context in which forward passes run: `fp32`, `bf16`, or `auto` for what the hardware has."""
    if precision == "bf16" or (precision == "auto" and multiplies_bf16(device)):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def freeze_word_embeddings(model: torch.nn.Module) -> None:
    """Leave the word embeddings as they are: most of the parameters, least of the gain."""
    model.get_input_embeddings().weight.requires_grad_(False)  # type: ignore[operator]


def make_optimiser(model: torch.nn.Module, learning_rate: float, weight_decay: float) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019) in one pass over the weights; biases and layer norms without decay, as BERT
    was trained."""
    decayed: list[torch.nn.Parameter] = []
    plain: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (plain if name.endswith(_NO_DECAY) else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, fused=True)


def rate_at(step: int, steps: int, warmup: float, peak: float) -> float:
    """Learning rate of a step (from 1): linear rise over `warmup · steps` (one at least), then linear fall to
    zero after the last step, so that the schedule is exactly as long as the training."""
    rising = max(1, math.ceil(warmup * steps - 1e-9))  # .07 · 100 is 7.000000000000001 in floats
    if step <= rising:
        return peak * step / rising
    return peak * (steps + 1 - step) / (steps + 1 - rising)


class Trainer:
    """One optimiser step at a time, with schedule, clipping, log and progress.

    Args:
        model: trained in place; only parameters that require gradients.
        settings: has learning_rate, weight_decay, warmup and clip.
        steps: how many steps there will be; the schedule has this length.
        label: names the job in progress lines.
    """

    def __init__(self, model: torch.nn.Module, settings: Any, steps: int, label: str) -> None:
        self.model, self.settings, self.steps = model, settings, steps
        self.optimiser = make_optimiser(model, settings.learning_rate, settings.weight_decay)
        self.progress = Progress(label, steps, "steps")
        self.rows: list[dict[str, float]] = []
        self.started = time.monotonic()

    def step(self, loss: torch.Tensor, items: Sequence[int], padding: float) -> None:
        """Take one step down a loss.

        Args:
            loss: scalar.
            items: ids of the batch's rows, named when loss or gradient is no number.
            padding: share of the batch's tokens that are padding.

        Raises:
            SwitchRankError: the loss or its gradient is NaN or infinite.
        """
        number = len(self.rows) + 1
        value = float(loss.detach())
        self._refuse_nonfinite("loss", value, number, items)
        rate = rate_at(number, self.steps, self.settings.warmup, self.settings.learning_rate)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        norm = float(torch.nn.utils.clip_grad_norm_(trained, self.settings.clip))
        self._refuse_nonfinite("the gradient norm", norm, number, items)
        self.optimiser.step()
        now = time.monotonic()
        self.rows.append(
            {
                "step": number,
                "loss": value,
                "learning_rate": rate,
                "gradient_norm": norm,
                "padding": padding,
                "pairs_per_second": len(items) / max(now - self.started, 1e-9),
            }
        )
        self.started = now
        recent = [row["loss"] for row in self.rows[-50:]]
        self.progress.advance(note=f"loss {sum(recent) / len(recent):.3f}")

    def _refuse_nonfinite(self, name: str, value: float, step: int, items: Sequence[int]) -> None:
        """Clipping by an infinite norm turns weights into NaN without any sign in that step's loss."""
        if not math.isfinite(value):
            raise SwitchRankError(
                f"{self.progress.label}: {name} is {value} in step {step}, rows {list(items)[:20]}; "
                "lower the learning rate or set precision: fp32"
            )

    def log(self) -> pl.DataFrame:
        """The steps taken, as the TRAINING table."""
        return pl.DataFrame(self.rows).with_columns(pl.col("step").cast(pl.Int32)).select(list(TRAINING.columns))
