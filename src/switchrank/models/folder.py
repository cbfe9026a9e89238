"""Model folders in Hugging Face layout: safetensors, configuration, tokenizer; nothing is pickled."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from tokenizers import Tokenizer
from transformers import AutoTokenizer
from transformers.utils import logging

from switchrank.errors import SwitchRankError
from switchrank.files import whole, written

if TYPE_CHECKING:  # importing the class of models takes seconds, which a job that only reads a tokenizer does not need
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

MODEL_FILES = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")
_TRACES_OF_LOADING = ("is_local", "local_files_only")
"""Keys that `transformers` would save about how a tokenizer was read, so that a copy would differ from its source."""


@contextmanager
def quietly() -> Iterator[None]:
    """Without the progress bars and load reports of `transformers`, which fill a terminal; errors are still shown."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def load_model(kind: Any, folder: str | Path, expected: str, **options: Any) -> tuple[PreTrainedModel, list[str]]:
    """Read a model's weights, from safetensors only.

    Args:
        kind: a class with `from_pretrained`, such as `AutoModel`.
        folder: model folder, or a hub name where `options` do not forbid the network.
        expected: what the folder should hold, for the message.
        options: of `from_pretrained`.

    Returns:
        The model in evaluation mode, and the sorted names of its weights that the folder lacks (they were drawn
        at random).

    Raises:
        SwitchRankError: no such folder, or its files are missing, damaged or of another shape.
    """
    if options.get("local_files_only") and not Path(folder).is_dir():
        raise SwitchRankError(f"{folder}: no such folder; expected {expected}")
    try:
        with quietly():
            model, info = kind.from_pretrained(str(folder), use_safetensors=True, output_loading_info=True, **options)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise SwitchRankError(f"{folder}: {first_line(error)}; expected {expected}") from None
    return model, sorted(info["missing_keys"])


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its name if it has none."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def save_model(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: str | Path) -> None:
    """Write the four files of a model folder: all of them, or none.

    Args:
        model: saved as float32 safetensors (and made float32).
        tokenizer: a fast tokenizer.
        folder: made if it is missing. Files get the permissions that the umask allows.

    Raises:
        SwitchRankError: the tokenizer has no `tokenizer.json` form, or a file cannot be written.
    """
    target = Path(folder)
    made = not target.exists()
    try:
        with written(target):
            target.mkdir(parents=True, exist_ok=True)
            _save_files(model, tokenizer, target)
    except BaseException:
        if made:
            with suppress(OSError):
                target.rmdir()
        raise


def _save_files(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target, prefix=".partial-") as partial:
        with quietly():
            model.float().save_pretrained(partial, max_shard_size="100GB")
            tokenizer.save_pretrained(partial)
        files = [Path(partial) / name for name in MODEL_FILES]
        for file in files:
            if not file.is_file():
                raise SwitchRankError(
                    f"{target}: the model has no {file.name}; a fast tokenizer and one safetensors file are needed"
                )
            file.chmod(0o666 & ~_umask())  # safetensors writes 0600: nobody else on a cluster could read it
        for file in files:
            file.replace(target / file.name)


def _umask() -> int:
    """The umask of the process, which can only be read by setting it."""
    value = os.umask(0o077)
    os.umask(value)
    return value


def copy_tokenizer(source: str | Path, folder: str | Path) -> None:
    """Copy a folder's tokenizer files to another folder, unchanged."""
    for name in MODEL_FILES[2:]:
        with whole(Path(folder) / name) as partial:
            shutil.copyfile(Path(source) / name, partial)


def read_tokenizer(folder: str | Path) -> Tokenizer:
    """The fast tokenizer of a folder, without importing a model class, which takes seconds.

    It neither truncates nor pads, whatever its file says: some published tokenizers pad every batch.

    Raises:
        SwitchRankError: `tokenizer.json` is missing or unreadable.
    """
    path = Path(folder) / "tokenizer.json"
    if not path.is_file():
        raise SwitchRankError(f"{path}: no such file; a model folder holds {', '.join(MODEL_FILES)}")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise SwitchRankError(f"{path}: {error}; expected a fast tokenizer") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def read_hugging_face_tokenizer(folder: str | Path) -> PreTrainedTokenizerFast:
    """The same tokenizer as a `transformers` object; saved again, it gives the same files.

    Raises:
        SwitchRankError: `tokenizer.json` is missing or unreadable.
    """
    read_tokenizer(folder)
    with quietly():
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    for name in _TRACES_OF_LOADING:
        tokenizer.init_kwargs.pop(name, None)
    return tokenizer


def folder_of(files: list[str]) -> Path:
    """The one folder that contains a job's model files.

    Raises:
        SwitchRankError: the files are in several folders.
    """
    folders = {Path(file).parent for file in files}
    if len(folders) != 1:
        raise SwitchRankError(f"expected the files of one model folder, found {sorted(map(str, folders))}")
    return folders.pop()
