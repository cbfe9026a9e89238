"""The contrastive loss."""

from __future__ import annotations

import torch


def infonce(anchors: torch.Tensor, positives: torch.Tensor, temperature: float, symmetric: bool) -> torch.Tensor:
    """InfoNCE with in-batch negatives (van den Oord et al. 2018, arXiv 1807.03748, eq. 4).

    L = −1/n Σᵢ log( exp(cos(aᵢ, pᵢ)/τ) / Σⱼ exp(cos(aᵢ, pⱼ)/τ) ); symmetric adds the same with a and p
    exchanged and halves the sum.

    Args:
        anchors: float32 [n, d].
        positives: float32 [n, d]; row i belongs to anchor i, the other rows are its negatives.
        temperature: τ.
        symmetric: average both directions.

    Returns:
        Scalar float32.
    """
    left = torch.nn.functional.normalize(anchors, dim=-1)
    right = torch.nn.functional.normalize(positives, dim=-1)
    similarity = left @ right.T / temperature
    target = torch.arange(len(similarity), device=similarity.device)
    loss = torch.nn.functional.cross_entropy(similarity, target)
    if symmetric:
        loss = (loss + torch.nn.functional.cross_entropy(similarity.T, target)) / 2
    return loss
