"""The contrastive loss."""

from __future__ import annotations

import torch


def infonce(
    anchors: torch.Tensor,
    positives: torch.Tensor,
    temperature: float,
    symmetric: bool,
    negatives: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    """InfoNCE with in-batch negatives (van den Oord et al. 2018, arXiv 1807.03748, eq. 4).

    Description:
        Given pairs (aᵢ, pᵢ), each anchor is to pick its own positive out of all candidates of the
        batch: L = −1/n Σᵢ log( exp(cos(aᵢ, pᵢ)/τ) / Σⱼ exp(cos(aᵢ, cⱼ)/τ) ), where the candidates c are the batch's
        positives and then its hard negatives.

    Args:
        anchors: float32 [n, d].
        positives: float32 [n, d]; row i belongs to anchor i, the other rows are its negatives.
        temperature: τ; the smaller, the more the hardest negatives weigh.
        symmetric: average with the loss in which each positive picks its anchor. Hard negatives have no
            anchor, so they are not used in that direction.
        negatives: float32 [m, d], hard negatives; every anchor is compared with all of them.
        mask: bool [n, n + m], true where a candidate is not a negative of an anchor because it is about the same
            document or is the same text; its column is left out of the sum. The diagonal must be false.

    Returns:
        Scalar float32.

    References:
        - van den Oord, Li & Vinyals 2018, arXiv 1807.03748, eq. 4.
        - Karpukhin et al. 2020 (DPR), arXiv 2004.04906, section 3.2: in-batch and hard negatives together.
        - Radford et al. 2021 (CLIP), arXiv 2103.00020, figure 3: both directions.

    Requirements:
        1. A batch in which no two pairs are about one document (`schedule.plan_batches`).
        2. Two pairs at least; one alone has no negatives and loss 0.

    Inputs:
        | texts | vectors |
        |---|---|
        | (anchor, positive) pairs | anchors, positives |
        | (anchor, positive, hard negative …) | anchors, positives, negatives |

    Recommendations:
        - Large batches: set `chunk` to keep the activations of only that many texts in memory (`gradient_cache`).
        - Languages: batches of one language pair (`batches.how: hybrid`) keep an anchor from telling its positive
          by its language.

    Relations:
        - Without negatives and mask, and with scale = 1/τ, `sentence_transformers`' MultipleNegativesRankingLoss;
          with symmetric, its MultipleNegativesSymmetricRankingLoss.

    Example:
        >>> vectors = torch.eye(3)
        >>> round(infonce(vectors, vectors, temperature=0.5, symmetric=False).item(), 4)
        0.2395
    """
    left = torch.nn.functional.normalize(anchors, dim=-1)
    right = torch.nn.functional.normalize(positives, dim=-1)
    similarity = left @ right.T / temperature
    scores = similarity
    if negatives is not None:
        scores = torch.cat([similarity, left @ torch.nn.functional.normalize(negatives, dim=-1).T / temperature], dim=1)
    target = torch.arange(len(similarity), device=similarity.device)
    loss = torch.nn.functional.cross_entropy(_without(scores, mask), target)
    if symmetric:
        back = None if mask is None else mask[:, : len(similarity)].T
        loss = (loss + torch.nn.functional.cross_entropy(_without(similarity.T, back), target)) / 2
    return loss


def _without(scores: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    return scores if mask is None else scores.masked_fill(mask, float("-inf"))
