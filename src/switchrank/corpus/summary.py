"""How much of a corpus was switched."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from switchrank.corpus.side import SIDES
from switchrank.tables import CORPUS_SUMMARY


def summarise_corpus(corpora: Mapping[str, pl.DataFrame], requested: float) -> pl.DataFrame:
    """Tokens, switched and untranslatable tokens of each side and pair.

    Args:
        corpora: CORPUS table by pair.
        requested: probability p that was asked for.

    Returns:
        CORPUS_SUMMARY table; `realised` is switched / tokens: lower than p by the words without translation.
    """
    rows = []
    for pair, corpus in sorted(corpora.items()):
        for side in SIDES:
            tokens, known, switched = (
                int(corpus[f"{side}_{what}"].cast(pl.Int64).sum()) for what in ("tokens", "known", "switched")
            )
            rows.append(
                {
                    "pair": pair,
                    "side": side,
                    "tokens": tokens,
                    "switched": switched,
                    "unknown": tokens - known,
                    "requested": float(requested),
                    "realised": switched / tokens if tokens else 0.0,
                }
            )
    return pl.DataFrame(rows).select(list(CORPUS_SUMMARY.columns))
