"""InfoNCE in both directions."""

from __future__ import annotations

import torch

from switchrank.encoder.loss import ContrastiveLoss, NoOptions, Vectors, picked, similarities


class Loss(ContrastiveLoss[NoOptions]):
    """InfoNCE of the anchors and of the positives, averaged (Radford et al. 2021, arXiv 2103.00020, figure 3).

    Description:
        L = ½ (L→ + L←). L→ is `infonce`; L← = −1/n Σᵢ log( exp(cos(aᵢ, pᵢ)/τ) / Σⱼ exp(cos(aⱼ, pᵢ)/τ) ): each positive
        is to pick its own anchor out of the anchors of the batch.

    Args:
        temperature: τ, the same in both directions.
        options: it has none.

    Returns:
        Scalar float32.

    References:
        - Radford et al. 2021 (CLIP), arXiv 2103.00020, figure 3.
        - van den Oord, Li & Vinyals 2018, arXiv 1807.03748, eq. 4, for each direction.

    Requirements:
        1. A batch in which no two pairs are about one document (`plan_batches`).
        2. Two pairs at least; one alone has no negatives and loss 0.

    Inputs:
        | texts | vectors |
        |---|---|
        | (anchor, positive) pairs | anchors, positives |
        | (anchor, positive, hard negative …) | anchors, positives, negatives (forwards only: no anchor is theirs) |

    Recommendations:
        - Two texts that mean the same (`switched`, `parallel`, `words`, `phrases`), where neither is the question.

    Relations:
        - `infonce` is its first half.
        - Without hard negatives and mask, and with scale = 1/τ, `sentence_transformers`'
          MultipleNegativesSymmetricRankingLoss.

    Example:
        >>> anchors, positives = torch.eye(2), torch.tensor([[1.0, 0.0], [1.0, 1.0]])
        >>> loss = Loss(1.0, NoOptions())
        >>> round(loss(Vectors(anchors, positives)).item(), 4)
        0.4912
    """

    def __call__(self, batch: Vectors) -> torch.Tensor:
        """The mean of both directions."""
        similarity, scores = similarities(batch, self.temperature)
        back = None if batch.mask is None else batch.mask[:, : len(similarity)].T
        return (picked(scores, batch.mask) + picked(similarity.T, back)) / 2
