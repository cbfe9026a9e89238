"""How much of a corpus was switched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from switchrank.corpus.tokens import SIDES
from switchrank.tables import CORPUS_SUMMARY

_COUNTS = ("tokens", "unknown", "switched", "content", "content_switched")


def summarise_corpus(
    corpora: Mapping[str, Iterable[pa.Table]], requested: Mapping[str, Mapping[str, float]], content: bool
) -> pl.DataFrame:
    """Tokens, switched and untranslatable tokens of each side and pair.

    Args:
        corpora: by pair, a CORPUS table in pieces.
        requested: requested probability, by pair and side (`settings.requested`).
        content: whether content words are reported, that is words that are not stop words.

    Returns:
        CORPUS_SUMMARY table; `realised` is switched / tokens: lower than requested by the words without translation
        and, where English is one of the languages, by what was drawn as English. `unknown` counts the tokens that
        would have been eligible but have no translation: none of a side, an instance or a draw that stays English, and
        no stop word where those are kept.
        `content_realised` is the same ratio over content words, which 2305.05295's code reports.
    """
    rows = []
    for pair, pieces in sorted(corpora.items()):
        totals = _totals(pieces)
        for side in SIDES:
            tokens, unknown, switched, words, switched_words = (totals[f"{side}_{what}"] for what in _COUNTS)
            rows.append(
                {
                    "pair": pair,
                    "side": side,
                    "tokens": tokens,
                    "switched": switched,
                    "unknown": unknown,
                    "requested": requested[pair][side],
                    "realised": _ratio(switched, tokens),
                    "content": words if content else None,
                    "content_switched": switched_words if content else None,
                    "content_realised": _ratio(switched_words, words) if content else None,
                }
            )
    kinds = {"content": pl.Int64, "content_switched": pl.Int64, "content_realised": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=kinds).select(list(CORPUS_SUMMARY.columns))


def _totals(pieces: Iterable[pa.Table]) -> dict[str, int]:
    totals = {f"{side}_{what}": 0 for side in SIDES for what in _COUNTS}
    for piece in pieces:
        for name in totals:
            totals[name] += pc.sum(piece.column(name).cast(pa.int64())).as_py() or 0
    return totals


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
