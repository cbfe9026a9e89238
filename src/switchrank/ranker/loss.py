"""What a loss of a ranker is: it gets the logits of a batch, and says what it needs and how many terms it has.

Each module of `ranker/losses/` defines one loss, a class `Loss`. The name of the module is the name in the
configuration; nothing else names it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from switchrank.ranker import losses


class RankingLoss(ABC):
    """A loss of the logits of a batch: the mean over its terms.

    Shares of a batch that are computed separately (in parts, in several processes) are weighted by their number of
    terms, so that together they are the batch's loss.

    Attributes:
        whole_queries: whether it compares passages of one query; all instances of a query are then in one share of a
            batch, and each query needs a positive and a negative.
    """

    whole_queries: ClassVar[bool]

    @abstractmethod
    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Scalar of the logits' dtype, with a graph.

        Args:
            logits: float [pairs].
            labels: float [pairs], 0 or 1.
            queries: int64 [pairs]; pairs with the same number belong to one query.
        """

    @abstractmethod
    def terms(self, labels: NDArray[np.int8], queries: NDArray[np.int64]) -> int:
        """Number of terms in the mean.

        Args:
            labels: [pairs], 0 or 1.
            queries: [pairs], numbers from 0.
        """


def module_of(name: str) -> str:
    """The module of a loss."""
    return f"{losses.__name__}.{name}"


def open_loss(name: str) -> RankingLoss:
    """A loss by its name, that of a module of `ranker/losses/`."""
    loss: RankingLoss = import_module(module_of(name)).Loss()
    return loss


def better(labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """bool [pairs, pairs]: the first is a positive, the second a negative of its query.

    Args:
        labels: float [pairs], 0 or 1.
        queries: int64 [pairs].
    """
    return (queries[:, None] == queries) & (labels[:, None] > 0) & (labels == 0)
