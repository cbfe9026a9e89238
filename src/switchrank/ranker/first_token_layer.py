"""The last layer for the first token alone: a head that reads one token needs no other."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from transformers import PreTrainedModel

_LAYERS = ("BertLayer", "RobertaLayer", "XLMRobertaLayer", "CamembertLayer", "ElectraLayer")
"""An explicit list: other models have the same parts, but place their norms elsewhere or rotate by position."""


def compute_first_token_only(model: PreTrainedModel) -> None:
    """Make the last layer of a classification model compute only the first token.

    The heads of BERT's family read the last layer's first token. The other tokens are still attended to, but
    their own queries, attention outputs and feed-forward parts are never read: of a layer's 12 h² multiplications per
    token, 2 h² remain. Scores and gradients are the same up to rounding; the saved model is a standard one.

    Args:
        model: changed in place; a model of another family is not changed.
    """
    layers = getattr(getattr(getattr(model, model.base_model_prefix), "encoder", None), "layer", None)
    if layers is not None and type(layers[-1]).__name__ in _LAYERS:
        layers[-1].forward = partial(_first_token, layers[-1])


def _first_token(
    layer: Any, hidden: torch.Tensor, mask: torch.Tensor | None = None, *_: Any, **__: Any
) -> torch.Tensor:
    """A layer's output for the first token.

    Args:
        layer: of BERT's family.
        hidden: float [pairs, tokens, h].
        mask: added to attention scores, or true where a token is attended to; [pairs, 1, 1 or tokens, tokens].

    Returns:
        float [pairs, 1, h].
    """
    attention, first = layer.attention.self, hidden[:, :1]

    def by_head(linear: torch.nn.Module, states: torch.Tensor) -> torch.Tensor:
        shape = (*states.shape[:2], attention.num_attention_heads, attention.attention_head_size)
        projected: torch.Tensor = linear(states)
        return projected.view(shape).transpose(1, 2)

    context = torch.nn.functional.scaled_dot_product_attention(
        by_head(attention.query, first),
        by_head(attention.key, hidden),
        by_head(attention.value, hidden),
        attn_mask=None if mask is None else mask[:, :, :1],
        dropout_p=attention.dropout.p if layer.training else 0.0,
    )
    attended = layer.attention.output(context.transpose(1, 2).flatten(2), first)
    output: torch.Tensor = layer.feed_forward_chunk(attended)
    return output
