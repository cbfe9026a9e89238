"""The loss of a contrastive batch: its texts become vectors, in one process or in several, all at once or in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from transformers import PreTrainedModel

from switchrank.encoder.embedding import pad_ids, pool
from switchrank.encoder.gradient_cache import cached_loss
from switchrank.encoder.loss import ContrastiveLoss, Vectors
from switchrank.training import distributed
from switchrank.training.precision import autocast

_GROUP = 16
"""Texts that are padded together."""


class HowEncoded(Protocol):
    """How texts become vectors, as settings say it."""

    @property
    def pooling(self) -> str:
        """How token vectors become a text vector: mean or cls."""
        ...

    @property
    def precision(self) -> str:
        """Of matrix products."""
        ...

    @property
    def chunk(self) -> int | None:
        """Texts whose activations are held at a time; all if None."""
        ...


@dataclass(frozen=True)
class Members:
    """The texts of a batch, by their numbers.

    Attributes:
        anchors, positives: one per pair.
        negatives: hard negatives of all pairs, each distinct text once.
        mask: bool [pairs, pairs + negatives], true where a candidate is not a negative of an anchor: about a document
            that the anchor is about too, or equal to one of the pair's texts except in letter case. None without hard
            negatives, since the pairs of a batch are about different documents.
    """

    anchors: list[int]
    positives: list[int]
    negatives: list[int]
    mask: torch.Tensor | None
    english: list[int] = field(default_factory=list)

    @property
    def texts(self) -> list[int]:
        """All of them, in the order anchors, positives, negatives, english."""
        return [*self.anchors, *self.positives, *self.negatives, *self.english]


def batch_loss(
    model: PreTrainedModel,
    ids: Sequence[Sequence[int]],
    members: Members,
    loss: ContrastiveLoss[Any],
    settings: HowEncoded,
    device: torch.device,
) -> tuple[torch.Tensor, float]:
    """The loss of a batch. Its texts are computed in groups of similar length: queries and passages differ so much in
    length that a batch padded as a whole would be mostly padding. The loss is still computed over all of them at once.

    Args:
        model: the encoder.
        ids: token ids of every text.
        members: the batch's texts and mask.
        loss: of their vectors.
        settings: how texts become vectors.
        device: of the model.

    Returns:
        Scalar float32, and the share of computed tokens that are padding.
    """
    texts = members.texts
    order = sorted(range(len(texts)), key=lambda at: len(ids[texts[at]]))
    shares = [order[number :: distributed.world()] for number in range(distributed.world())]
    own = shares[distributed.rank()]
    size = _GROUP if settings.chunk is None else min(_GROUP, settings.chunk)
    groups = [own[start : start + size] for start in range(0, len(own), size)]
    computed = sum(len(group) * max(len(ids[texts[at]]) for at in group) for group in groups)

    def encode(group: Sequence[int]) -> torch.Tensor:
        tokens, mask = pad_ids([list(ids[texts[at]]) for at in group], model.config.pad_token_id)
        tokens, mask = tokens.to(device), mask.to(device)
        with autocast(settings.precision, device):
            hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return pool(hidden, mask, settings.pooling)

    place = torch.empty(len(order), dtype=torch.int64)
    place[torch.tensor([at for share in shares for at in share])] = torch.arange(len(order))

    def loss_of(vectors: torch.Tensor) -> torch.Tensor:
        return loss(vectors_of(members, distributed.gather(vectors)[place.to(device)]))

    if not own:  # more processes than texts: it has no vectors, but takes part in every exchange
        value = loss_of(torch.zeros(0, model.config.hidden_size, device=device, requires_grad=True))
    elif settings.chunk is None:
        value = loss_of(torch.cat([encode(group) for group in groups]))
    else:
        value = cached_loss(groups, encode, loss_of)
    return value, 1 - sum(len(ids[texts[at]]) for at in own) / max(computed, 1)


def vectors_of(members: Members, vectors: torch.Tensor) -> Vectors:
    """The vectors of a batch by what they are of.

    Args:
        members: the batch.
        vectors: float32 [texts, d], in the order of `members.texts`.
    """
    sizes = [len(part) for part in (members.anchors, members.positives, members.negatives, members.english)]
    anchors, positives, negatives, english = torch.split(vectors, sizes)
    return Vectors(
        anchors,
        positives,
        negatives if len(negatives) else None,
        None if members.mask is None else members.mask.to(vectors.device),
        english if len(english) else None,
    )
