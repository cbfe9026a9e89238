"""InfoNCE worked out by hand in one process and in two, cached and not; alignment in two, and after a kill."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from switchrank.encoder.batch_loss import Members
from switchrank.encoder.embedding import load_encoder
from switchrank.models.folder import MODEL_FILES, read_hugging_face_tokenizer, save_model
from switchrank.training.launch import launch
from tests.toy import alignment
from tests.toy.workspace import ROOT

# vectors at these angles: anchors 0, 1, 2; positives 3, 4, 5; hard negatives 6, 7; English texts of the positives last
ANGLES = [0, 60, 200, 10, 90, 230, 30, 80, 20, 75, 190]
MASK = [[False] * 3 + [False, True], [False] * 5, [False] * 5]  # the second hard negative is about anchor 0's document
CASES: dict[str, Any] = {
    f"{loss}{' cached' if chunk else ''}": {"loss": loss, "chunk": chunk, "temperature": 0.5}
    for loss in ("infonce", "symmetric", "clear")
    for chunk in (None, 2)
}


def cosine(one: int, other: int) -> float:
    return math.cos(math.radians(ANGLES[one] - ANGLES[other]))


def by_hand(loss: str, hard: bool) -> float:
    """−log softmax of the diagonal, row by row."""

    def softmaxes(rows: list[list[float | None]]) -> list[list[float]]:
        powers = [[0.0 if value is None else math.exp(value / 0.5) for value in row] for row in rows]
        return [[power / sum(row) for power in row] for row in powers]

    def picked(rows: list[list[float | None]]) -> float:
        return sum(-math.log(row[index]) for index, row in enumerate(softmaxes(rows))) / len(rows)

    candidates = [3, 4, 5, 6, 7] if hard else [3, 4, 5]
    forwards = [
        [None if hard and MASK[anchor][place] else cosine(anchor, text) for place, text in enumerate(candidates)]
        for anchor in range(3)
    ]
    from_passages: list[list[float | None]] = [[cosine(anchor, text) for anchor in range(3)] for text in (3, 4, 5)]
    from_english: list[list[float | None]] = [[cosine(text, anchor) for anchor in range(3)] for text in ENGLISH[hard]]
    if loss == "infonce":
        return picked(forwards)
    if loss == "symmetric":
        return (picked(forwards) + picked(from_passages)) / 2
    f, r = softmaxes([row[:3] for row in forwards]), softmaxes(from_english)
    divergence = sum(r[i][j] * math.log(r[i][j] / f[i][j]) for i in range(3) for j in range(3)) / 3
    return 0.4 * picked(forwards) + 0.4 * picked(from_english) + 0.2 * divergence


ENGLISH = {False: (6, 7, 8), True: (8, 9, 10)}
"""The texts that are English without and with hard negatives."""


@pytest.fixture(scope="module", params=[False, True], ids=["in-batch", "hard negatives"])
def computed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bool, list[Any]]:
    """What one process, and each of two, found."""
    hard = request.param
    rows = [[2.0 * math.cos(math.radians(a)), 2.0 * math.sin(math.radians(a))] for a in ANGLES]
    english = list(ENGLISH[hard])
    members = Members([0, 1, 2], [3, 4, 5], [6, 7] if hard else [], torch.tensor(MASK) if hard else None, english)
    folder = tmp_path_factory.mktemp("table")
    for count in (1, 2):
        launch(alignment.losses_of_a_table, count, folder, rows, members, CASES)
    found = [json.loads((folder / name).read_text()) for name in ("1-0.json", "2-0.json", "2-1.json")]
    return hard, found


@pytest.mark.parametrize("case", CASES)
def test_equal_to_a_matrix_worked_by_hand(case: str, computed: tuple[bool, list[Any]]) -> None:
    hard, found = computed
    for process in found:
        assert process[case]["loss"] == pytest.approx(by_hand(CASES[case]["loss"], hard), abs=2e-6)


@pytest.mark.parametrize("case", CASES)
def test_its_gradient_is_the_slope_of_the_hand_computed_loss(case: str, computed: tuple[bool, list[Any]]) -> None:
    """Vectors of length 2: turning one by dθ moves it by 2 dθ at a right angle, and changes the loss by its slope."""
    hard, found = computed
    loss = CASES[case]["loss"]
    for text in range(11 if hard else 9):
        angle = ANGLES[text]
        try:
            ANGLES[text] = angle + 0.01
            above = by_hand(loss, hard)
            ANGLES[text] = angle - 0.01
            below = by_hand(loss, hard)
        finally:
            ANGLES[text] = angle
        slope = (above - below) / math.radians(0.02)
        across = (-2 * math.sin(math.radians(angle)), 2 * math.cos(math.radians(angle)))
        for process in found:
            gradient = process[case]["gradient"][text]
            assert gradient[0] * across[0] + gradient[1] * across[1] == pytest.approx(slope, abs=1e-5), text


def test_a_process_without_a_text_takes_part(tmp_path: Path) -> None:
    """Two texts in three processes: a pair without negatives has nothing to learn."""
    launch(alignment.losses_of_a_table, 3, tmp_path, [[2.0, 0.0], [0.0, 2.0]], Members([0], [1], [], None), CASES)
    for number in range(3):
        found = json.loads((tmp_path / f"3-{number}.json").read_text())
        assert found.keys() == CASES.keys()
        for case in found.values():
            assert case == {"loss": pytest.approx(0.0), "gradient": [pytest.approx([0.0, 0.0])] * 2}


def test_two_processes_align_as_one(tmp_path: Path, encoder_folder: Path) -> None:
    encoder = load_encoder(encoder_folder)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.0  # else the draws differ
    save_model(encoder, read_hugging_face_tokenizer(encoder_folder), tmp_path / "still")
    cases: dict[str, Any] = {
        "plain": {"learning_rate": 1e-3},
        "cached": {"learning_rate": 1e-3, "chunk": 2, "loss": "infonce", **alignment.JOINT},
        "clear": {"learning_rate": 1e-3, "chunk": 2, "loss": "clear", "loss_options": {"alpha": 0.3, "beta": 0.3}},
    }
    for count in (1, 2):
        launch(alignment.align_cases, count, tmp_path / "still", tmp_path / str(count), cases)
    for name in cases:
        one, two = (tmp_path / count / name for count in "12")
        logs = [pl.read_parquet(folder / "training.parquet") for folder in (one, two)]
        for column in ("step", "loss", "gradient_norm"):
            assert logs[1][column].to_list() == pytest.approx(logs[0][column].to_list(), rel=2e-3), column
        assert logs[0].height == alignment.STEPS
        weights = [load_file(folder / "model/model.safetensors") for folder in (one, two)]
        for weight, expected in weights[0].items():
            # softmax does not see the bias of the keys: its gradient is rounding, which Adam scales up to a step
            if not weight.endswith("key.bias"):
                torch.testing.assert_close(weights[1][weight], expected, atol=5e-4, rtol=1e-2, msg=weight)
        measured = [pl.read_parquet(folder / "diagnostics.parquet") for folder in (one, two)]
        assert measured[0]["step"].unique().sort().to_list() == [0, 5, 10, 15, 20, 24]
        assert measured[1]["value"].to_list() == pytest.approx(measured[0]["value"].to_list(), abs=1e-2)


def test_killed_at_a_random_step_and_run_again(tmp_path: Path, encoder_folder: Path) -> None:
    alignment.align_into(encoder_folder, tmp_path / "whole", **alignment.JOINT)
    for name in ("SIGKILL", "SIGTERM"):
        step = random.SystemRandom().randrange(2, alignment.STEPS)
        command = [sys.executable, "-m", "tests.toy.alignment", name, str(step), encoder_folder, tmp_path / name]
        died = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        assert died.returncode == (-9 if name == "SIGKILL" else 1), died.stderr
        assert not (tmp_path / name / "model").exists()
        alignment.align_into(encoder_folder, tmp_path / name, **alignment.JOINT)
        for file in MODEL_FILES:
            found, expected = ((tmp_path / which / "model" / file).read_bytes() for which in (name, "whole"))
            assert found == expected, (name, step, file)
        whole, again = (tmp_path / which / "diagnostics.parquet" for which in ("whole", name))
        assert again.read_bytes() == whole.read_bytes(), (name, step)
        clock = ["pairs_per_second", "peak_memory"]
        logs = [pl.read_parquet(tmp_path / which / "training.parquet").drop(clock) for which in ("whole", name)]
        assert logs[0].equals(logs[1]), (name, step)
