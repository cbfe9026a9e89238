"""How many threads numerical libraries use, whether they are imported already or not yet."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from threadpoolctl import threadpool_limits

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
"""What libraries read when they start; numba's own is not here, as numba refuses that it changes later."""


@contextmanager
def limited(threads: int) -> Iterator[None]:
    """Keep numerical libraries to a number of threads in a block; afterwards their old numbers are back.

    Those that are loaded already are told (every BLAS and OpenMP pool, torch, Arrow, numba); those loaded in the block
    find it in the environment. Only polars cannot be told once it is imported: inside the workflow its variable is set
    before the interpreter starts (rules/common.smk).
    """
    with variables(dict.fromkeys(VARIABLES, str(threads))), ExitStack() as stack:
        for count, tell in _loaded(threads):
            stack.callback(tell, count())
            tell(threads)
        stack.enter_context(threadpool_limits(threads))
        yield


def _loaded(threads: int) -> Iterator[tuple[Callable[[], int], Callable[[int], None]]]:
    """How to ask and tell the number of each library that is loaded and has more than its BLAS and OpenMP pools."""
    if torch := sys.modules.get("torch"):
        yield torch.get_num_threads, torch.set_num_threads
    if arrow := sys.modules.get("pyarrow"):
        yield arrow.cpu_count, arrow.set_cpu_count
    # asking numba starts its threads: only where it would use too many
    if (numba := sys.modules.get("numba")) and threads < numba.config.NUMBA_NUM_THREADS:
        yield numba.get_num_threads, numba.set_num_threads


@contextmanager
def variables(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for a block; afterwards the old ones are back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
