"""The state of a training in one file outside the declared outputs, so that a killed job can continue.

Snakemake deletes the outputs of a failed job; a checkpoint survives it. The file is written under another name,
flushed to the disk and renamed, so a file with the final name is complete. It is safetensors; nothing is pickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from switchrank.checksums import sha256_of
from switchrank.errors import SwitchRankError
from switchrank.files import whole, written

_NAME = "checkpoint.safetensors"


@dataclass(frozen=True)
class Saved:
    """A checkpoint that was read.

    Attributes:
        step: steps taken.
        tensors: on the CPU, by name.
        values: everything else, as JSON values.
    """

    step: int
    tensors: dict[str, torch.Tensor]
    values: dict[str, Any]


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoint of one job.

    Attributes:
        folder: of the checkpoint, used by this job only.
        every: steps between two checkpoints; 0 for none except at SIGTERM.
        facts: what the training depends on (settings, code, seed), by its name in messages, as JSON values.
        files: inputs, on which it depends too. They are read only if there is a checkpoint to write or to compare.
    """

    folder: Path
    every: int = 500
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[str | Path] = ()

    @cached_property
    def fingerprint(self) -> dict[str, str]:
        """A hash of each fact, and of all inputs."""
        prints = {name: _hash(json.dumps(value, sort_keys=True)) for name, value in self.facts.items()}
        return prints | {"inputs": _hash(*(sha256_of(path) for path in self.files))}

    def read(self) -> Saved | None:
        """The last checkpoint, or none.

        Raises:
            SwitchRankError: it is damaged, or was written by a training with other settings, code or inputs.
        """
        path = self.folder / _NAME
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                values = json.loads(file.metadata()["values"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            step, found = int(values.pop("step")), values.pop("fingerprint")
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise SwitchRankError(f"{path}: not a readable checkpoint ({error}); delete {self.folder}") from None
        other = sorted(name for name in {*found, *self.fingerprint} if found.get(name) != self.fingerprint.get(name))
        if other:
            raise SwitchRankError(
                f"{path}: the checkpoint of step {step} is from a training with other {' and '.join(other)}; "
                f"delete {self.folder} to train from the start"
            )
        return Saved(step, tensors, values)

    def write(self, step: int, tensors: Mapping[str, torch.Tensor], values: Mapping[str, Any]) -> None:
        """Replace the checkpoint.

        Args:
            step: steps taken.
            tensors: any device.
            values: plain values that JSON represents exactly.

        Raises:
            SwitchRankError: the file cannot be written.
        """
        stored = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        kept = json.dumps({**values, "step": step, "fingerprint": self.fingerprint})
        with written(self.folder / _NAME):
            _make_folder(self.folder)
            with whole(self.folder / _NAME) as partial:
                save_file(stored, partial, metadata={"values": kept})
                _flush(partial)
            _flush(self.folder)

    def discard(self) -> None:
        """Delete the folder, and the folders above it, up to `checkpoint`, that are then empty."""
        shutil.rmtree(self.folder, ignore_errors=True)
        above = self.folder.parent
        # a job of another seed may make or delete its folder meanwhile; then the others are kept
        with suppress(OSError):
            while "checkpoint" in above.parts and not any(above.iterdir()):
                above.rmdir()
                above = above.parent


def _make_folder(folder: Path) -> None:
    """Make a folder whose parent another job may delete, because it is empty, in between."""
    with suppress(FileNotFoundError):
        folder.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _flush(path: Path) -> None:
    """Flush to the disk: after a power cut, the renamed file must have its contents."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
