"""Training instances: each relevant passage, and some of the other passages that BM25 ranks highest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.data.bm25 import Index, best
from switchrank.data.settings import Negatives
from switchrank.data.splits import in_split
from switchrank.errors import SwitchRankError
from switchrank.normalising import caseless
from switchrank.progress import track
from switchrank.randomness import bits, key_of, shuffled


def build_instances(
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    qrels: pl.DataFrame,
    splits: pl.DataFrame,
    settings: Negatives,
) -> pl.DataFrame:
    """Positives and BM25 negatives of the train queries.

    A negative is never relevant to a query of the same text and never repeats the positive's text (letter
    case ignored). The rest is ranked by BM25, equal scores in a random order
    fixed by seed, query and document (so that queries with few matches do not all get the
    same negatives), and the negatives are drawn from the `depth` best.

    Args:
        queries: English train queries, `query_id`, `language`, `text`.
        passages: English passages, `doc_id`, `language`, `text`; only the train split's are used.
        qrels: `query_id`, `doc_id`, `relevance` of train.
        splits: `doc_id`, `group`, `split`.
        settings: number, depth and seed.

    Returns:
        `instance_id` (int64, from 0), `query_id`, `doc_id`, `label` (int8), ordered by query, positive
        first, then `doc_id`.

    Raises:
        SwitchRankError: a query has fewer possible negatives than `per_positive`.
    """
    train = in_split(splits, "train")["doc_id"].to_list()
    pool = passages.filter(pl.col("doc_id").is_in(train)).sort("doc_id")
    texts: dict[str, str] = dict(queries.select("query_id", "text").iter_rows())
    forbidden = _forbidden(qrels, texts, pool)
    positions = {doc_id: position for position, doc_id in enumerate(pool["doc_id"])}
    index = Index(pool["text"].to_list())
    keys = np.array([key_of(doc_id) for doc_id in positions], dtype=np.uint64)
    rows: list[tuple[str, str, int]] = []
    relevant = qrels.filter(pl.col("relevance") > 0).sort("query_id", "doc_id")
    pairs = relevant.select("query_id", "doc_id").iter_rows()
    for query_id, doc_id in track(pairs, "build_instances", relevant.height, "queries"):
        barred = np.array(sorted(positions[name] for name in forbidden[query_id, doc_id]), dtype=np.int64)
        chosen = draw_negatives(index.scores(texts[query_id]), keys, barred, query_id, settings)
        rows.append((query_id, doc_id, 1))
        rows += [(query_id, pool["doc_id"][int(position)], 0) for position in chosen]
    schema = {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    table = table.sort("query_id", "label", "doc_id", descending=[False, True, False])
    return table.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("instance_id"), "query_id", "doc_id", "label")


def draw_negatives(
    scores: NDArray[np.float32], keys: NDArray[np.uint64], barred: NDArray[np.int64], query_id: str, settings: Negatives
) -> NDArray[np.int64]:
    """Positions of a query's negatives, drawn from the best passages.

    Args:
        scores: shape (passages,).
        keys: shape (passages,), of the passages; they order equal scores.
        barred: positions that are not drawn, sorted.
        query_id: of the query.
        settings: number, depth and seed.

    Raises:
        SwitchRankError: fewer than `per_positive` are left.
    """
    key = key_of(settings.seed, query_id)
    allowed = np.delete(np.arange(len(scores)), barred)
    top = allowed[best(scores[allowed], bits(np.uint64(key), keys[allowed]), settings.depth)]
    if len(top) < settings.per_positive:
        raise SwitchRankError(
            f"negatives: query {query_id!r} has {len(top)} possible negatives, negatives.per_positive is "
            f"{settings.per_positive}: lower it, or raise negatives.depth or the train share"
        )
    return top[shuffled(len(top), key)[: settings.per_positive]]


def _forbidden(qrels: pl.DataFrame, texts: Mapping[str, str], pool: pl.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Documents of the pool that cannot be negatives, by (query_id, relevant doc_id)."""
    relevant: dict[str, set[str]] = {}
    for query_id, doc_id in qrels.select("query_id", "doc_id").iter_rows():
        relevant.setdefault(caseless(texts[query_id]), set()).add(doc_id)
    equal: dict[str, set[str]] = {}
    text_of = dict(pool.select("doc_id", "text").iter_rows())
    for doc_id, text in text_of.items():
        equal.setdefault(caseless(text), set()).add(doc_id)
    return {
        (query_id, doc_id): relevant[caseless(texts[query_id])] | equal[caseless(text_of[doc_id])]
        for query_id, doc_id in qrels.select("query_id", "doc_id").iter_rows()
    }
