"""Which weights are trained, and the optimiser."""

from __future__ import annotations

import re

import torch

from switchrank.errors import SwitchRankError

_BIAS = re.compile(r"bias(\.weight)?$")


def freeze_word_embeddings(model: torch.nn.Module) -> None:
    """Freeze the word embeddings: most of the parameters, least of the gain."""
    model.get_input_embeddings().weight.requires_grad_(False)  # type: ignore[operator]


def freeze_layers(model: torch.nn.Module, count: int, encoder: object) -> None:
    """Freeze the lowest layers and all embeddings: no gradients below the first trained layer are
    then computed.

    Args:
        model: a `transformers` model of BERT's family.
        count: layers; 0 changes nothing.
        encoder: named in the message.

    Raises:
        SwitchRankError: the model does not have that many layers, or stores them elsewhere.
    """
    if not count:
        return
    base = getattr(model, str(getattr(model, "base_model_prefix", "")), model)
    layers = getattr(getattr(base, "encoder", None), "layer", None)
    embeddings = getattr(base, "embeddings", None)
    if layers is None or embeddings is None:
        raise SwitchRankError(
            f"{encoder}: freeze_layers: {count} needs an encoder of BERT's family, found {type(base).__name__}; use 0"
        )
    if count > len(layers):
        raise SwitchRankError(f"{encoder}: freeze_layers is {count}, but the model has {len(layers)} layers")
    for module in (embeddings, *layers[:count]):
        module.requires_grad_(False)


def make_optimiser(
    model: torch.nn.Module, learning_rate: float, weight_decay: float, epsilon: float = 1e-8
) -> torch.optim.AdamW:
    """AdamW in one pass over the weights; biases and scales of norms are not decayed, in a model of any family.

    Parameters with two or more dimensions decay, since parameters that scale or shift each channel are vectors,
    wherever they are and whatever their name. A bias that is a matrix, T5's of relative positions, is recognised by its
    name.

    Args:
        model: any; parameters that are frozen are left out.
        learning_rate: of all.
        weight_decay: of those that decay.
        epsilon: added to the root of the second moment.

    References:
        - Loshchilov & Hutter 2019, arXiv 1711.05101, algorithm 2.
        - Devlin et al. 2019 (BERT): neither norms nor biases decay; so do the trainers of `transformers`.
    """
    decayed: list[torch.nn.Parameter] = []
    plain: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (plain if parameter.ndim < 2 or _BIAS.search(name) else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, eps=epsilon, fused=True)
