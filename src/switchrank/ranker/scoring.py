"""Candidates scored by a ranker: blocks of whole queries, the longest pairs of each first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.measures.order import ranked
from switchrank.models.checks import positions_of
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.progress import Progress
from switchrank.ranker.backends import make_backend
from switchrank.ranker.batches import EncodedPairs, Layout, Texts
from switchrank.ranker.model import load_ranker
from switchrank.ranker.settings import Scoring
from switchrank.training.batching import batches_of_tokens


class Scorer:
    """A ranker that is read once and scores many runs.

    Args:
        folder: model folder of the ranker.
        settings: batch size, length, precision and backend.
        device: where it runs.

    Raises:
        SwitchRankError: the folder holds no ranker or no tokenizer, the ranker is too short for the length, or the
            backend is not installed.
    """

    def __init__(self, folder: str | Path, settings: Scoring, device: torch.device) -> None:
        self.settings = settings
        model = load_ranker(folder, device)
        longest = positions_of(model)
        if longest is not None and settings.max_length > longest:
            raise SwitchRankError(
                f"scoring.max_length: found {settings.max_length}, but the ranker in {folder} "
                f"takes at most {longest} tokens"
            )
        tokenizer = read_hugging_face_tokenizer(folder)
        self.texts = Texts(tokenizer)
        self.layout = Layout.of(tokenizer, self.texts.template, settings.max_length)
        self.backend = make_backend(model, tuple(tokenizer.model_input_names), settings, device)

    def scores(self, queries: list[str], passages: list[str], label: str) -> NDArray[np.float32]:
        """Raw logits of query–passage pairs, float32 [pairs], in the order given."""
        pairs = self.texts.pairs(queries, passages, self.settings.max_length)
        return self.logits(pairs, Progress(label, len(queries), "pairs"))

    def logits(self, pairs: EncodedPairs, progress: Progress) -> NDArray[np.float32]:
        """Raw logits of pairs of this ranker's token ids, float32 [pairs]; longest first."""
        batches = batches_of_tokens(pairs.lengths, self.settings.batch_tokens)
        return self.backend.logits(pairs, batches, progress.advance)


def score_candidates(
    scorer: Scorer, blocks: Iterable[pl.DataFrame], encode: Callable[[pl.DataFrame], EncodedPairs], progress: Progress
) -> Iterator[pl.DataFrame]:
    """Re-rank candidates, one block of whole queries at a time.

    Args:
        scorer: the ranker.
        blocks: query_id, doc_id.
        encode: gives the token ids of a block's candidates, in the same order.
        progress: counts the candidates.

    Yields:
        For each block the RUN table without `pair`: rank from 1 by descending score, ties by doc_id, descending as
        trec_eval breaks them.

    Raises:
        SwitchRankError: a score is not finite; or as `encode`.
    """
    for block in blocks:
        scores = scorer.logits(encode(block), progress)
        if not np.isfinite(scores).all():
            query, passage = block.select("query_id", "doc_id").row(int(np.flatnonzero(~np.isfinite(scores))[0]))
            raise SwitchRankError(
                f"{progress.label}: the score of query {query!r}, passage {passage!r} is not a finite number"
            )
        yield ranked(block.select("query_id", "doc_id").with_columns(score=pl.Series(scores, dtype=pl.Float32)))
