"""Model folders in Hugging Face layout: safetensors, configuration, tokenizer; nothing is pickled."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from switchrank.errors import SwitchRankError

MODEL_FILES = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")


def save_model(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: str | Path) -> None:
    """Write the four files of a model folder, each whole or not at all.

    Args:
        model: saved as float32 safetensors.
        tokenizer: a fast tokenizer.
        folder: made if it is missing.

    Raises:
        SwitchRankError: the tokenizer has no `tokenizer.json` form.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".partial-") as partial:
        model.save_pretrained(partial, safe_serialization=True, max_shard_size="100GB")
        tokenizer.save_pretrained(partial)
        for name in MODEL_FILES:
            if not (Path(partial) / name).is_file():
                raise SwitchRankError(f"{folder}: the model has no {name}; a fast tokenizer and one safetensors file are needed")
            os.replace(Path(partial) / name, target / name)


def copy_tokenizer(source: str | Path, folder: str | Path) -> None:
    """Copy a folder's tokenizer files to another folder, unchanged."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in MODEL_FILES[2:]:
        shutil.copyfile(Path(source) / name, Path(folder) / name)


def read_tokenizer(folder: str | Path) -> Tokenizer:
    """The fast tokenizer of a folder, without the seconds that importing a model class costs.

    Raises:
        SwitchRankError: `tokenizer.json` is missing or unreadable.
    """
    path = Path(folder) / "tokenizer.json"
    if not path.is_file():
        raise SwitchRankError(f"{path}: no such file; a model folder holds {', '.join(MODEL_FILES)}")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise SwitchRankError(f"{path}: {error}; expected a fast tokenizer") from None


def read_hugging_face_tokenizer(folder: str | Path) -> PreTrainedTokenizerFast:
    """The same tokenizer as a `transformers` object, for saving."""
    return AutoTokenizer.from_pretrained(str(folder), local_files_only=True)


def folder_of(files: list[str]) -> Path:
    """The one folder that a job's model files lie in.

    Raises:
        SwitchRankError: the files lie in several folders.
    """
    folders = {Path(file).parent for file in files}
    if len(folders) != 1:
        raise SwitchRankError(f"expected the files of one model folder, found {sorted(map(str, folders))}")
    return folders.pop()
