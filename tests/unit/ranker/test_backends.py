"""Every backend gives torch's logits; int8 comes near; what cannot work is said in a sentence."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from switchrank.errors import SwitchRankError
from switchrank.models.checks import positions_of
from switchrank.models.folder import save_model
from switchrank.ranker.model import load_ranker
from switchrank.ranker.onnx_graph import write_onnx
from switchrank.ranker.scoring import Scorer
from switchrank.ranker.settings import Scoring
from tests.toy.workspace import ROOT
from tests.unit.conftest import TEXTS
from tests.unit.ranker.tokenizers_of import tokenizer_of

CPU = torch.device("cpu")
EVERY = [text for sentences in TEXTS.values() for text in sentences]
PAIRS = [*itertools.islice(itertools.product(EVERY, EVERY[::-1]), 0, None, 7), ("свет", " ".join(EVERY[:9])), ("x", "")]
SHAPE = {"num_labels": 1, "pad_token_id": 1, "max_position_embeddings": 140, "initializer_range": 0.2}
BERTS = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40}
DISTIL = {"dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 40}


def scores(folder: Path, backend: str, **values: object) -> np.ndarray:
    settings = Scoring.model_validate({"precision": "fp32", "backend": backend, "batch_tokens": 256, **values})
    return Scorer(folder, settings, CPU).scores(*map(list, zip(*PAIRS, strict=True)), "test")


@pytest.fixture(scope="module")
def rankers(tmp_path_factory: pytest.TempPathFactory, ranker_folder: Path) -> dict[str, Path]:
    """The trained toy ranker, and untrained ones of three families."""
    found = {"toy": ranker_folder}
    for name, kind, config, tokens, sizes in (
        ("bert", BertForSequenceClassification, BertConfig, "bert", BERTS),
        ("xlm-roberta", XLMRobertaForSequenceClassification, XLMRobertaConfig, "xlm-roberta", BERTS),
        ("distilbert", DistilBertForSequenceClassification, DistilBertConfig, "xlm-roberta", DISTIL),
    ):
        tokenizer = tokenizer_of(tokens, EVERY)
        torch.manual_seed(5)
        found[name] = tmp_path_factory.mktemp("ranker") / name
        save_model(kind(config(vocab_size=len(tokenizer), **SHAPE | sizes)), tokenizer, found[name])
    return found


@pytest.mark.parametrize("family", ["toy", "bert", "xlm-roberta", "distilbert"])
def test_logits_are_those_of_torch(rankers: dict[str, Path], family: str) -> None:
    expected, found = scores(rankers[family], "torch"), scores(rankers[family], "openvino")
    assert found.dtype == np.float32
    assert np.ptp(expected) > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_int8_comes_near(rankers: dict[str, Path]) -> None:
    exact, rough = scores(rankers["toy"], "torch"), scores(rankers["toy"], "int8")
    assert 0 < np.abs(rough - exact).max() < 0.2 * np.ptp(exact)
    assert np.corrcoef(rough, exact)[0, 1] > 0.99


@pytest.mark.parametrize("backend", ["openvino", "int8"])
def test_scores_do_not_depend_on_threads(rankers: dict[str, Path], backend: str) -> None:
    before = torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(scores(rankers["toy"], backend))
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(found[0], found[1], atol=0 if backend == "openvino" else 1e-5)


# -- the graph --------------------------------------------------------------------------------------
def test_the_graph_is_the_same_every_time_and_names_no_file(tmp_path: Path, rankers: dict[str, Path]) -> None:
    for name in ("a", "b"):
        model = load_ranker(rankers["toy"], CPU)
        write_onnx(model, ("input_ids", "attention_mask"), tmp_path / f"{name}.onnx", "test")
    graph = (tmp_path / "a.onnx").read_bytes()
    assert graph == (tmp_path / "b.onnx").read_bytes()
    for word in (str(ROOT), "site-packages", ".py", "switchrank"):
        assert word.encode() not in graph


# -- bad input --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("backend", "package"),
    [("openvino", "openvino"), ("int8", "onnxruntime"), ("openvino", "onnx")],
)
def test_a_missing_package(
    monkeypatch: pytest.MonkeyPatch, rankers: dict[str, Path], backend: str, package: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        SwitchRankError,
        match=rf"scoring\.backend: {backend} needs the package {package}, .*install switchrank\[runtime\]",
    ):
        scores(rankers["toy"], backend)


def test_bf16_without_a_way_to_it() -> None:
    with pytest.raises(ValidationError, match=r"precision: bf16 goes with backend: torch or openvino; found .*int8"):
        Scoring.model_validate({"backend": "int8", "precision": "bf16"})


def test_bf16_without_the_hardware(monkeypatch: pytest.MonkeyPatch, rankers: dict[str, Path]) -> None:
    monkeypatch.setattr("switchrank.ranker.backends.multiplies_bf16", lambda device: False)
    with pytest.raises(
        SwitchRankError, match=r"scoring\.backend: openvino with precision: bf16 needs a CPU with bf16 units"
    ):
        scores(rankers["toy"], "openvino", precision="bf16")


def test_longer_than_the_model(rankers: dict[str, Path]) -> None:
    # RoBERTa's family counts positions from the padding id, 1, on
    limits = {"bert": 140, "xlm-roberta": 138, "distilbert": 140}
    for family, limit in limits.items():
        assert positions_of(load_ranker(rankers[family], CPU)) == limit
        with pytest.raises(
            SwitchRankError, match=rf"scoring.max_length: found {limit + 1}, but .* at most {limit} tokens"
        ):
            scores(rankers[family], "torch", max_length=limit + 1)
        assert np.isfinite(scores(rankers[family], "torch", max_length=limit)).all()


def test_a_ranker_without_a_tokenizer(tmp_path: Path, rankers: dict[str, Path]) -> None:
    for name in ("model.safetensors", "config.json"):
        (tmp_path / name).write_bytes((rankers["toy"] / name).read_bytes())
    with pytest.raises(
        SwitchRankError, match=r"tokenizer\.json: no such file; a model folder holds model\.safetensors"
    ):
        scores(tmp_path, "torch")
