"""The cross-encoder: one logit for a query and a passage."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from switchrank.errors import SwitchRankError

_RAW_LOGITS = {"activation_fn": "torch.nn.modules.linear.Identity"}
"""Makes `sentence_transformers.CrossEncoder` return the logit, not its sigmoid: sigmoids of confident
scores round to 1 and tie."""


def new_ranker(encoder: str | Path, dropout: float) -> PreTrainedModel:
    """An encoder with a fresh one-logit head; its weights come from torch's seed.

    Args:
        encoder: model folder.
        dropout: of hidden states and attention.

    Raises:
        SwitchRankError: the folder holds no encoder that can classify.
    """
    try:
        config = AutoConfig.from_pretrained(str(encoder), local_files_only=True)
        config.num_labels = 1
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
        model = AutoModelForSequenceClassification.from_pretrained(str(encoder), config=config, local_files_only=True)
    except (OSError, ValueError) as error:
        raise SwitchRankError(f"{encoder}: {str(error).splitlines()[0]}; expected the folder of an encoder") from None
    model.config.sentence_transformers = _RAW_LOGITS
    return model


def load_ranker(folder: str | Path, device: torch.device) -> PreTrainedModel:
    """A trained ranker, ready to score.

    Raises:
        SwitchRankError: the folder holds no one-logit ranker.
    """
    try:
        model = AutoModelForSequenceClassification.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise SwitchRankError(f"{folder}: {str(error).splitlines()[0]}; expected the folder of a ranker") from None
    if model.config.num_labels != 1:
        raise SwitchRankError(f"{folder}: the model has {model.config.num_labels} labels; a ranker has 1")
    return model.to(device).eval()
