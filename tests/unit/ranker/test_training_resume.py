"""A training that was killed and run again gives the bytes of one that was not."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import torch
from safetensors import safe_open

from switchrank.errors import SwitchRankError
from switchrank.models.folder import MODEL_FILES
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.loop import Terminated
from tests.toy import training as toy
from tests.toy.workspace import ROOT

CLOCK = ["pairs_per_second", "peak_memory"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, corpus: pl.DataFrame, encoder_folder: Path) -> Path:
    """Results of the training that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    toy.train_into(corpus, encoder_folder, folder)
    assert not (folder / "checkpoint").exists()  # nothing is left behind
    return folder


def assert_same(folder: Path, whole: Path) -> None:
    for name in MODEL_FILES:
        assert (folder / "model" / name).read_bytes() == (whole / "model" / name).read_bytes(), name
    assert (folder / "dev.parquet").read_bytes() == (whole / "dev.parquet").read_bytes()
    logs = [pl.read_parquet(path / "training.parquet").drop(CLOCK) for path in (folder, whole)]
    assert logs[0].equals(logs[1])
    assert logs[0].height == toy.STEPS


def test_killed_at_a_random_step_and_run_again(
    tmp_path: Path, whole: Path, corpus: pl.DataFrame, encoder_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two processes: one is killed outright and goes on from its last checkpoint, one is asked to end."""
    corpus.write_parquet(tmp_path / "corpus.parquet")
    at = {name: random.SystemRandom().randrange(2, toy.STEPS) for name in ("SIGKILL", "SIGTERM")}
    command = [sys.executable, "-m", "tests.toy.training"]
    started = {
        name: subprocess.Popen(
            [*command, name, str(step), encoder_folder, tmp_path / "corpus.parquet", tmp_path / name],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, step in at.items()
    }
    said = {name: process.communicate()[1] for name, process in started.items()}
    assert (started["SIGKILL"].returncode, started["SIGTERM"].returncode) == (-9, 1), said
    line = said["SIGTERM"].splitlines()[-1]
    assert line.startswith(
        f"error: test: ended by SIGTERM after step {at['SIGTERM']} of {toy.STEPS}, which is saved in"
    )
    # killed in a step: the last multiple of four before it is what there is
    for name, step in {"SIGKILL": (at["SIGKILL"] - 1) // 4 * 4, "SIGTERM": at["SIGTERM"]}.items():
        assert not (tmp_path / name / "model").exists()
        toy.train_into(corpus, encoder_folder, tmp_path / name)
        told = f"test: continues after step {step} of {toy.STEPS}\n"
        assert (told in capsys.readouterr().err) == (step > 0), (name, at)
        assert_same(tmp_path / name, whole)


class Stop(Exception):
    """Ends a training in the test's own process."""


def interrupted(monkeypatch: pytest.MonkeyPatch, corpus: pl.DataFrame, encoder: Path, folder: Path, step: int) -> Path:
    """A training that breaks off after a checkpoint at this step; the checkpoint's folder."""
    write = Checkpoints.write

    def stopping(self: Checkpoints, at: int, *args: object) -> None:
        write(self, at, *args)  # type: ignore[arg-type]
        if at == step:
            raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "write", stopping)
        with pytest.raises(Stop):
            toy.train_into(corpus, encoder, folder)
    return folder / "checkpoint/train/toy"


