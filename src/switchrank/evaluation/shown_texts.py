"""The texts of a benchmark as a system sees them, read once for all pairs of a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.evaluation.drawn_texts import shown
from switchrank.languages import parse_pair

_SIDES = {"queries": (tables.QUERIES, "query_id"), "passages": (tables.PASSAGES, "doc_id")}


class Sides:
    """Queries and passages by language.

    Args:
        languages: codes of each side, `queries` and `passages`.
        files: their tables, in the same order.
        mixed: MIXED tables by side, where a pair shows that side mixed.

    Raises:
        SwitchRankError: a table is missing or has another contract.
    """

    def __init__(
        self,
        languages: Mapping[str, Sequence[str]],
        files: Mapping[str, Sequence[str | Path]],
        mixed: Mapping[str, str | Path | None],
    ) -> None:
        self._texts = {
            side: {code: tables.read(path, contract) for code, path in zip(languages[side], files[side], strict=True)}
            for side, (contract, _) in _SIDES.items()
        }
        self._mixed = {side: tables.read(path, tables.MIXED) if path else None for side, path in mixed.items()}

    def of(self, pair: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Queries (query_id, text) and passages (doc_id, text) of a pair.

        Raises:
            SwitchRankError: see `mixing.shown`.
        """
        wanted = dict(zip(_SIDES, parse_pair(pair), strict=True))
        queries, passages = (
            shown(self._texts[side], wanted[side], self._mixed.get(side), key) for side, (_, key) in _SIDES.items()
        )
        return queries, passages
