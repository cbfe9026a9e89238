"""RankNet: every positive of a query above every negative."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from switchrank.ranker.loss import RankingLoss, better


class Loss(RankingLoss):
    """RankNet (Burges et al. 2005), mean over all pairs of a positive and a negative of one query.

    Description:
        L = 1/|P| Σ log(1 + exp(s⁻ − s⁺)) over the set P of such pairs: eq. 3 with target probability 1.

    Args:
        logits, labels, queries: as `RankingLoss`.

    Returns:
        Scalar.

    References:
        - Burges et al. 2005, Learning to Rank using Gradient Descent, eq. 3.

    Requirements:
        1. Whole queries, each with a positive and a negative.

    Inputs:
        | texts | label |
        |---|---|
        | (query, passage), all of a query in one batch | 1 if relevant, 0 if not |

    Recommendations:
        - Queries with several positives, all of which count equally.

    Relations:
        - `lce` compares a positive with all negatives at once; with one negative per query the two are equal.
        - `sentence_transformers`' RankNetLoss.

    Example:
        >>> loss = Loss()
        >>> round(loss(torch.tensor([1.0, 0.0]), torch.tensor([1.0, 0.0]), torch.tensor([0, 0])).item(), 4)
        0.3133
    """

    whole_queries = True

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Mean over the pairs of a positive and a negative."""
        positive, negative = torch.where(better(labels, queries))
        return torch.nn.functional.softplus(logits[negative] - logits[positive]).mean()

    def terms(self, labels: NDArray[np.int8], queries: NDArray[np.int64]) -> int:
        """The pairs of a positive and a negative of one query."""
        _, numbers = np.unique(queries, return_inverse=True)
        positives, negatives = (np.bincount(numbers, weights=labels == wanted) for wanted in (1, 0))
        return int((positives * negatives).sum())
