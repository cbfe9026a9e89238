"""The cross-encoder: one logit for a query and a passage."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from switchrank.errors import SwitchRankError
from switchrank.models.folder import first_line, load_model
from switchrank.ranker.first_token_layer import compute_first_token_only

_RAW_LOGITS = {"activation_fn": "torch.nn.modules.linear.Identity"}
"""Makes `sentence_transformers.CrossEncoder` return the logit, not its sigmoid: sigmoids of confident
scores round to 1 and tie."""
_MEAN_WEIGHT = 8.0
"""Initial weight of the mean relative to the token itself in the mean layer."""


def new_ranker(encoder: str | Path, dropout: float, pooling: str, positive_share: float) -> PreTrainedModel:
    """An encoder with a new one-logit head, whose weights depend on torch's seed.

    Args:
        encoder: model folder.
        dropout: of hidden states and attention.
        pooling: `cls`, or `mean` for `append_mean_layer`.
        positive_share: of the training instances. The head's bias starts at its log-odds (Lin et al. 2017,
            arXiv 1708.02002, section 4.1); otherwise the first steps change the encoder only until it says "mostly no".

    Raises:
        SwitchRankError: the folder has no encoder that supports classification.
    """
    expected = "the folder of an encoder"
    if not Path(encoder).is_dir():
        raise SwitchRankError(f"{encoder}: no such folder; expected {expected}")
    try:
        config = AutoConfig.from_pretrained(str(encoder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise SwitchRankError(f"{encoder}: {first_line(error)}; expected {expected}") from None
    config.num_labels = 1
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    model, missing = load_model(
        AutoModelForSequenceClassification, encoder, expected, config=config, local_files_only=True
    )
    lost = [name for name in missing if name.startswith(f"{model.base_model_prefix}.") and ".pooler." not in name]
    if lost:
        raise SwitchRankError(f"{encoder}: {len(lost)} weights are missing, such as {lost[0]}; expected {expected}")
    if pooling == "mean":
        append_mean_layer(model, encoder)
    bias = next(p for name, p in reversed(list(model.named_parameters())) if name.endswith("bias") and p.shape == (1,))
    torch.nn.init.constant_(bias, math.log(positive_share / (1 - positive_share)))
    model.config.sentence_transformers = _RAW_LOGITS
    compute_first_token_only(model)
    return model


def append_mean_layer(model: PreTrainedModel, encoder: str | Path) -> None:
    """Add a transformer layer after which the first token holds the mean of all tokens.

    A classification model of BERT's family reads the first token, which means little in an encoder
    trained by mean pooling. In the added layer all attention scores are zero, so each token attends to all
    tokens equally; values are passed on unchanged, times a factor next to which the token itself is negligible;
    the feed-forward part adds nothing yet. Values and feed-forward part train with the other layers. Queries and keys,
    zero on both sides, get no gradient from each other: every token continues to attend to all equally. It is a layer
    like the others, so the model keeps its standard class.

    Args:
        model: of BERT's family.
        encoder: named in the message.

    Raises:
        SwitchRankError: the model has no layers of that kind.
    """
    base = getattr(model, model.base_model_prefix)
    try:
        layer = copy.deepcopy(base.encoder.layer[-1])
        attention = layer.attention
        linear = [
            attention.self.query,
            attention.self.key,
            attention.self.value,
            attention.output.dense,
            layer.output.dense,
        ]
    except AttributeError:
        raise SwitchRankError(
            f"{encoder}: pooling: mean needs an encoder of BERT's family, found {type(base).__name__}; use pooling: cls"
        ) from None
    for module in linear:
        torch.nn.init.zeros_(module.weight)
        torch.nn.init.zeros_(module.bias)
    with torch.no_grad():
        attention.self.value.weight.fill_diagonal_(_MEAN_WEIGHT)
        attention.output.dense.weight.fill_diagonal_(1.0)
    for norm in (attention.output.LayerNorm, layer.output.LayerNorm):
        torch.nn.init.ones_(norm.weight)
        torch.nn.init.zeros_(norm.bias)
    base.encoder.layer.append(layer)
    model.config.num_hidden_layers += 1


def load_ranker(folder: str | Path, device: torch.device) -> PreTrainedModel:
    """A trained ranker in evaluation mode.

    Raises:
        SwitchRankError: the folder has no ranker with one logit.
    """
    expected = "the folder of a ranker"
    model, missing = load_model(AutoModelForSequenceClassification, folder, expected, local_files_only=True)
    if missing:
        raise SwitchRankError(
            f"{folder}: {len(missing)} weights are missing, such as {missing[0]}; expected {expected}"
        )
    if model.config.num_labels != 1:
        raise SwitchRankError(f"{folder}: the model has {model.config.num_labels} labels; a ranker has 1")
    compute_first_token_only(model)
    return model.to(device).eval()
