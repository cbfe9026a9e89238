"""What a contrastive loss is: it gets the vectors of a batch and says what else it needs.

Each module of `encoder/losses/` defines one loss: a class `Loss` and, if it has options, a class `Options`. The name of
the module is the name in the configuration; nothing else names it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

import torch
from pydantic import ValidationError

from switchrank.encoder import losses
from switchrank.settings import Settings


class NoOptions(Settings):
    """The options of a loss that has none."""


O = TypeVar("O", bound=Settings)  # noqa: E741


@dataclass(frozen=True)
class Vectors:
    """The vectors of a batch of n pairs; a loss normalises them itself.

    Attributes:
        anchors: float32 [n, d].
        positives: float32 [n, d]; row i belongs to anchor i.
        negatives: float32 [m, d], hard negatives of all pairs; None without any.
        mask: bool [n, n + m], true where a candidate (the positives, then the hard negatives) is not a negative of an
            anchor, because it is about the same document or is the same text. The diagonal is false. None if every
            other candidate is a negative.
        english: float32 [n, d], the English text of each positive; None if the positives are English themselves, or if
            the loss does not need them.
    """

    anchors: torch.Tensor
    positives: torch.Tensor
    negatives: torch.Tensor | None = None
    mask: torch.Tensor | None = None
    english: torch.Tensor | None = None


class ContrastiveLoss(ABC, Generic[O]):
    """A loss of the vectors of a batch.

    Args:
        temperature: τ, which divides the cosine similarities.
        options: of this loss.

    Attributes:
        english: whether it needs the English text of each positive (`Vectors.english`).
    """

    english: ClassVar[bool] = False

    def __init__(self, temperature: float, options: O) -> None:
        self.temperature, self.options = temperature, options

    @abstractmethod
    def __call__(self, batch: Vectors) -> torch.Tensor:
        """The loss of a batch, a scalar float32 tensor with a graph.

        Args:
            batch: vectors of all of its texts, those of other processes included.
        """


def module_of(name: str) -> str:
    """The module of a loss."""
    return f"{losses.__name__}.{name}"


def open_loss(name: str, temperature: float, options: Mapping[str, float] | None = None) -> ContrastiveLoss[Any]:
    """A loss by its name.

    Args:
        name: of a module of `encoder/losses/`.
        temperature: τ.
        options: of the loss, by name; those that are absent have their defaults.

    Raises:
        ValidationError: the loss has no such option, or not with this value.
    """
    module = import_module(module_of(name))
    loss: ContrastiveLoss[Any] = module.Loss(temperature, _options_of(module)(**(options or {})))
    return loss


def mistakes_in_options(name: str, options: Mapping[str, float]) -> list[str]:
    """What is wrong with the options of a loss, each with the values that are allowed.

    Args:
        name: of a module of `encoder/losses/`.
        options: as in the configuration.
    """
    model = _options_of(import_module(module_of(name)))
    known = ", ".join(model.model_fields) or "(none)"
    try:
        model(**options)
    except ValidationError as error:
        return [
            f"{option}: {name} has no such option; allowed: {known}"
            if (option := ".".join(map(str, found["loc"]))) not in ("", *model.model_fields)
            else f"{option or 'options'}: found {found['input']!r}; {found['msg']}"
            for found in error.errors()
        ]
    return []


def _options_of(module: ModuleType) -> type[Settings]:
    options: type[Settings] = getattr(module, "Options", NoOptions)
    return options


def cosines(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Cosine of each vector of one set with each of another, float32 [n, m].

    Args:
        one: float32 [n, d].
        other: float32 [m, d].
    """
    return torch.nn.functional.normalize(one, dim=-1) @ torch.nn.functional.normalize(other, dim=-1).T


def similarities(batch: Vectors, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines over τ of the anchors with the positives, float32 [n, n], and with these and the hard negatives, float32
    [n, n + m]."""
    anchors = torch.nn.functional.normalize(batch.anchors, dim=-1)
    similarity = anchors @ torch.nn.functional.normalize(batch.positives, dim=-1).T / temperature
    if batch.negatives is None:
        return similarity, similarity
    hard = anchors @ torch.nn.functional.normalize(batch.negatives, dim=-1).T / temperature
    return similarity, torch.cat([similarity, hard], dim=1)


def picked(scores: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Mean over the rows of −log softmax on the diagonal: each row is to pick its own column.

    Args:
        scores: float32 [n, at least n].
        mask: bool of the same shape, true where a column is left out of a row's sum; None for nowhere.
    """
    shown = scores if mask is None else scores.masked_fill(mask, float("-inf"))
    return torch.nn.functional.cross_entropy(shown, torch.arange(len(scores), device=scores.device))
