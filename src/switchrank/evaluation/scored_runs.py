"""The runs of a ranker on a benchmark, in one job or in shards: all pairs, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl
import torch

from switchrank.evaluation.candidate_blocks import CandidateBlocks, ids_of
from switchrank.evaluation.runs import stream_runs
from switchrank.evaluation.shown_texts import ShownTexts, shown_texts
from switchrank.progress import Progress
from switchrank.ranker.scoring import Scorer, score_candidates
from switchrank.ranker.settings import Scoring


class PairScores:
    """Scores of the candidates of a share of the blocks, in the languages of any pair."""

    def __init__(self, texts: ShownTexts, blocks: Mapping[str, CandidateBlocks], shard: int, shards: int) -> None:
        self.texts, self.blocks, self.shard, self.shards = texts, blocks, shard, shards

    def of(self, scorer: Scorer, pair: str, candidates: str, label: str) -> Iterator[pl.DataFrame]:
        """Runs without `pair`, block by block.

        Args:
            scorer: the ranker.
            pair: languages of queries and passages.
            candidates: path of a CANDIDATES table.
            label: names the job in progress lines and messages.

        Raises:
            SwitchRankError: as `score_candidates` and `ShownTexts.pairs`.
        """
        blocks = self.blocks[candidates]
        own = blocks.share(self.shard, self.shards)
        encode = partial(self.texts.pairs, scorer.texts.tokens, scorer.layout, pair, label=label)
        progress = Progress(label, blocks.rows(own), "pairs")
        return score_candidates(scorer, blocks.read(own), encode, progress)


@contextmanager
def pair_scores(
    settings: Mapping[str, Any],
    texts: Mapping[str, Sequence[str]],
    mixed: Mapping[str, str | None],
    shard: int = 0,
    shards: int = 1,
) -> Iterator[PairScores]:
    """What is shared by the pairs of a job: the blocks of the candidates, and the texts.

    Args:
        settings: `languages` (codes by side) and `candidates` (files by pair).
        texts: files of `queries` and `passages`, in the order of the languages.
        mixed: MIXED tables by side, where a language is drawn for each text.
        shard: number of the share of the blocks, from 0.
        shards: number of shares.
    """
    blocks = {path: CandidateBlocks(path) for path in dict.fromkeys(settings["candidates"].values())}
    ids = ids_of(chain.from_iterable(found.read(found.share(shard, shards)) for found in blocks.values()))
    with shown_texts(settings["languages"], texts, mixed, ids) as shown:
        yield PairScores(shown, blocks, shard, shards)


def score_runs(
    settings: Mapping[str, Any],
    texts: Mapping[str, Sequence[str]],
    mixed: Mapping[str, str | None],
    output: str | Path,
    device: torch.device,
    label: str,
    shard: int = 0,
    shards: int = 1,
) -> None:
    """Score the candidates of all pairs, or a share of them, and write a RUN table. Memory depends neither on the
    number of pairs nor on that of the candidates; what grows is the ids of the shown texts.

    Args:
        settings: as for `pair_scores`, with `rankers` (model folders by pair, in the order of the pairs) and `scoring`.
        texts, mixed: as for `pair_scores`.
        output: the file.
        device: of the ranker.
        label: names the job in progress lines; the pair is added.
        shard, shards: as for `pair_scores`.

    Raises:
        SwitchRankError: a text is missing, a score is not finite, a ranker cannot be used.
    """
    with pair_scores(settings, texts, mixed, shard, shards) as scores, stream_runs(output) as append:
        for folder, pairs in groupby(settings["rankers"].items(), key=itemgetter(1)):
            scorer = Scorer(folder, Scoring(**settings["scoring"]), device)
            for pair, _ in pairs:
                for run in scores.of(scorer, pair, settings["candidates"][pair], f"{label} {pair}"):
                    append(pair, run)
