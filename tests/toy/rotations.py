"""Planted rotations that are the same on every processor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rotation(dimensions: int, random: np.random.Generator | int) -> NDArray[np.float64]:
    """An orthogonal matrix, float64 [dimensions, dimensions]: a product of random Householder reflections.

    The factors of LAPACK's decompositions (qr, svd, eigh) have signs, and in degenerate spaces directions, that differ
    between the kernels of processors; what a test plants must not.

    Args:
        dimensions: of the space.
        random: the generator of the reflections, or its seed.
    """
    made = np.eye(dimensions)
    for normal in np.random.default_rng(random).normal(size=(dimensions, dimensions)):
        made -= 2 / (normal * normal).sum() * (made * normal).sum(axis=1)[:, None] * normal
    return made
