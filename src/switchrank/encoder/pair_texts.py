"""The texts of contrastive batches as token ids, each distinct text once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import torch
from tokenizers import Tokenizer

from switchrank.encoder.batch_loss import Members
from switchrank.encoder.settings import Prefixes
from switchrank.encoder.shared_documents import documents_of
from switchrank.errors import SwitchRankError
from switchrank.normalising import caseless


class PairTexts:
    """Pairs and their hard negatives, tokenised.

    Args:
        pairs: PAIRS table.
        negatives: NEGATIVES table of these pairs, or None.
        tokenizer: of the encoder, with truncation set.
        prefixes: put before each text by its side.
        english: whether the loss needs the English text of each positive.

    Attributes:
        ids: token ids of each distinct text.

    Raises:
        SwitchRankError: the loss needs English texts, and a pair has none.
    """

    def __init__(
        self,
        pairs: pl.DataFrame,
        negatives: pl.DataFrame | None,
        tokenizer: Tokenizer,
        prefixes: Prefixes,
        english: bool = False,
    ) -> None:
        before = {"query": prefixes.query, "passage": prefixes.passage}
        self._number: dict[str, int] = {}
        self._meaning: list[tuple[str, frozenset[str]]] = []
        self._of_pair: dict[int, tuple[int, int]] = {}
        about = documents_of(pairs, negatives)
        columns = ("pair_id", "anchor_side", "anchor", "positive_side", "positive")
        side: dict[int, str] = {}
        for pair, anchor_side, anchor, positive_side, positive in pairs.select(columns).iter_rows():
            self._of_pair[pair] = (
                self._numbered(before[anchor_side], anchor, about),
                self._numbered(before[positive_side], positive, about),
            )
            side[pair] = positive_side
        self._negatives: dict[int, list[int]] = {}
        if negatives is not None:
            for pair, text in negatives.select("pair_id", "text").iter_rows():
                self._negatives.setdefault(pair, []).append(self._numbered(before[side[pair]], text, about))
        self._english = self._numbered_english(pairs.filter(~pl.col("joint")), before) if english else {}
        self.ids = [encoding.ids for encoding in tokenizer.encode_batch(list(self._number))]

    def _numbered(self, prefix: str, text: str, about: Mapping[str, frozenset[str]]) -> int:
        number = self._number.setdefault(prefix + text, len(self._number))
        if number == len(self._meaning):
            self._meaning.append((caseless(text), about[caseless(text)]))
        return number

    def _numbered_english(self, pairs: pl.DataFrame, before: Mapping[str, str]) -> dict[int, int]:
        """The number of the English text of each pair's positive."""
        lacking = pairs.filter(pl.col("english").is_null())
        if lacking.height:
            pair, kind, text = lacking.select("pair_id", "kind", "positive").row(0)
            raise SwitchRankError(
                f"contrastive pairs: pair {pair} of kind {kind} has no English text of {text!r}; the loss needs one "
                "for each pair: use kinds query_passage or instances with English passages, or another loss"
            )
        about = documents_of(pairs.with_columns(positive="english"))
        rows = pairs.select("pair_id", "positive_side", "english").iter_rows()
        return {pair: self._numbered(before[side], text, about) for pair, side, text in rows}

    def members(self, chosen: Sequence[int]) -> Members:
        """The texts of a batch of pairs, given by pair_id."""
        anchors, positives = (list(part) for part in zip(*(self._of_pair[pair] for pair in chosen), strict=True))
        hard = list(dict.fromkeys(number for pair in chosen for number in self._negatives.get(pair, [])))
        mask = None
        if hard:
            rows = enumerate(zip(anchors, positives, strict=True))
            candidates = [*positives, *hard]
            mask = torch.tensor(
                [
                    [place != row and self._alike(number, *pair) for place, number in enumerate(candidates)]
                    for row, pair in rows
                ]
            )
        english = [self._english[pair] for pair in chosen if pair in self._english]
        return Members(anchors, positives, hard, mask, [] if english == positives else english)

    def _alike(self, number: int, anchor: int, positive: int) -> bool:
        """Whether a text is not a negative of a pair."""
        text, documents = self._meaning[number]
        return text in (self._meaning[anchor][0], self._meaning[positive][0]) or not documents.isdisjoint(
            self._meaning[anchor][1]
        )
