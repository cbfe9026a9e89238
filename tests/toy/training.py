"""Trainings of the toy ranker: in one process, in several, and in one that dies.

`python -m tests.toy.training SIGNAL STEP ENCODER CORPUS FOLDER` trains and sends itself a signal in the middle.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.dev import Dev, encode_dev
from switchrank.ranker.settings import Training
from switchrank.ranker.training import Trained, save_ranker, train_ranker
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.launch import train_and_save
from switchrank.training.loop import Terminated, Trainer
from tests.unit.conftest import TEXTS

VALUES = {"batch_size": 8, "learning_rate": 5e-3, "epochs": 1, "dropout": 0.0, "precision": "fp32"}
WATCHED = {
    "dropout": 0.1,
    "dev": {"every": 5, "pairs": ["de-ru", "ja-en"]},
    "loss": "lce",
    "batch_size": 21,
    "epochs": 3,
    "joint": {"english": "english", "weight": 0.5},
    "curriculum": ["english"],
}
"""Everything that a checkpoint has to remember: dropout draws, best weights on dev; and what depends on the step."""
STEPS = 21


def toy_training(
    rows: pl.DataFrame, folder: Path, seed: int = 1, candidates: Any = None, checkpoints: Any = None, **values: Any
) -> Trained:
    """Train on some rows, tokenised with the encoder's tokenizer."""
    settings = Training.model_validate({**VALUES, **values})
    pairs, english = _encoded(rows, folder, settings), _encoded(english_of(rows), folder, settings)
    earlier = [english] * len(settings.curriculum)
    return train_ranker(rows, pairs, folder, settings, seed, 1, "test", candidates, checkpoints, english, earlier)


def english_of(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with English texts."""
    english = {text: TEXTS["en"][number] for every in TEXTS.values() for number, text in enumerate(every)}
    return rows.with_columns(pl.col("query", "passage").replace(english))


def _encoded(rows: pl.DataFrame, folder: Path, settings: Training) -> Any:
    texts = rows["query"].to_list(), rows["passage"].to_list()
    return encode_pairs(read_hugging_face_tokenizer(folder), *texts, settings.max_length)


def toy_dev(rows: pl.DataFrame, folder: Path, names: list[str]) -> Dev:
    """The queries of a corpus as dev; each has its three passages in every language as candidates."""
    judged = {code: rows.filter(query_id=f"light-{code}") for code in ("en", "de", "ru", "ja")}
    queries = {code: pl.DataFrame({"query_id": ["q"], "text": [table["query"][0]]}) for code, table in judged.items()}
    languages = ("en", "de", "ru", "ar", "hi", "ja", "zh")
    passages = {
        code: pl.DataFrame({"doc_id": ["d0", "d1", "d2"], "text": rows["passage"].to_list()[3 * at : 3 * at + 3]})
        for at, code in enumerate(languages)
    }
    candidates = pl.DataFrame({"query_id": ["q"] * 3, "doc_id": ["d0", "d1", "d2"]})
    qrels = pl.DataFrame(
        {"query_id": ["q"], "doc_id": ["d0"], "relevance": [1]}, schema_overrides={"relevance": pl.Int8}
    )
    mixed = {"queries": None, "passages": None}
    by_pair = dict.fromkeys(names, candidates), dict.fromkeys(names, qrels)
    return encode_dev(read_hugging_face_tokenizer(folder), names, 64, *by_pair, queries, passages, mixed)


def train_into(rows: pl.DataFrame, encoder: Path, folder: Path, seed: int = 1) -> None:
    """The whole job with dev evaluation, and a checkpoint every four steps."""
    settings = Training.model_validate({**VALUES, **WATCHED})
    train_and_save(
        train_ranker,
        partial(
            save_ranker,
            encoder=encoder,
            max_length=settings.max_length,
            folder=folder / "model",
            training_file=folder / "training.parquet",
            dev_file=folder / "dev.parquet",
        ),
        Checkpoints(folder / "checkpoint/train/toy", 4, {"settings": settings.model_dump(), "seed": seed}),
        {
            "instances": rows,
            "pairs": _encoded(rows, encoder, settings),
            "encoder": encoder,
            "settings": settings,
            "seed": seed,
            "threads": 1,
            "label": "test",
            "dev": toy_dev(rows, encoder, WATCHED["dev"]["pairs"]),
            "english": _encoded(english_of(rows), encoder, settings),
            "earlier": [_encoded(english_of(rows), encoder, settings)],
        },
    )


def die(name: str, step: int) -> None:
    """Send this process a signal in the middle of a step, once."""
    update = Trainer.update

    def signalled(self: Trainer, *args: Any, **options: Any) -> None:
        if len(self.rows) + 1 == step:
            Trainer.update = update  # type: ignore[method-assign]
            os.kill(os.getpid(), getattr(signal, name))
        update(self, *args, **options)

    Trainer.update = signalled  # type: ignore[method-assign]


# -- several processes ------------------------------------------------------------------------------
def save_trainings(rows: pl.DataFrame, encoder: Path, folder: Path, cases: dict[str, dict[str, Any]]) -> None:
    """Train once a case; process 0 saves the models and logs."""
    for name, values in cases.items():
        candidates = toy_dev(rows, encoder, values["dev"]["pairs"]) if "dev" in values else None
        trained = toy_training(rows, encoder, candidates=candidates, **values)
        if distributed.rank() == 0:
            save_model(trained.model, read_hugging_face_tokenizer(encoder), folder / name)
            trained.training.write_parquet(folder / f"{name}.parquet")
            trained.dev.write_parquet(folder / f"{name}.dev.parquet")


def save_trainings_and_interrupted(
    rows: pl.DataFrame, encoder: Path, folder: Path, cases: dict[str, dict[str, Any]]
) -> None:
    """The same, then one with dropout that nothing disturbs, and one that is ended and taken up again."""
    save_trainings(rows, encoder, folder, cases)
    train_into(rows, encoder, folder / "whole")
    if distributed.rank() == 0:
        die("SIGTERM", 6)
    try:
        train_into(rows, encoder, folder / "resumed")
    except Terminated as error:
        (folder / f"said{distributed.rank()}").write_text(str(error), encoding="utf-8")
    train_into(rows, encoder, folder / "resumed")


if __name__ == "__main__":
    how, at, source, corpus, target = sys.argv[1:]
    die(how, int(at))
    try:
        train_into(pl.read_parquet(corpus), Path(source), Path(target))
    except SwitchRankError as error:
        sys.exit(f"error: {error}")
