"""Training instances: each relevant passage, and some of the other passages that BM25 ranks highest."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.data.bm25 import Index, best
from switchrank.data.settings import Draw
from switchrank.data.splits import in_split
from switchrank.errors import SwitchRankError
from switchrank.normalising import caseless
from switchrank.progress import track
from switchrank.randomness import bits, key_of, shuffled

_PAIR = {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8}


def build_instances(
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    qrels: pl.DataFrame,
    splits: pl.DataFrame,
    settings: Draw,
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
    pool = _Pool(queries, passages, qrels, splits)
    rows: list[tuple[str, str, int]] = []
    relevant = qrels.filter(pl.col("relevance") > 0).sort("query_id", "doc_id")
    pairs = relevant.select("query_id", "doc_id").iter_rows()
    for query_id, doc_id in track(pairs, "build_instances", relevant.height, "queries"):
        rows.append((query_id, doc_id, 1))
        rows += [(query_id, name, 0) for name in pool.negatives(query_id, [doc_id], settings)]
    table = pl.DataFrame(rows, schema=_PAIR, orient="row")
    table = table.sort("query_id", "label", "doc_id", descending=[False, True, False])
    return table.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("instance_id"), *_PAIR)


def filled(
    given: pl.DataFrame,
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    qrels: pl.DataFrame,
    splits: pl.DataFrame,
    settings: Draw,
) -> pl.DataFrame:
    """Given instances, and after them BM25 negatives of the queries that lack some.

    A query lacks what is missing to `per_positive` negatives for each of its positives, each passage counted once. What
    is added follows the rules of `build_instances`, and is not given for the query yet.

    Args:
        given: INSTANCES table.
        queries, passages, qrels, splits, settings: as of `build_instances`.

    Raises:
        SwitchRankError: a query has fewer possible negatives than it lacks.
    """
    named = given.group_by("query_id", maintain_order=True).agg(
        positives=pl.col("doc_id").filter(pl.col("label") == 1).unique(maintain_order=True),
        known=pl.col("doc_id").unique(maintain_order=True),
    )
    wanted = pl.col("positives").list.len().cast(pl.Int64) * (settings.per_positive + 1)
    short = named.with_columns(lacking=wanted - pl.col("known").list.len()).filter(pl.col("lacking") > 0)
    pool = _Pool(queries, passages, qrels, splits)
    rows: list[tuple[str, str, int]] = []
    for query_id, positives, known, lacking in track(short.iter_rows(), "build_instances", short.height, "queries"):
        number = settings.model_copy(update={"per_positive": lacking})
        rows += [(query_id, name, 0) for name in pool.negatives(query_id, positives, number, known)]
    added = pl.DataFrame(rows, schema=_PAIR, orient="row")
    numbers = pl.int_range(given.height, given.height + pl.len(), dtype=pl.Int64)
    return pl.concat([given, added.select(numbers.alias("instance_id"), *_PAIR)])


class _Pool:
    """The passages that BM25 chooses negatives from.

    Args:
        queries, passages, qrels, splits: as of `build_instances`.
    """

    def __init__(
        self, queries: pl.DataFrame, passages: pl.DataFrame, qrels: pl.DataFrame, splits: pl.DataFrame
    ) -> None:
        train = in_split(splits, "train")["doc_id"].implode()
        pool = passages.filter(pl.col("doc_id").is_in(train)).sort("doc_id")
        self._names = pool["doc_id"].to_list()
        self._positions = {name: position for position, name in enumerate(self._names)}
        self._keys = np.array([key_of(name) for name in self._names], dtype=np.uint64)
        self._texts: dict[str, str] = dict(queries.select("query_id", "text").iter_rows())
        self._forms = [caseless(text) for text in pool["text"]]
        self._index = Index(pool["text"].to_list())
        self._relevant: dict[str, set[str]] = {}
        for query_id, doc_id in qrels.select("query_id", "doc_id").iter_rows():
            self._relevant.setdefault(caseless(self._texts[query_id]), set()).add(doc_id)
        self._equal: dict[str, set[str]] = {}
        for name, form in zip(self._names, self._forms, strict=True):
            self._equal.setdefault(form, set()).add(name)

    def negatives(
        self, query_id: str, positives: Collection[str], settings: Draw, known: Collection[str] = ()
    ) -> list[str]:
        """Drawn negatives of a query.

        Args:
            query_id: of the query.
            positives: its relevant passages, whose texts are not repeated.
            settings: number, depth and seed.
            known: passages that are not drawn again.
        """
        text = self._texts[query_id]
        barred = self._relevant.get(caseless(text), set()).union(known)
        barred = barred.union(*(self._equal[self._forms[self._positions[name]]] for name in positives))
        places = np.array(sorted(self._positions[name] for name in barred), dtype=np.int64)
        chosen = draw_negatives(self._index.scores(text), self._keys, places, query_id, settings)
        return [self._names[position] for position in chosen.tolist()]


def draw_negatives(
    scores: NDArray[np.float32], keys: NDArray[np.uint64], barred: NDArray[np.int64], query_id: str, settings: Draw
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
