"""The shortened last layer against the whole one: the same scores, the same gradients."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaXLConfig,
    XLMRobertaXLForSequenceClassification,
)

from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.first_token_layer import compute_first_token_only

SHAPE = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40, "num_labels": 1}
FAMILIES = {
    "bert": (BertForSequenceClassification, BertConfig),
    "xlm-roberta": (XLMRobertaForSequenceClassification, XLMRobertaConfig),
}


def _model(family: str, vocabulary: int, dropout: float = 0.0) -> PreTrainedModel:
    kind, config = FAMILIES[family]
    torch.manual_seed(3)
    rates = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout, "classifier_dropout": 0.0}
    return kind(config(vocab_size=vocabulary, pad_token_id=1, **SHAPE, **rates))


@pytest.fixture(scope="module")
def batch(encoder_folder: Path, texts: dict[str, list[str]]) -> dict[str, torch.Tensor]:
    """Three pairs of different lengths in five scripts, so that two are padded."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    queries = [texts["ja"][0], texts["ar"][1], "Licht"]
    passages = [texts["hi"][0], " ".join(texts["ru"]), texts["zh"][1]]
    return dict(tokenizer(queries, passages, padding=True, return_tensors="pt"))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("padded", [True, False])
def test_scores_and_gradients_are_those_of_the_whole_layer(
    family: str, padded: bool, batch: dict[str, torch.Tensor], encoder_folder: Path
) -> None:
    whole = _model(family, len(read_hugging_face_tokenizer(encoder_folder))).train()
    short = copy.deepcopy(whole)
    compute_first_token_only(short)
    shown = batch if padded else {name: rows[1:2] for name, rows in batch.items()}
    assert (shown["attention_mask"].min() == 0) == padded
    logits = [model(**shown).logits for model in (whole, short)]
    torch.testing.assert_close(logits[1], logits[0], atol=1e-6, rtol=1e-5)
    for value in logits:
        value.square().sum().backward()
    pairs = zip(whole.named_parameters(), short.named_parameters(), strict=True)
    for (name, expected), (_, found) in pairs:
        torch.testing.assert_close(found.grad, expected.grad, atol=1e-6, rtol=1e-4, msg=name)


def test_only_the_first_token_is_computed(batch: dict[str, torch.Tensor], encoder_folder: Path) -> None:
    model = _model("bert", len(read_hugging_face_tokenizer(encoder_folder))).eval()
    compute_first_token_only(model)
    assert model.bert(**batch).last_hidden_state.shape == (3, 1, 24)


def test_dropout_still_drops_in_training_and_not_in_scoring(
    batch: dict[str, torch.Tensor], encoder_folder: Path
) -> None:
    model = _model("bert", len(read_hugging_face_tokenizer(encoder_folder)), dropout=0.5)
    # dropout of the shortened layer alone: the others have none
    for layer in model.bert.encoder.layer[:-1]:
        for module in layer.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    model.bert.embeddings.dropout.p = 0.0
    compute_first_token_only(model)
    model.train()
    assert not torch.equal(model(**batch).logits, model(**batch).logits)
    model.eval()
    assert torch.equal(model(**batch).logits, model(**batch).logits)


def test_layers_with_berts_parts_but_other_norms_are_left_as_they_are(
    batch: dict[str, torch.Tensor], encoder_folder: Path
) -> None:
    """XLM-RoBERTa-XL normalises before its attention and not after."""
    rates = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    vocabulary = len(read_hugging_face_tokenizer(encoder_folder))
    model = XLMRobertaXLForSequenceClassification(
        XLMRobertaXLConfig(vocab_size=vocabulary, pad_token_id=1, **SHAPE, **rates)
    ).eval()
    shown = {name: batch[name] for name in ("input_ids", "attention_mask")}
    before = model(**shown).logits
    compute_first_token_only(model)
    assert torch.equal(model(**shown).logits, before)


def test_another_family_is_left_as_it_is(batch: dict[str, torch.Tensor], encoder_folder: Path) -> None:
    config = DistilBertConfig(
        vocab_size=len(read_hugging_face_tokenizer(encoder_folder)), dim=24, n_layers=1, n_heads=2, hidden_dim=32
    )
    model = DistilBertForSequenceClassification(config).eval()
    shown = {name: batch[name] for name in ("input_ids", "attention_mask")}
    before = model(**shown).logits
    compute_first_token_only(model)
    assert torch.equal(model(**shown).logits, before)
