"""However a batch is cut, in parts or over processes, the updates are those of the whole batch up to rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch
from safetensors.torch import load_file

from switchrank.training.launch import launch
from tests.toy import training as toy

# 147 instances in batches of 73 leave one over: the second process has nothing to compute, and takes part
CASES: dict[str, dict[str, Any]] = {
    "pointwise": {"batch_size": 5, "learning_rate": 1e-3, "max_steps": 6},
    "one instance is left for two processes": {"batch_size": 73, "learning_rate": 1e-3},
    "lce": {"loss": "lce", "batch_size": 45, "learning_rate": 1e-3, "accumulate": 2},
    "ranknet": {"loss": "ranknet", "batch_size": 70, "learning_rate": 1e-3},
    "joint": {"batch_size": 40, "learning_rate": 1e-3, "max_steps": 3, "joint": {"english": "e", "weight": 0.5}},
    "dev": {"batch_size": 16, "learning_rate": 1e-3, "dev": {"every": 4, "pairs": ["de-ru", "ja-en", "en-zh"]}},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, corpus: pl.DataFrame, encoder_folder: Path) -> dict[int, Path]:
    """The trainings by the number of processes."""
    made = {count: tmp_path_factory.mktemp(f"processes{count}") for count in (1, 2)}
    for count, folder in made.items():
        function = toy.save_trainings if count == 1 else toy.save_trainings_and_interrupted
        launch(function, count, corpus, encoder_folder, folder, CASES)
    return made


@pytest.mark.parametrize("case", CASES)
def test_two_processes_train_as_one(case: str, folders: dict[int, Path]) -> None:
    one, two = (load_file(folder / case / "model.safetensors") for folder in folders.values())
    assert one.keys() == two.keys()
    for name, weight in one.items():
        torch.testing.assert_close(two[name], weight, atol=2e-4, rtol=1e-3, msg=name)
    logs = [pl.read_parquet(folder / f"{case}.parquet") for folder in folders.values()]
    for column in ("step", "loss", "learning_rate", "gradient_norm"):
        assert logs[1][column].to_list() == pytest.approx(logs[0][column].to_list(), rel=2e-3), column
    assert logs[1]["padding"].max() <= logs[0]["padding"].max() + 1e-9
    assert logs[0].height > 1
    devs = [pl.read_parquet(folder / f"{case}.dev.parquet") for folder in folders.values()]
    assert devs[0].equals(devs[1])
    assert devs[0].height == (9 if case == "dev" else 0)


def test_ended_and_resumed_processes_give_the_bytes_of_undisturbed_ones(folders: dict[int, Path]) -> None:
    """SIGTERM reaches one process; all stop after that step, and each goes on with its own random state."""
    folder = folders[2]
    said = [(folder / f"said{number}").read_text(encoding="utf-8") for number in range(2)]
    assert all(text.startswith("test: ended by SIGTERM after step 6 of 21, which") for text in said)
    whole, resumed = (folder / name for name in ("whole", "resumed"))
    for file in ("model/model.safetensors", "dev.parquet"):
        assert (resumed / file).read_bytes() == (whole / file).read_bytes(), file


@pytest.mark.parametrize("loss", ["pointwise", "ranknet", "lce"])
def test_accumulated_parts_train_as_one_batch(loss: str, corpus: pl.DataFrame, encoder_folder: Path) -> None:
    values = {"loss": loss, "batch_size": 64, "learning_rate": 1e-3, "epochs": 3}
    whole = toy.toy_training(corpus, encoder_folder, **values)
    parts = toy.toy_training(corpus, encoder_folder, accumulate=3, **values)
    for column in ("loss", "gradient_norm"):
        assert parts.training[column].to_list() == pytest.approx(whole.training[column].to_list(), rel=1e-3)
    assert parts.training["padding"].sum() < whole.training["padding"].sum()  # parts are of like length
    pairs = zip(whole.model.state_dict().items(), parts.model.state_dict().values(), strict=True)
    for (name, expected), found in pairs:
        torch.testing.assert_close(found, expected, atol=2e-4, rtol=1e-3, msg=name)


def test_parts_hold_less_memory_at_a_time(
    corpus: pl.DataFrame, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a forward pass sees is a part."""
    from switchrank.ranker.batches import EncodedPairs

    seen: list[int] = []
    batch = EncodedPairs.batch

    def counted(self: EncodedPairs, indices: Any, device: torch.device) -> dict[str, torch.Tensor]:
        seen.append(len(indices))
        return batch(self, indices, device)

    monkeypatch.setattr(EncodedPairs, "batch", counted)
    toy.toy_training(corpus, encoder_folder, batch_size=49, accumulate=7)
    assert seen == [7] * 21
