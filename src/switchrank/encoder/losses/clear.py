"""CLEAR: forwards to the passage, backwards from its English text, and both distributions alike."""

from __future__ import annotations

from typing import Self

import torch
from pydantic import Field, model_validator

from switchrank.encoder.loss import ContrastiveLoss, Vectors, cosines, picked, similarities
from switchrank.settings import Settings


class Options(Settings):
    """Weights of the parts of CLEAR; what is left to 1 is the weight of the forward part."""

    alpha: float = Field(0.4, ge=0, le=1, description="Weight of the reverse part.")
    beta: float = Field(0.2, ge=0, le=1, description="Weight of the divergence.")

    @model_validator(mode="after")
    def _leave_something(self) -> Self:
        if self.alpha + self.beta > 1:
            raise ValueError(f"alpha + beta is {self.alpha + self.beta:g}; at most 1")
        return self


class Loss(ContrastiveLoss[Options]):
    """Cross-lingual alignment through the English passage (CLEAR, arXiv 2604.05821).

    Description:
        Given queries qᵢ, their passages pᵢ and the English texts eᵢ of these:
        L = (1 − α − β) F + α R + β D, with
        F = −1/n Σᵢ log fᵢᵢ, where fᵢⱼ is the softmax over all candidates cⱼ (passages, then hard negatives) of
        cos(qᵢ, cⱼ)/τ;
        R = −1/n Σᵢ log rᵢᵢ, where rᵢⱼ is the softmax over the queries of cos(eᵢ, qⱼ)/τ;
        D = 1/n Σᵢ Σⱼ rᵢⱼ (log rᵢⱼ − log f′ᵢⱼ), where f′ is f over the passages of the batch alone: the divergence of
        PyTorch's `kl_div` with log f′ as its input and r as its target.

    Args:
        temperature: τ of all parts; .05 in the released example (scale 20).
        options: α and β; .4 and .2 in the released example.

    Returns:
        Scalar float32.

    References:
        - CLEAR, arXiv 2604.05821 (ACL 2026), by its released code. What was known of it when this was written leaves
          four things open. (1) From where the 5 negative queries of the reverse part are drawn: here all other queries
          of the batch are negatives. (2) How the divergence is reduced: here the sum over candidates, averaged over
          queries. (3) Whether a gradient flows through the reverse distribution: here it does. (4) A passage that is
          not English: in the paper the positive is the English passage, eᵢ = pᵢ.

    Requirements:
        1. Pairs of a query and a passage whose English text is known: `query_passage` or `instances`.
        2. A batch in which no two pairs are about one document (`plan_batches`), of two pairs at least.

    Inputs:
        | texts | vectors |
        |---|---|
        | (query, English passage) pairs | anchors, positives |
        | (query, passage, its English text) | anchors, positives, english |
        | the same with hard negatives | and negatives: they count in F only, since no query belongs to them |

    Recommendations:
        - Queries in several languages, `symmetric` for pairs of two texts that mean the same.
        - The released example has learning rate 5e-5, batches of 64 and 50 steps.

    Relations:
        - With α = β = 0 it is `infonce`. With α = .5, β = 0 and English passages it is `symmetric`.

    Example:
        >>> queries, passages = torch.eye(2), torch.tensor([[1.0, 0.0], [1.0, 1.0]])
        >>> loss = Loss(1.0, Options(alpha=0.4, beta=0.2))
        >>> round(loss(Vectors(queries, passages)).item(), 4)
        0.4044
    """

    english = True

    def __call__(self, batch: Vectors) -> torch.Tensor:
        """The weighted sum of the three parts."""
        alpha, beta = self.options.alpha, self.options.beta
        english = batch.positives if batch.english is None else batch.english
        forwards, scores = similarities(batch, self.temperature)
        backwards = cosines(english, batch.anchors) / self.temperature
        mask = torch.zeros_like(forwards, dtype=torch.bool) if batch.mask is None else batch.mask[:, : len(forwards)]
        forward, reverse = picked(scores, batch.mask), picked(backwards, mask.T)
        divergence = _divergence(forwards, backwards, mask | mask.T)
        return (1 - alpha - beta) * forward + alpha * reverse + beta * divergence


def _divergence(forwards: torch.Tensor, backwards: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Σⱼ r (log r − log f), averaged over the rows; what is masked in either distribution is in neither.

    Masked places become 0 after the softmax: 0 · −∞ would be NaN.
    """
    f, r = (
        scores.masked_fill(mask, float("-inf")).log_softmax(1).masked_fill(mask, 0.0)
        for scores in (forwards, backwards)
    )
    return (r.exp() * (r - f)).sum(1).mean()
