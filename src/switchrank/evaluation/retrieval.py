"""Dense retrieval: all passages of a pool by the cosine of their vectors with the query's, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import faiss
import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.data.qrels import in_all
from switchrank.data.splits import in_split
from switchrank.encoder.embedding import Embedder
from switchrank.errors import SwitchRankError
from switchrank.evaluation.settings import Retrieval
from switchrank.measures.order import ranked

Vectors = NDArray[np.float32]


class Retriever:
    """An encoder that embeds queries and passages, each distinct text once.

    Args:
        embedder: of the encoder.
        settings: prefixes and depth.
    """

    def __init__(self, embedder: Embedder, settings: Retrieval) -> None:
        self.embedder, self.settings = embedder, settings
        self._known: dict[str, Vectors] = {}

    def queries(self, texts: Sequence[str], label: str) -> Vectors:
        """float32 [texts, d], unit rows."""
        return self._vectors([self.settings.query_prefix + text for text in texts], label)

    def passages(self, texts: Sequence[str], label: str) -> Vectors:
        """float32 [texts, d], unit rows."""
        return self._vectors([self.settings.passage_prefix + text for text in texts], label)

    def _vectors(self, texts: Sequence[str], label: str) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            vectors = self.embedder.vectors(new, label, self.settings.batch_tokens)
            self._known |= dict(zip(new, vectors, strict=True))
        return np.stack([self._known[text] for text in texts])


def pool_of(
    passages: Mapping[str, pl.DataFrame], splits: pl.DataFrame, split: str, parallel: bool = True
) -> dict[str, pl.DataFrame]:
    """The split's passages in each language, of a parallel benchmark those that exist in every language; candidates
    come from the same pool.

    Raises:
        SwitchRankError: there is none, or, unless the benchmark is parallel, none in some language.
    """
    here = in_split(splits, split)["doc_id"]
    ids = in_all([here, *(table["doc_id"] for table in passages.values())]) if parallel else set(here)
    pool = {code: table.filter(pl.col("doc_id").is_in(sorted(ids))).sort("doc_id") for code, table in passages.items()}
    empty = [code for code, table in pool.items() if not table.height]
    if empty:
        missing = f"exists in all of {', '.join(passages)}" if parallel else f"is in {', '.join(empty)}"
        raise SwitchRankError(f"retrieval: no passage of the split {split} {missing}")
    return pool


def retrieve_passages(
    retriever: Retriever,
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    judged: set[str],
    label: str,
    without_itself: bool = False,
) -> pl.DataFrame:
    """The nearest passages of each query (faiss, flat inner product of unit vectors).

    Args:
        retriever: the encoder.
        queries: query_id and text in the language shown.
        passages: doc_id and text in the language shown.
        judged: queries with qrels; the others are left out.
        label: names the job in progress lines.
        without_itself: leave out of a query's passages the one whose doc_id is its query_id.

    Returns:
        RUN table: `depth` passages per query, or all if there are fewer; score is the cosine, ties by doc_id,
        descending (faiss chooses which of several equal ones fall beyond the depth).

    Raises:
        SwitchRankError: no judged query has a text, or a vector is not finite.
    """
    asked = queries.filter(pl.col("query_id").is_in(sorted(judged))).sort("query_id")
    found = passages.sort("doc_id")
    if not asked.height or not found.height:
        raise SwitchRankError(
            f"{label}: {asked.height} judged queries and {found.height} passages have a text; one of each is needed"
        )
    index = faiss.IndexFlatIP(retriever.embedder.model.config.hidden_size)
    index.add(retriever.passages(found["text"].to_list(), label))
    depth = min(retriever.settings.depth + without_itself, found.height)
    scores, places = index.search(retriever.queries(asked["text"].to_list(), label), depth)
    if not np.isfinite(scores).all():
        bad = asked["query_id"][int(np.argwhere(~np.isfinite(scores))[0][0])]
        raise SwitchRankError(f"{label}: a score of query {bad!r} is not a finite number")
    run = pl.DataFrame(
        {
            "query_id": np.repeat(asked["query_id"].to_numpy(), depth),
            "doc_id": found["doc_id"].to_numpy()[places.reshape(-1)],
            "score": scores.reshape(-1),
        },
        schema={"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32},
    )
    if without_itself:
        others = ranked(run.filter(pl.col("query_id") != pl.col("doc_id")))
        run = others.filter(pl.col("rank") <= retriever.settings.depth)
    return ranked(run)
