"""Which language each text of a mixed side (MLIR, `xx`) is shown in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from switchrank.randomness import choice, key_of
from switchrank.tables import MIXED


def mix_languages(
    ids: Iterable[str],
    side: str,
    languages: Sequence[str],
    seed: int,
    having: Mapping[str, Collection[str]] | None = None,
) -> pl.DataFrame:
    """Draw one language for each text, uniformly, from seed, side and id, and the languages that it has, alone.

    Args:
        ids: query or document ids; a repeated id counts once.
        side: `queries` or `passages`.
        languages: the codes, in any order.
        seed: key of the draw.
        having: the ids that each language has; each text has all languages when absent.

    Returns:
        `id`, `language`, sorted by `id`. An id that no language has is left out.
    """
    names = sorted(set(ids))
    codes = sorted(languages)
    of_ids = [tuple(codes) if having is None else tuple(c for c in codes if name in having[c]) for name in names]
    language: dict[str, str] = {}
    for own in sorted(set(of_ids) - {()}):
        here = [name for name, found in zip(names, of_ids, strict=True) if found == own]
        keys = np.array([key_of(seed, side, name) for name in here], dtype=np.uint64)
        language.update(zip(here, (own[number] for number in choice(len(own), keys)), strict=True))
    rows = sorted(language.items())
    return pl.DataFrame(rows, schema=MIXED.schema, orient="row")
