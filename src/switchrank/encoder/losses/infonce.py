"""InfoNCE: each anchor picks its positive."""

from __future__ import annotations

import torch

from switchrank.encoder.loss import ContrastiveLoss, NoOptions, Vectors, picked, similarities


class Loss(ContrastiveLoss[NoOptions]):
    """InfoNCE with in-batch negatives (van den Oord et al. 2018, arXiv 1807.03748, eq. 4).

    Description:
        Given pairs (aᵢ, pᵢ), each anchor is to pick its own positive out of all candidates of the batch:
        L = −1/n Σᵢ log( exp(cos(aᵢ, pᵢ)/τ) / Σⱼ exp(cos(aᵢ, cⱼ)/τ) ), where the candidates c are the batch's positives
        and then its hard negatives.

    Args:
        temperature: τ; the smaller, the more the hardest negatives weigh.
        options: it has none.

    Returns:
        Scalar float32.

    References:
        - van den Oord, Li & Vinyals 2018, arXiv 1807.03748, eq. 4.
        - Karpukhin et al. 2020 (DPR), arXiv 2004.04906, section 3.2: in-batch and hard negatives together.

    Requirements:
        1. A batch in which no two pairs are about one document (`plan_batches`).
        2. Two pairs at least; one alone has no negatives and loss 0.

    Inputs:
        | texts | vectors |
        |---|---|
        | (anchor, positive) pairs | anchors, positives |
        | (anchor, positive, hard negative …) | anchors, positives, negatives |

    Recommendations:
        - Queries and passages, which differ in length and kind: a passage need not pick its query.
        - Large batches: set `chunk` to keep the activations of only that many texts in memory (`gradient_cache`).
        - Languages: batches of one language pair (`batches.how: hybrid`) keep an anchor from telling its positive by
          its language.

    Relations:
        - `symmetric` averages it with the other direction; `clear` adds the other direction through English.
        - Without mask, and with scale = 1/τ, `sentence_transformers`' MultipleNegativesRankingLoss.

    Example:
        >>> vectors = torch.eye(3)
        >>> loss = Loss(0.5, NoOptions())
        >>> round(loss(Vectors(vectors, vectors)).item(), 4)
        0.2395
    """

    def __call__(self, batch: Vectors) -> torch.Tensor:
        """−log softmax of each anchor's own positive, averaged."""
        _, scores = similarities(batch, self.temperature)
        return picked(scores, batch.mask)
