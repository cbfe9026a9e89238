"""The texts of contrastive batches as token ids, each different text once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import torch
from tokenizers import Tokenizer

from switchrank.encoder.settings import Prefixes


@dataclass(frozen=True)
class Members:
    """What a batch is made of, as numbers of texts.

    Attributes:
        anchors, positives: one a pair.
        negatives: hard negatives of all pairs, each different text once.
        mask: bool [pairs, pairs + negatives], true where a candidate is no negative of an anchor; None without hard
            negatives, since the pairs of a batch are about different documents.
    """

    anchors: list[int]
    positives: list[int]
    negatives: list[int]
    mask: torch.Tensor | None

    @property
    def texts(self) -> list[int]:
        """All of them, in the order anchors, positives, negatives."""
        return [*self.anchors, *self.positives, *self.negatives]


class PairTexts:
    """Pairs and their hard negatives, tokenised.

    Args:
        pairs: PAIRS table.
        negatives: NEGATIVES table of these pairs, or None.
        tokenizer: of the encoder; set to cut texts.
        prefixes: put before each text by its side.

    Attributes:
        ids: token ids of each different text.
    """

    def __init__(
        self, pairs: pl.DataFrame, negatives: pl.DataFrame | None, tokenizer: Tokenizer, prefixes: Prefixes
    ) -> None:
        before = {"query": prefixes.query, "passage": prefixes.passage}
        self._number: dict[str, int] = {}
        self._of_pair: dict[int, tuple[int, int, str]] = {}
        columns = ("pair_id", "anchor_side", "anchor", "positive_side", "positive", "document")
        side: dict[int, str] = {}
        for pair, anchor_side, anchor, positive_side, positive, document in pairs.select(columns).iter_rows():
            numbers = self._numbered(before[anchor_side] + anchor), self._numbered(before[positive_side] + positive)
            self._of_pair[pair] = (*numbers, document)
            side[pair] = positive_side
        self._negatives: dict[int, list[tuple[int, str]]] = {}
        if negatives is not None:
            for pair, text, document in negatives.select("pair_id", "text", "document").iter_rows():
                self._negatives.setdefault(pair, []).append((self._numbered(before[side[pair]] + text), document))
        self.ids = [encoding.ids for encoding in tokenizer.encode_batch(list(self._number))]

    def _numbered(self, text: str) -> int:
        return self._number.setdefault(text, len(self._number))

    def members(self, chosen: Sequence[int]) -> Members:
        """The texts of a batch of pairs, given by pair_id."""
        anchors, positives, documents = (
            list(part) for part in zip(*(self._of_pair[pair] for pair in chosen), strict=True)
        )
        hard = {number: document for pair in chosen for number, document in self._negatives.get(pair, [])}
        mask = None
        if hard:
            candidates = [*zip(positives, documents, strict=True), *hard.items()]
            mask = torch.tensor(
                [
                    [
                        place != row and (number in (anchor, positive) or about == document)
                        for place, (number, about) in enumerate(candidates)
                    ]
                    for row, (anchor, positive, document) in enumerate(zip(anchors, positives, documents, strict=True))
                ]
            )
        return Members(anchors, positives, list(hard), mask)
