"""The peak memory of a training so far."""

from __future__ import annotations

import resource
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")


def peak_memory() -> float:
    """Peak memory in MiB: allocated on the GPU if there is one, otherwise resident."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    if _STATUS.is_file():  # getrusage also counts what the process held before it became this program
        line = next((line for line in _STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")), "")
        if line:
            return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
