"""How many threads numerical libraries use, whether they are already imported or not."""

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
"""Variables that libraries read when they start; numba's is not among them, as numba refuses later changes."""


@contextmanager
def limited(threads: int) -> Iterator[None]:
    """Limit numerical libraries to a number of threads within a block; their old numbers are restored afterwards.

    It is set in those that are already loaded (every BLAS and OpenMP pool, torch, Arrow, numba); those loaded in the
    block read it from the environment. Only polars cannot be changed after its import: inside the workflow its variable
    is set before the interpreter starts (rules/common.smk).
    """
    with variables(dict.fromkeys(VARIABLES, str(threads))), ExitStack() as stack:
        for count, tell in _loaded(threads):
            stack.callback(tell, count())
            tell(threads)
        stack.enter_context(threadpool_limits(threads))
        yield


def _loaded(threads: int) -> Iterator[tuple[Callable[[], int], Callable[[int], None]]]:
    """How to get and set the number of each loaded library that has more than its BLAS and OpenMP pools."""
    if torch := sys.modules.get("torch"):
        yield torch.get_num_threads, torch.set_num_threads
    if arrow := sys.modules.get("pyarrow"):
        yield arrow.cpu_count, arrow.set_cpu_count
    # setting numba's number starts its threads, so only if it would use too many
    if (numba := sys.modules.get("numba")) and threads < numba.config.NUMBA_NUM_THREADS:
        yield numba.get_num_threads, numba.set_num_threads


@contextmanager
def variables(values: dict[str, str]) -> Iterator[None]:
    """Environment variables within a block; the old ones are restored afterwards."""
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
