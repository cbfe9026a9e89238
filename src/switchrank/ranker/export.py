"""A ranker as others take it: safetensors, ONNX, tokenizer, and a page that says what it is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import torch

from switchrank.model_folder import MODEL_FILES, read_hugging_face_tokenizer
from switchrank.ranker.model import load_ranker
from switchrank.ranker.model_card import model_card
from switchrank.ranker.onnx_graph import write_onnx


def export_ranker(ranker: str | Path, folder: str | Path, summary: pl.DataFrame, made: Mapping[str, Any]) -> None:
    """Write a ranker's folder for use elsewhere.

    The model files are copied as they are, so that `sentence_transformers.CrossEncoder` scores as from the ranker's own
    folder; `model.onnx` gives the same logits in float32; `README.md` is the model card.

    Args:
        ranker: model folder.
        folder: where to.
        summary: SUMMARY table of the run.
        made: see `model_card`.

    Raises:
        SwitchRankError: no ranker, no tokenizer, a package is missing, or the model cannot be exported.
    """
    model = load_ranker(ranker, torch.device("cpu"))
    tokenizer = read_hugging_face_tokenizer(ranker)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name in MODEL_FILES:
        shutil.copyfile(Path(ranker) / name, target / name)
    names = tuple(tokenizer.model_input_names)
    write_onnx(model, names, target / "model.onnx", "rule export_ranker")
    card = model_card(made, summary, sum(p.numel() for p in model.parameters()), names, tokenizer.model_max_length)
    (target / "README.md").write_text(card, encoding="utf-8")
