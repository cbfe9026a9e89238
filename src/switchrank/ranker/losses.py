"""Losses of a cross-encoder's logits.

Each returns the mean over its terms, and `terms` returns how many a batch has: shares of a batch that are computed
separately (in parts, in several processes) are weighted by their terms, so that together they are the batch's loss.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""(logits float32 [pairs], labels float32 [pairs] of 0 and 1, queries int64 [pairs]) → scalar. Pairs with the same
number in `queries` belong to one query."""


def pointwise(logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy, mean over the pairs (2305.05295): −log σ(s) of a positive, −log(1 − σ(s)) of a negative."""
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)


def ranknet(logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """RankNet (Burges et al. 2005, eq. 3 with target probability 1), mean over all pairs of a positive and a negative
    of one query: log(1 + exp(s⁻ − s⁺))."""
    positive, negative = torch.where(_better(labels, queries))
    return torch.nn.functional.softplus(logits[negative] - logits[positive]).mean()


def lce(logits: torch.Tensor, labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """Localized contrastive estimation (Gao, Dai & Callan 2021, arXiv 2101.08751, eq. 5), mean over the positives:
    −log( exp(s⁺) / (exp(s⁺) + Σ exp(s⁻)) ) with the negatives of its query. Another positive of the query is
    not a negative."""
    positive = torch.where(labels > 0)[0]
    own = positive[:, None] == torch.arange(len(logits), device=logits.device)
    shown = own | _better(labels, queries)[positive]
    row = logits.expand(len(positive), -1).masked_fill(~shown, -torch.inf)
    return (row.logsumexp(1) - logits[positive]).mean()


def _better(labels: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
    """bool [pairs, pairs]: the first is a positive, the second a negative of its query."""
    return (queries[:, None] == queries) & (labels[:, None] > 0) & (labels == 0)


LOSSES: dict[str, Loss] = {"pointwise": pointwise, "ranknet": ranknet, "lce": lce}


def terms(loss: str, labels: NDArray[np.int8], queries: NDArray[np.int64]) -> int:
    """Number of terms in the mean of a batch's loss.

    Args:
        loss: name in `LOSSES`.
        labels: [pairs], 0 or 1.
        queries: int64 [pairs], numbers from 0.
    """
    if loss == "pointwise":
        return len(labels)
    if loss == "lce":
        return int((labels > 0).sum())
    _, queries = np.unique(queries, return_inverse=True)
    positives, negatives = (np.bincount(queries, weights=labels == wanted) for wanted in (1, 0))
    return int((positives * negatives).sum())
