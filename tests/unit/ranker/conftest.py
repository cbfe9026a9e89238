"""A corpus that can be learned, and a ranker that learned it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from transformers import PreTrainedModel

from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from tests.toy.training import toy_training

TrainToy = Callable[..., tuple[PreTrainedModel, pl.DataFrame]]


@pytest.fixture(scope="session")
def corpus(texts: dict[str, list[str]]) -> pl.DataFrame:
    """Queries in seven languages; a passage is relevant if it is about light (sentence 0), in any language."""
    rows = []
    for language, queries in texts.items():
        for passages in texts.values():
            for number, passage in enumerate(passages):
                rows.append((100 + len(rows), f"light-{language}", queries[0], passage, int(number == 0)))
    strings = dict.fromkeys(("query_id", "query", "passage"), pl.String)
    schema = {"instance_id": pl.Int64, **strings, "label": pl.Int8}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture(scope="session")
def train_toy(corpus: pl.DataFrame, encoder_folder: Path) -> TrainToy:
    """Train on the corpus; settings may be given."""

    def train(
        seed: int = 1, rows: pl.DataFrame = corpus, folder: Path = encoder_folder, **values: Any
    ) -> tuple[PreTrainedModel, pl.DataFrame]:
        return toy_training(rows, folder, seed, **values)[:2]

    return train


@pytest.fixture(scope="session")
def ranker_folder(tmp_path_factory: pytest.TempPathFactory, train_toy: TrainToy, encoder_folder: Path) -> Path:
    """The trained ranker's model folder."""
    folder = tmp_path_factory.mktemp("ranker") / "toy"
    model, _ = train_toy(epochs=6)
    save_model(model, read_hugging_face_tokenizer(encoder_folder), folder)
    return folder
