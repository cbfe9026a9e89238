"""Contrastive trainings of the toy encoder: in one process, in several, and in one that dies.

`python -m tests.toy.alignment SIGNAL STEP ENCODER FOLDER` trains and sends itself a signal in the middle.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import torch

from switchrank.encoder.batch_loss import Members, batch_loss
from switchrank.encoder.batch_schedule import plan_batches
from switchrank.encoder.diagnosis import DevTexts
from switchrank.encoder.loss import open_loss
from switchrank.encoder.prealignment import prealign, save_encoder
from switchrank.encoder.settings import Contrastive
from switchrank.errors import SwitchRankError
from switchrank.tables import NEGATIVES, PAIRS
from switchrank.training import distributed
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.launch import train_and_save
from tests.toy.training import die
from tests.unit.conftest import TEXTS

VALUES = {
    "method": "contrastive",
    "base": "b",
    "pairs": [{"kind": "switched", "corpus": "c"}],
    "batches": {"size": 3, "epochs": 4},
    "learning_rate": 5e-3,
    "precision": "fp32",
    "diagnostics": {"benchmark": "b", "every": 5},
}
STEPS = 24
JOINT = {"joint": {"weight": 0.5, "size": 2, "temperature": 0.1, "pairs": [{"kind": "switched", "corpus": "c"}]}}


def toy_pairs() -> pl.DataFrame:
    """Every English sentence with its six translations."""
    rows = [
        ("parallel", "o", f"d{number}", "query", "passage", "en", code, english, TEXTS[code][number])
        for number, english in enumerate(TEXTS["en"])
        for code in TEXTS
        if code != "en"
    ]
    known = [name for name in PAIRS.columns if name not in ("pair_id", "english", "joint")]
    frame = pl.DataFrame(rows, schema=known, orient="row").with_columns(english="anchor", joint=pl.lit(False))
    return frame.with_row_index("pair_id").cast({"pair_id": pl.Int64}).select(list(PAIRS.columns))


def toy_negatives() -> pl.DataFrame:
    """For each pair another sentence of its language."""
    rows = [
        (pair, 1, TEXTS[code][(int(about[1:]) + 1) % 3], code, f"d{(int(about[1:]) + 1) % 3}", 0.5, 0.6)
        for pair, code, about in toy_pairs().select("pair_id", "positive_language", "document").rows()
    ]
    return pl.DataFrame(rows, schema=list(NEGATIVES.columns), orient="row")


def toy_dev() -> DevTexts:
    def tables(key: str) -> dict[str, pl.DataFrame]:
        return {
            code: pl.DataFrame({key: ["a", "b", "c"], "language": code, "text": lines}) for code, lines in TEXTS.items()
        }

    return DevTexts(
        tables("query_id"),
        tables("doc_id"),
        pl.DataFrame({"query_id": ["a", "b", "c"], "doc_id": ["a", "b", "c"], "relevance": [1, 1, 1]}),
    )


def align_into(encoder: Path, folder: Path, **values: Any) -> None:
    """The whole job with hard negatives and diagnostics, and a checkpoint every four steps."""
    settings = Contrastive.model_validate(VALUES | values)
    pairs = toy_pairs()
    if settings.joint:
        pairs = pl.concat([pairs, pairs.with_columns(pl.col("pair_id") + pairs.height, joint=pl.lit(True))])
    train_and_save(
        prealign,
        partial(
            save_encoder,
            encoder=encoder,
            folder=folder / "model",
            training_file=folder / "training.parquet",
            diagnostics_file=folder / "diagnostics.parquet",
        ),
        Checkpoints(folder / "checkpoint/align/toy", 4, {"settings": settings.model_dump(), "seed": 1}),
        {
            "pairs": pairs,
            "batches": plan_batches(pairs, settings.batches, 1, settings.joint and settings.joint.size),
            "encoder": encoder,
            "settings": settings,
            "seed": 1,
            "threads": 1,
            "label": "test",
            "negatives": toy_negatives(),
            "dev": toy_dev(),
        },
    )


def align_cases(encoder: Path, folder: Path, cases: dict[str, dict[str, Any]]) -> None:
    for name, values in cases.items():
        align_into(encoder, folder / name, **values)


class Table(torch.nn.Module):
    """An "encoder" whose vector of text i is row i of a table, in float64 until it is pooled."""

    def __init__(self, rows: torch.Tensor) -> None:
        super().__init__()
        self.rows = torch.nn.Parameter(rows.clone())
        self.config = SimpleNamespace(pad_token_id=0, hidden_size=rows.shape[1])

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(last_hidden_state=self.rows[input_ids])


def losses_of_a_table(folder: Path, rows: list[list[float]], members: Members, cases: dict[str, Any]) -> None:
    """Loss and gradient of every case; all processes see the same."""
    found = {}
    for name, values in cases.items():
        model = Table(torch.tensor(rows))
        settings = Contrastive.model_validate(VALUES | values)
        ids = [[number] for number in range(len(rows))]
        loss_of = open_loss(settings.loss, settings.temperature, settings.loss_options)
        loss, _ = batch_loss(model, ids, members, loss_of, settings, torch.device("cpu"))  # type: ignore[arg-type]
        loss.backward()
        distributed.average_gradients([model.rows])
        assert model.rows.grad is not None
        found[name] = {"loss": float(loss.detach()), "gradient": model.rows.grad.tolist()}
    (folder / f"{distributed.world()}-{distributed.rank()}.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    how, at, source, target = sys.argv[1:]
    die(how, int(at))
    try:
        align_into(Path(source), Path(target), **JOINT)
    except SwitchRankError as error:
        sys.exit(f"error: {error}")
