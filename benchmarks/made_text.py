"""Generated words and texts for the benchmarks, so that none needs data."""

from __future__ import annotations

import numpy as np

_SYLLABLES = ["ka", "lo", "mi", "ter", "un", "des", "pro", "ti", "on", "er", "sa", "ve"]


def word(number: int) -> str:
    """The word of a number; different numbers give different words, small ones short words."""
    made = ""
    while number or not made:
        number, digit = divmod(number, len(_SYLLABLES))
        made += _SYLLABLES[digit]
    return made


def zipf(words: int) -> np.ndarray:
    """Probabilities of words by rank, float64 [words], as in running text (Mandelbrot's form of Zipf's law)."""
    weights = 1 / (np.arange(words) + 3)
    return weights / weights.sum()
