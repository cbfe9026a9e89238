"""Candidates scored by a ranker: all pairs of a run in one pass, longest first."""

from __future__ import annotations

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
from switchrank.ranker.batches import Texts
from switchrank.ranker.model import load_ranker
from switchrank.ranker.settings import Scoring
from switchrank.training.batching import batches_of_tokens


class Scorer:
    """A ranker that is read once and scores many runs; each text is tokenised once for all of them.

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
        self.backend = make_backend(model, tuple(tokenizer.model_input_names), settings, device)

    def scores(self, queries: list[str], passages: list[str], label: str) -> NDArray[np.float32]:
        """Raw logits of query–passage pairs, float32 [pairs], in the order given."""
        pairs = self.texts.pairs(queries, passages, self.settings.max_length)
        progress = Progress(label, len(queries), "pairs")
        return self.backend.logits(
            pairs, batches_of_tokens(pairs.lengths, self.settings.batch_tokens), progress.advance
        )


def score_candidates(
    scorer: Scorer, candidates: pl.DataFrame, queries: pl.DataFrame, passages: pl.DataFrame, label: str
) -> pl.DataFrame:
    """Re-rank candidates.

    Args:
        scorer: the ranker.
        candidates: CANDIDATES table.
        queries: QUERIES table in the language shown.
        passages: PASSAGES table in the language shown.
        label: names the job in progress lines.

    Returns:
        RUN table without `pair`: rank from 1 by descending score, ties by doc_id, descending as trec_eval breaks them.

    Raises:
        SwitchRankError: a candidate's query or passage has no text, or a score is not finite.
    """
    shown = (
        candidates.select("query_id", "doc_id")
        .join(queries.select("query_id", query="text"), on="query_id", how="left", maintain_order="left")
        .join(passages.select("doc_id", passage="text"), on="doc_id", how="left", maintain_order="left")
    )
    for side, key in (("query", "query_id"), ("passage", "doc_id")):
        missing = shown.filter(pl.col(side).is_null())
        if missing.height:
            raise SwitchRankError(f"{label}: candidate {key} {missing[key][0]!r} has no text in the language shown")
    scores = scorer.scores(shown["query"].to_list(), shown["passage"].to_list(), label)
    if not np.isfinite(scores).all():
        bad = shown.row(int(np.flatnonzero(~np.isfinite(scores))[0]))
        raise SwitchRankError(f"{label}: the score of query {bad[0]!r}, passage {bad[1]!r} is not a finite number")
    return ranked(shown.select("query_id", "doc_id").with_columns(score=pl.Series(scores, dtype=pl.Float32)))
