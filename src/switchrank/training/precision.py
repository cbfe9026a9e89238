"""Device, threads and numeric precision."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from switchrank.errors import SwitchRankError
from switchrank.training import distributed


def prepare(seed: int, threads: int) -> torch.device:
    """Seed torch, fix its thread count and kernels, and choose the device: a GPU if there is one, one per process if
    there are several.

    Sums of floats depend on the number of threads; with the same number the CPU gives the same bytes.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    return distributed.device()


def multiplies_bf16(device: torch.device) -> bool:
    """Whether the hardware has bf16 matrix units; emulated bf16 is slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capability = torch.cpu.get_capabilities()
    return bool(capability.get("amx_bf16") or capability.get("avx512_bf16"))


def autocast(precision: str, device: torch.device) -> AbstractContextManager[Any]:
    """The context in which forward passes run: `fp32`, `bf16`, `fp16`, or `auto` for bf16 if the hardware has it.

    Raises:
        SwitchRankError: fp16 without a CUDA device.
    """
    if precision == "fp16":
        if device.type != "cuda":
            raise SwitchRankError(
                f"precision: found fp16, which needs a CUDA device, but training runs on {device.type}; "
                "allowed there: auto, fp32, bf16"
            )
        return torch.autocast(device.type, dtype=torch.float16)
    if precision == "bf16" or (precision == "auto" and multiplies_bf16(device)):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()
