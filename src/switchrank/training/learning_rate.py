"""The learning rate of each step; the schedule has the length of the training, or a longer one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from switchrank.errors import SwitchRankError


@dataclass(frozen=True)
class Schedule:
    """Linear rise, then a fall.

    Attributes:
        steps: of the schedule.
        rising: steps with rising rate, 1 … steps; the last of them has the peak.
        peak: highest rate.
        shape: of the fall to zero after the last step: `linear`, `cosine` (Loshchilov & Hutter 2017, eq. 5, one
            cycle), or `constant` for none.
    """

    steps: int
    rising: int
    peak: float
    shape: str = "linear"

    @classmethod
    def of(cls, settings: Any, steps: int, label: str) -> Schedule:
        """The schedule of the settings.

        Args:
            settings: has learning_rate and warmup; may have warmup_steps, schedule and schedule_steps.
            steps: of the training.
            label: begins the message.

        Raises:
            SwitchRankError: `warmup_steps` is not below the number of steps: the rate would never fall; or
                `schedule_steps` is: the rate would fall below zero.
        """
        length = getattr(settings, "schedule_steps", None) or steps
        if length < steps:
            raise SwitchRankError(
                f"{label}: schedule_steps is {length}, but the training has {steps} steps; it must not be below that"
            )
        rising = getattr(settings, "warmup_steps", None)
        if rising is not None and rising >= steps:
            raise SwitchRankError(
                f"{label}: warmup_steps is {rising}, but the training has {steps} steps; it must be below that"
            )
        rising = max(1, rising) if rising is not None else _share(settings.warmup, length)
        return cls(length, rising, settings.learning_rate, getattr(settings, "schedule", "linear"))

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 1."""
        if step <= self.rising:
            return self.peak * step / self.rising
        if self.shape == "constant":
            return self.peak
        if self.shape == "cosine":
            done = (step - self.rising) / (self.steps + 1 - self.rising)
            return self.peak * (1 + math.cos(math.pi * done)) / 2
        return self.peak * (self.steps + 1 - step) / (self.steps + 1 - self.rising)


def _share(warmup: float, steps: int) -> int:
    return max(1, math.ceil(warmup * steps - 1e-9))  # .07 · 100 is 7.000000000000001 in floats


def rate_at(step: int, steps: int, warmup: float, peak: float) -> float:
    """Learning rate of a step (from 1): linear rise over `warmup · steps` (one at least), then linear fall to
    zero after the last step."""
    return Schedule(steps, _share(warmup, steps), peak).rate(step)