def test_a_half_written_checkpoint_is_never_taken(
    tmp_path: Path, whole: Path, corpus: pl.DataFrame, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = interrupted(monkeypatch, corpus, encoder_folder, tmp_path, 8)
    (file,) = folder.iterdir()
    data = file.read_bytes()
    (folder / f".{file.name}.partial").write_bytes(data[: len(data) // 2])
    toy.train_into(corpus, encoder_folder, tmp_path)
    assert_same(tmp_path, whole)


def test_a_crash_while_writing_leaves_the_checkpoint_before(
    tmp_path: Path, whole: Path, corpus: pl.DataFrame, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = interrupted(monkeypatch, corpus, encoder_folder, tmp_path, 4)

    def crash(self: Path, target: Path) -> Path:
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(Stop):
            toy.train_into(corpus, encoder_folder, tmp_path)
    saved = Checkpoints(folder, facts={"settings": None, "seed": 1})
    with pytest.raises(SwitchRankError, match="the checkpoint of step 4 is from a training with other settings;"):
        saved.read()
    toy.train_into(corpus, encoder_folder, tmp_path)
    assert_same(tmp_path, whole)


def test_a_checkpoint_of_another_seed_is_refused(
    tmp_path: Path, corpus: pl.DataFrame, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = interrupted(monkeypatch, corpus, encoder_folder, tmp_path, 4)
    with pytest.raises(SwitchRankError, match=rf"with other seed; delete {folder} to train from the start$"):
        toy.train_into(corpus, encoder_folder, tmp_path, seed=2)
    shutil.rmtree(folder)
    toy.train_into(corpus, encoder_folder, tmp_path, seed=2)


def test_no_checkpoint_is_written_before_its_step(
    tmp_path: Path, train_toy: object, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    """19 steps and one every 19: none is due, so no input is read for a fingerprint either."""
    checkpoints = Checkpoints(tmp_path / "c", 19, {}, [tmp_path / "no such file"])
    trained = toy.toy_training(corpus, encoder_folder, checkpoints=checkpoints)
    assert trained.training.height == 19
    assert not (tmp_path / "c").exists()


# -- the file -----------------------------------------------------------------------------------------
def test_facts_and_inputs_make_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "corpus").write_text("光", encoding="utf-8")
    one = Checkpoints(tmp_path / "c", 1, {"settings": {"a": 1}, "code": "x"}, [tmp_path / "corpus"])
    one.write(3, {"w": torch.arange(3.0)}, {"k": 0.1 + 0.2})
    saved = one.read()
    assert saved is not None
    assert (saved.step, saved.values, saved.tensors["w"].tolist()) == (3, {"k": 0.1 + 0.2}, [0, 1, 2])
    for facts, other in (
        ({"settings": {"a": 2}, "code": "x"}, "settings"),
        ({"settings": {"a": 2}, "code": "y"}, "code and settings"),
    ):
        with pytest.raises(SwitchRankError, match=rf"of step 3 is from a training with other {other}; delete"):
            Checkpoints(tmp_path / "c", 1, facts, [tmp_path / "corpus"]).read()
    (tmp_path / "corpus").write_text("свет", encoding="utf-8")
    with pytest.raises(SwitchRankError, match="with other inputs; delete"):
        Checkpoints(tmp_path / "c", 1, one.facts, [tmp_path / "corpus"]).read()


@pytest.mark.parametrize("data", [b"", b"no tensors", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_file_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "checkpoint.safetensors").write_bytes(data)
    with pytest.raises(SwitchRankError, match=rf"^{tmp_path}/checkpoint.safetensors: not a readable checkpoint"):
        Checkpoints(tmp_path).read()


def test_discarding_leaves_other_jobs_checkpoints(tmp_path: Path) -> None:
    jobs = [Checkpoints(tmp_path / "results/checkpoint/train/a" / seed) for seed in "12"]
    for job in jobs:
        job.write(1, {}, {})
    jobs[0].discard()
    assert [path.name for path in (tmp_path / "results/checkpoint/train/a").iterdir()] == ["2"]
    jobs[1].discard()
    assert list((tmp_path / "results").iterdir()) == []
    jobs[1].discard()


def test_nothing_is_pickled(tmp_path: Path) -> None:
    Checkpoints(tmp_path).write(1, {"w": torch.ones(1)}, {})
    with safe_open(tmp_path / "checkpoint.safetensors", "pt") as file:
        assert list(file.keys()) == ["w"]


def test_sigterm_is_an_error_of_ours() -> None:
    assert issubclass(Terminated, SwitchRankError)
