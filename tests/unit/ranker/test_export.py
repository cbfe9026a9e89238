"""An exported ranker scores as the ranker does, in sentence_transformers and as ONNX, and its card says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch
import yaml
from sentence_transformers import CrossEncoder

from switchrank.errors import SwitchRankError
from switchrank.models.folder import MODEL_FILES
from switchrank.ranker.export import export_ranker
from switchrank.ranker.model_card import model_card
from switchrank.ranker.scoring import Scorer
from switchrank.ranker.settings import Scoring

MADE: dict[str, Any] = {
    "system": "mlcs",
    "pair": "xx-xx",
    "seed": 2,
    "seeds": [1, 2],
    "judged": ["en-de", "xx-xx"],
    "languages": ["de", "en", "ja"],
    "entries": {"systems": {"mlcs": {"encoder": "short"}}, "corpora": {"mlcs": {"lexicon": "wörter", "p": 0.5}}},
    "sources": {"toy": {"locator": "pypi:toy==1.0", "licence": "MIT", "note": "translations | strings"}},
}
SUMMARY = pl.DataFrame(
    [
        ("mlcs", "toy", "CLIR", "en-de", "RR@10", 0.4567, 0.0123, 2, 20),
        ("mlcs", "toy", "CLIR", "mean", "RR@10", 0.9, 0.1, 2, 20),
        ("mlcs", "toy", "MLIR", "xx-xx", "RR@10", 0.25, None, 1, 20),
        ("zeroshot", "toy", "CLIR", "en-de", "RR@10", 0.8, 0.1, 2, 20),
    ],
    schema=["system", "benchmark", "regime", "pair", "measure", "mean", "deviation", "seeds", "queries"],
    orient="row",
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, ranker_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("export") / "mlcs"
    export_ranker(ranker_folder, folder, SUMMARY, MADE)
    return folder


def test_what_is_there(exported: Path) -> None:
    assert {path.name for path in exported.iterdir()} == {*MODEL_FILES, "model.onnx", "README.md"}


def test_scores_in_sentence_transformers(exported: Path, ranker_folder: Path, every_text: list[str]) -> None:
    pairs = list(zip(every_text, every_text[::-1], strict=True))
    expected = CrossEncoder(str(ranker_folder), device="cpu").predict(pairs)
    assert np.array_equal(CrossEncoder(str(exported), device="cpu").predict(pairs), expected)
    own = Scorer(exported, Scoring(precision="fp32"), torch.device("cpu")).scores(every_text, every_text[::-1], "test")
    np.testing.assert_allclose(own, expected, atol=1e-5)


def test_logits_of_the_graph(exported: Path, every_text: list[str]) -> None:
    """Fed by the tokenizer alone, batches of several shapes, padded and not."""
    import onnxruntime

    session = onnxruntime.InferenceSession(exported / "model.onnx", providers=["CPUExecutionProvider"])
    model = CrossEncoder(str(exported), device="cpu")
    for queries, passages in ((every_text, every_text[::-1]), (every_text[:1], [" ".join(every_text[:5])])):
        inputs = dict(model.tokenizer(queries, passages, padding=True, return_tensors="np"))
        found = session.run(["logits"], {name: array.astype(np.int64) for name, array in inputs.items()})[0]
        assert found.shape == (len(queries),)
        np.testing.assert_allclose(found, model.predict(list(zip(queries, passages, strict=True))), atol=1e-4)


def test_the_card(exported: Path) -> None:
    text = (exported / "README.md").read_text(encoding="utf-8")
    _, header, body = text.split("---\n", 2)
    assert yaml.safe_load(header)["language"] == ["de", "en", "ja"]
    assert yaml.safe_load(header)["pipeline_tag"] == "text-ranking"
    assert "# mlcs xx-xx, seed 2" in body
    assert "| toy | CLIR | en-de | RR@10 | 45.7 | 1.2 | 2 | 20 |" in body
    assert "| toy | MLIR | xx-xx | RR@10 | 25.0 |  | 1 | 20 |" in body
    assert "90.0" not in body and "80.0" not in body  # the mean of pairs, and another system's
    assert "| toy | pypi:toy==1.0 | MIT | translations \\| strings |" in body
    assert "lexicon: wörter" in body
    assert "snakemake --cores all rankers" in body
    assert "CrossEncoder(" in body


def test_a_card_of_a_ranker_that_was_not_judged() -> None:
    text = model_card(MADE | {"system": "other", "sources": {}}, SUMMARY, 1000, ["input_ids"], 96)
    assert "It was not judged in the run" in text
    assert "No download" in text
    assert "1,000 weights" in text and "up to 96 tokens" in text


def test_no_ranker(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match="absent: no such folder; expected the folder of a ranker"):
        export_ranker(tmp_path / "absent", tmp_path / "export", SUMMARY, MADE)
    assert not (tmp_path / "export").exists()
