"""Text vectors."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer, XLMRobertaConfig, XLMRobertaModel

from switchrank.encoder.embedding import embed, load_encoder, pad_ids, pool
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_tokenizer

HIDDEN = torch.tensor([[[1.0, 10.0], [3.0, 20.0], [100.0, 100.0]], [[2.0, 2.0], [4.0, 6.0], [6.0, 1.0]]])
MASK = torch.tensor([[1, 1, 0], [1, 1, 1]])


def test_mean_pooling_by_hand() -> None:
    # (1 + 3) / 2, (10 + 20) / 2; (2 + 4 + 6) / 3, (2 + 6 + 1) / 3: the padding's 100 does not count
    assert pool(HIDDEN, MASK, "mean").tolist() == [[2.0, 15.0], [4.0, 3.0]]


def test_cls_pooling_by_hand() -> None:
    assert pool(HIDDEN, MASK, "cls").tolist() == [[1.0, 10.0], [2.0, 2.0]]


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_pooling_sums_in_single_precision(pooling: str) -> None:
    # bfloat16 has 8 bits: 256 + 1 would be 256
    hidden = torch.tensor([[[256.0], [1.0]]], dtype=torch.bfloat16)
    found = pool(hidden, torch.tensor([[1, 1]]), pooling)
    assert found.dtype == torch.float32
    assert found.item() == (128.5 if pooling == "mean" else 256.0)


def test_padding_on_the_right() -> None:
    tokens, mask = pad_ids([[0, 7, 2], [0, 2]], 1)
    assert tokens.tolist() == [[0, 7, 2], [0, 2, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]
    assert tokens.dtype == mask.dtype == torch.int64


def test_vectors_are_mean_pooled_hidden_states_of_length_one(encoder_folder: Path, every_text: list[str]) -> None:
    found = embed(encoder_folder, every_text, "test")
    model, tokenizer = AutoModel.from_pretrained(encoder_folder).eval(), AutoTokenizer.from_pretrained(encoder_folder)
    assert found.dtype == np.float32
    for text, vector in zip(every_text, found, strict=True):
        with torch.inference_mode():
            mean = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_vectors_do_not_depend_on_the_batches(encoder_folder: Path, every_text: list[str]) -> None:
    together = embed(encoder_folder, every_text, "test")
    apart = embed(encoder_folder, every_text[::-1], "test", batch_tokens=1)[::-1]
    np.testing.assert_allclose(together, apart, atol=1e-5)


def test_texts_that_share_words_are_nearer(encoder_folder: Path) -> None:
    light, other, far = embed(encoder_folder, ["Включи свет", "Включи свет на кухне", "毎朝ガレージ"], "test")
    assert light @ other > light @ far


def test_a_long_text_is_cut_to_what_the_model_can_take(encoder_folder: Path) -> None:
    long, longer = embed(encoder_folder, ["Licht Küche " * 200, "Licht Küche " * 300], "test")
    np.testing.assert_array_equal(long, longer)


def test_a_long_text_and_an_xlm_roberta(tmp_path: Path, encoder_folder: Path) -> None:
    """Its 514 positions take 512 tokens."""
    shutil.copytree(encoder_folder, tmp_path / "x")
    config = XLMRobertaConfig(
        vocab_size=read_tokenizer(encoder_folder).get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=514,
    )
    XLMRobertaModel(config).save_pretrained(tmp_path / "x")
    long, longer = embed(tmp_path / "x", ["台" * 700, "台" * 900], "test")
    np.testing.assert_array_equal(long, longer)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match="nowhere: no such folder; expected the folder of an encoder"):
        load_encoder(tmp_path / "nowhere")
