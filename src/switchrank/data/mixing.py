"""Which language each text of a mixed side (MLIR, `xx`) is shown in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from switchrank.randomness import choice, key_of


def mix_languages(ids: Iterable[str], side: str, languages: Sequence[str], seed: int) -> pl.DataFrame:
    """Draw one language for each text, uniformly, from seed, side and id alone.

    Args:
        ids: query or document ids; a repeated id counts once.
        side: `queries` or `passages`.
        languages: the codes, in any order.
        seed: key of the draw.

    Returns:
        `id`, `language`, sorted by `id`.
    """
    names = sorted(set(ids))
    codes = sorted(languages)
    keys = np.array([key_of(seed, side, name) for name in names], dtype=np.uint64)
    drawn = choice(len(codes), keys)
    return pl.DataFrame(
        {"id": names, "language": [codes[number] for number in drawn]}, schema={"id": pl.String, "language": pl.String}
    )
