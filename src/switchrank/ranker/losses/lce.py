"""Localized contrastive estimation: each positive out of itself and the negatives of its query."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from switchrank.ranker.loss import RankingLoss, better


class Loss(RankingLoss):
    """Localized contrastive estimation (Gao, Dai & Callan 2021, arXiv 2101.08751, eq. 5), mean over the positives.

    Description:
        L = −1/|⁺| Σ log( exp(s⁺) / (exp(s⁺) + Σ exp(s⁻)) ) with the negatives of its query. Another positive of the
        query is not a negative.

    Args:
        logits, labels, queries: as `RankingLoss`.

    Returns:
        Scalar.

    References:
        - Gao, Dai & Callan 2021, arXiv 2101.08751, eq. 5.

    Requirements:
        1. Whole queries, each with a positive and a negative.

    Inputs:
        | texts | label |
        |---|---|
        | (query, passage), all of a query in one batch | 1 if relevant, 0 if not |

    Recommendations:
        - Hard negatives, several per positive.

    Relations:
        - InfoNCE (`encoder/losses/infonce.py`) over a query's own negatives instead of those of the batch.
        - With one negative per query it equals `ranknet`.

    Example:
        >>> loss = Loss()
        >>> logits, labels = torch.tensor([0.0, 0.0, 0.0]), torch.tensor([1.0, 0.0, 0.0])
        >>> round(loss(logits, labels, torch.tensor([0, 0, 0])).item(), 4)
        1.0986
    """

    whole_queries = True

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Mean over the positives."""
        positive = torch.where(labels > 0)[0]
        own = positive[:, None] == torch.arange(len(logits), device=logits.device)
        shown = own | better(labels, queries)[positive]
        row = logits.expand(len(positive), -1).masked_fill(~shown, -torch.inf)
        return (row.logsumexp(1) - logits[positive]).mean()

    def terms(self, labels: NDArray[np.int8], queries: NDArray[np.int64]) -> int:
        """The positives."""
        return int((labels > 0).sum())
