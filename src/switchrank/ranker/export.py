"""A ranker for use elsewhere: safetensors, ONNX, tokenizer, and a model card."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import torch

from switchrank.files import whole, write_text
from switchrank.models.folder import MODEL_FILES, read_hugging_face_tokenizer
from switchrank.ranker.model import load_ranker
from switchrank.ranker.model_card import model_card
from switchrank.ranker.onnx_graph import write_onnx


def export_ranker(
    ranker: str | Path, folder: str | Path, summary: pl.DataFrame | None, made: Mapping[str, Any]
) -> None:
    """Write a ranker's folder for use elsewhere.

    The model files are copied unchanged, so that `sentence_transformers.CrossEncoder` scores as from the ranker's own
    folder; `model.onnx` gives the same logits in float32; `README.md` is the model card.

    Args:
        ranker: model folder.
        folder: the folder to write.
        summary: SUMMARY table of the run; None if it measures nothing.
        made: see `model_card`.

    Raises:
        SwitchRankError: no ranker, no tokenizer, a package is missing, the model cannot be exported, or a file
            cannot be written.
    """
    model = load_ranker(ranker, torch.device("cpu"))
    tokenizer = read_hugging_face_tokenizer(ranker)
    target = Path(folder)
    for name in MODEL_FILES:
        with whole(target / name) as partial:
            shutil.copyfile(Path(ranker) / name, partial)
    names = tuple(tokenizer.model_input_names)
    with whole(target / "model.onnx") as partial:
        write_onnx(model, names, partial, "rule export_ranker")
    card = model_card(made, summary, sum(p.numel() for p in model.parameters()), names, tokenizer.model_max_length)
    write_text(card, target / "README.md")
