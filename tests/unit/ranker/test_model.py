"""A fresh ranker's head: what it reads and where it starts."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import DistilBertConfig, DistilBertModel

from switchrank.encoder.embedding import load_encoder
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.ranker.model import load_ranker, new_ranker


def _normalised(rows: np.ndarray, epsilon: float) -> np.ndarray:
    centred = rows - rows.mean(-1, keepdims=True)
    return centred / np.sqrt(centred.var(-1, keepdims=True) + epsilon)


def test_the_mean_layer_puts_the_mean_of_all_tokens_into_the_first(
    encoder_folder: Path, texts: dict[str, list[str]]
) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    batch = tokenizer(
        [texts["ja"][0], texts["ar"][1]], [texts["de"][0], texts["zh"][2]], padding=True, return_tensors="pt"
    )
    mask = batch["attention_mask"].numpy()
    assert mask.min() == 0, "the shorter pair is padded, and padding must not count"
    plain = load_encoder(encoder_folder).eval()
    torch.manual_seed(1)
    ranker = new_ranker(encoder_folder, 0.0, "mean", 0.5).eval()
    with torch.inference_mode():
        hidden = plain(**batch).last_hidden_state.numpy().astype(np.float64)
        found = ranker.bert(**batch).last_hidden_state[:, 0].numpy()
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    epsilon = plain.config.layer_norm_eps
    expected = _normalised(_normalised(hidden[:, 0] + 8 * mean, epsilon), epsilon)
    assert np.abs(found - expected).max() < 1e-4
    assert ranker.config.num_hidden_layers == plain.config.num_hidden_layers + 1


def test_the_mean_layer_trains_and_loads_as_a_standard_class(tmp_path: Path, encoder_folder: Path) -> None:
    torch.manual_seed(1)
    ranker = new_ranker(encoder_folder, 0.0, "mean", 0.25).eval()
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    save_model(ranker, tokenizer, tmp_path)
    pairs = [("Включи свет", "打开厨房的灯。"), ("रसोई की बत्ती", "Turn on the light in the kitchen.")]
    batch = tokenizer(*zip(*pairs, strict=True), padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = ranker(**batch).logits.squeeze(-1).numpy()
        again = load_ranker(tmp_path, torch.device("cpu"))(**batch).logits.squeeze(-1).numpy()
    assert np.array_equal(expected, again)
    assert np.abs(CrossEncoder(str(tmp_path), device="cpu").predict(pairs) - expected).max() < 1e-5
    ranker(**batch).logits.sum().backward()
    assert ranker.bert.encoder.layer[-1].output.dense.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_the_first_guess_is_the_share_of_positives(encoder_folder: Path, share: float) -> None:
    bias = new_ranker(encoder_folder, 0.0, "cls", share).classifier.bias.item()
    assert 1 / (1 + math.exp(-bias)) == pytest.approx(share, abs=1e-6)


def test_a_mean_layer_needs_the_family_of_bert(tmp_path: Path, encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    config = DistilBertConfig(vocab_size=len(tokenizer), dim=32, n_layers=1, n_heads=4, hidden_dim=64)
    save_model(DistilBertModel(config), tokenizer, tmp_path)
    with pytest.raises(SwitchRankError, match="pooling: mean needs an encoder of BERT's family, found DistilBertModel"):
        new_ranker(tmp_path, 0.0, "mean", 0.5)
