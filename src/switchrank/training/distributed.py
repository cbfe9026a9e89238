"""Several processes that train one model: their numbers, and the exchange between them.

Every process holds the whole model and computes its share of each batch. The convention that makes N processes give
the updates of one: each makes a loss whose **mean over the processes** is the batch's loss; `gather` adds up the
gradients of all processes for a vector, and `average_gradients` takes the mean over processes. A loss that every
process computes in full from gathered vectors follows it, and so does one of which each process computes a share.

Without other processes every function here does nothing, so callers need no other code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist


def world() -> int:
    """Processes that train together."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """Number of this process among them, from 0; number 0 logs and saves."""
    return dist.get_rank() if world() > 1 else 0


def device() -> torch.device:
    """This process's device: the CPU, the GPU, or its own of several."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    if world() == 1:
        return torch.device("cuda")
    own = torch.device("cuda", int(os.environ.get("LOCAL_RANK", rank())) % torch.cuda.device_count())
    torch.cuda.set_device(own)
    return own


@contextmanager
def joined(store: str | None = None, number: int | None = None, count: int | None = None) -> Iterator[None]:
    """Join the other processes within a block: nccl between GPUs, gloo between CPUs.

    Args:
        store: path of a file through which the processes connect; when absent, they connect by the environment (`RANK`,
            `WORLD_SIZE`, `MASTER_ADDR`, `MASTER_PORT`, which torchrun sets); without `WORLD_SIZE` there are no others.
        number: of this process; from the environment when absent.
        count: of processes; likewise.
    """
    number = int(os.environ.get("RANK", "0")) if number is None else number
    count = int(os.environ.get("WORLD_SIZE", "1")) if count is None else count
    if count == 1:
        yield
        return
    dist.init_process_group(
        "nccl" if torch.cuda.is_available() else "gloo",
        init_method=f"file://{store}" if store else "env://",
        rank=number,
        world_size=count,
        # long enough for process 0 to write a checkpoint or a first step to compile
        timeout=timedelta(hours=1),
    )
    try:
        yield
    finally:
        dist.destroy_process_group()


def barrier() -> None:
    """Wait until all processes have called this."""
    if world() > 1:
        dist.barrier()


def average(values: torch.Tensor) -> torch.Tensor:
    """Mean over the processes, element by element; no gradient flows through it."""
    return total(values) / world() if world() > 1 else values


def total(values: torch.Tensor) -> torch.Tensor:
    """Sum over the processes, element by element; no gradient flows through it."""
    if world() == 1:
        return values
    summed = values.detach().clone().to(device())
    dist.all_reduce(summed)
    return summed.to(values.device)


def anywhere(flag: bool) -> bool:
    """Whether the flag is set in any process."""
    return flag if world() == 1 else bool(total(torch.tensor(float(flag))) > 0)


def average_gradients(parameters: Sequence[torch.nn.Parameter]) -> None:
    """Replace each gradient by its mean over the processes, in one exchange.

    A process without a gradient counts as zero; a parameter that no process has a gradient for stays without one,
    so that the optimiser does not change it, as in one process.
    """
    if world() == 1:
        return
    present = total(torch.tensor([float(parameter.grad is not None) for parameter in parameters])) > 0
    shared = [parameter for parameter, has in zip(parameters, present.tolist(), strict=True) if has]
    if not shared:
        return
    flat = torch.cat([_gradient(parameter).flatten() for parameter in shared])
    dist.all_reduce(flat)
    flat /= world()
    parts = torch.split(flat, [parameter.numel() for parameter in shared])
    for parameter, part in zip(shared, parts, strict=True):
        parameter.grad = part.view_as(parameter)


def _gradient(parameter: torch.nn.Parameter) -> torch.Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def gather(vectors: torch.Tensor) -> torch.Tensor:
    """Rows of all processes, with gradients.

    Args:
        vectors: float [rows, d]; the number of rows may differ between processes.

    Returns:
        float [all rows, d], in the order of the processes. Its gradient in this process and in all others adds up to
        that of `vectors`.
    """
    gathered: torch.Tensor = _Gather.apply(vectors) if world() > 1 else vectors  # type: ignore[no-untyped-call]
    return gathered


class _Gather(torch.autograd.Function):
    """All-gather whose backward pass adds up the gradients of every process for a row."""

    @staticmethod
    def forward(context: Any, vectors: torch.Tensor) -> torch.Tensor:
        parts = gather_all(vectors)
        context.start = sum(len(part) for part in parts[: rank()])
        context.rows = len(vectors)
        return torch.cat(parts)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> torch.Tensor:
        return total(gradients[0])[context.start : context.start + context.rows]


def gather_all(values: torch.Tensor) -> list[torch.Tensor]:
    """The tensor of each process, in order, without gradients; they may differ only in the first dimension."""
    if world() == 1:
        return [values.detach()]
    own = values.detach().to(device()).contiguous()
    rows = total(torch.nn.functional.one_hot(torch.tensor(rank()), world()) * len(own)).tolist()
    padded = own.new_zeros((max(rows), *own.shape[1:]))
    padded[: len(own)] = own
    parts = [torch.empty_like(padded) for _ in rows]
    dist.all_gather(parts, padded)
    return [part[:count].to(values.device) for part, count in zip(parts, rows, strict=True)]
