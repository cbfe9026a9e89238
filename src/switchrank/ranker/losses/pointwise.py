"""Binary cross-entropy of each instance."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from switchrank.ranker.loss import RankingLoss


class Loss(RankingLoss):
    """Binary cross-entropy, mean over the pairs.

    Description:
        L = 1/n Σ ℓ(s), with ℓ = −log σ(s) of a positive and −log(1 − σ(s)) of a negative, s the logit.

    Args:
        logits, labels, queries: as `RankingLoss`; which query a pair belongs to does not matter.

    Returns:
        Scalar.

    References:
        - Litschko, Artemova & Plank 2023, arXiv 2305.05295: the loss of its cross-encoders.

    Requirements:
        1. Instances of both classes in the training, in any mixture per batch.

    Inputs:
        | texts | label |
        |---|---|
        | (query, passage) | 1 if relevant, 0 if not |

    Recommendations:
        - The head's bias starts at the log-odds of a positive, so that the first steps do not only learn their share.

    Relations:
        - `ranknet` and `lce` compare passages of a query, and do not care about the level of the logits.
        - `sentence_transformers`' BinaryCrossEntropyLoss.

    Example:
        >>> loss = Loss()
        >>> round(loss(torch.tensor([0.0, 0.0]), torch.tensor([1.0, 0.0]), torch.tensor([0, 0])).item(), 4)
        0.6931
    """

    whole_queries = False

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Mean over the pairs."""
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)

    def terms(self, labels: NDArray[np.int8], queries: NDArray[np.int64]) -> int:
        """The pairs."""
        return len(labels)
