"""The kinds of contrastive pairs. Every function returns the columns of PAIRS except pair_id and origin; `english`
is there only if the positive is a passage whose English text may be known.

`document` names what a pair is about, so that two pairs about one document are never each other's negatives: the
passage, or a query's relevant passage, or the parallel title, after the name of the benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from switchrank.encoder.pairs import SCHEMA
from switchrank.errors import SwitchRankError
from switchrank.randomness import choice, key_of

_COLUMNS = [name for name in SCHEMA if name != "english"]
Texts = Mapping[str, pl.DataFrame]
"""QUERIES, PASSAGES or TITLES table by language."""

_SIDES = (("query", "query_id"), ("passage", "doc_id"))


def switched_pairs(corpus: pl.DataFrame, tokens: pl.DataFrame, benchmark: str, versions: int) -> pl.DataFrame:
    """English texts and their first few distinct switched versions, by instance.

    Args:
        corpus: CORPUS table.
        tokens: TOKENS table of the same instances, with the English texts.
        benchmark: of both.
        versions: most versions of a text; a passage is switched again in every instance that shows it.

    Returns:
        Pairs of languages en and that of the corpus (xx: several); texts in which nothing was switched are left out.
    """
    relevant = _first_relevant(corpus.filter(pl.col("label") == 1))
    parts = []
    for side, key in _SIDES:
        original = tokens.select(key, pl.col(side).alias("anchor")).unique(key, keep="first", maintain_order=True)
        switched = (
            corpus.sort("instance_id")
            .filter(pl.col(f"{side}_switched") > 0)
            .select(key, pl.col(f"{side}_language").alias("positive_language"), pl.col(side).alias("positive"))
            .unique(maintain_order=True)
            .join(original, on=key, maintain_order="left")
        )
        kept = switched.filter(pl.col("anchor") != pl.col("positive")).group_by(key, maintain_order=True).head(versions)
        if side == "query":
            kept = kept.join(relevant, on=key, how="left", maintain_order="left").with_columns(
                doc_id=pl.col("doc_id").fill_null("query " + pl.col("query_id"))
            )
        parts.append(_named(kept, "switched", benchmark, side, side).with_columns(anchor_language=pl.lit("en")))
    return pl.concat([part.select(_COLUMNS) for part in parts])


def parallel_pairs(texts: Texts, key: str, benchmark: str, relevant: Mapping[str, str]) -> pl.DataFrame:
    """English texts and their translations.

    Args:
        texts: of one kind by language, English among them; training texts only.
        key: column of the ids that translations share.
        benchmark: of the texts.
        relevant: a query's relevant passage; a text with another key is its own document.

    Raises:
        SwitchRankError: no English table.
    """
    if "en" not in texts:
        raise SwitchRankError(f"contrastive pairs: no English {key.removesuffix('_id')} table among {sorted(texts)}")
    side = "passage" if key == "doc_id" else "query"
    english = texts["en"].select(key, pl.col("text").alias("anchor"))
    parts = []
    for code in sorted(set(texts) - {"en"}):
        other = texts[code].select(key, pl.col("text").alias("positive"))
        both = english.join(other, on=key, maintain_order="left").with_columns(
            positive_language=pl.lit(code), anchor_language=pl.lit("en")
        )
        documents = [relevant.get(name, name) for name in both[key]]
        both = both.with_columns(doc_id=pl.Series(documents, dtype=pl.String))
        parts.append(_named(both, "parallel", benchmark, side, side).select(_COLUMNS))
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def query_passage_pairs(
    queries: Texts, passages: Texts, qrels: pl.DataFrame, benchmark: str, seed: int
) -> pl.DataFrame:
    """Queries and their relevant passages, each query in every language it has: once with the passage in the same
    language, and once in one drawn from the others (monolingual and cross-lingual pairs of 2408.10536).

    Args:
        queries: training queries.
        passages: passages.
        qrels: QRELS table of the training queries.
        benchmark: of all.
        seed: of the draw, which depends on query, passage and query language alone.
    """
    relevant = qrels.filter(pl.col("relevance") > 0).select("query_id", "doc_id")
    asked = pl.concat([queries[code].rename({"text": "anchor"}) for code in sorted(queries)])
    found = pl.concat([passages[code].rename({"text": "positive"}) for code in sorted(passages)])
    every = (
        asked.rename({"language": "anchor_language"})
        .join(relevant, on="query_id", maintain_order="left_right")
        .join(found.rename({"language": "positive_language"}), on="doc_id", maintain_order="left_right")
    )
    mono = every.filter(pl.col("anchor_language") == pl.col("positive_language"))
    cross = _one_other_language(every, seed)
    both = _named(pl.concat([mono, cross.select(mono.columns)]), "query_passage", benchmark, "query", "passage")
    if "en" not in passages:
        return both.select(_COLUMNS)
    english = passages["en"].select("doc_id", pl.col("text").alias("english"))
    return both.join(english, on="doc_id", how="left", maintain_order="left").select(*_COLUMNS, "english")


def _one_other_language(every: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Of the passages in other languages than the query's, one per query, passage and query language."""
    group = ["query_id", "doc_id", "anchor_language"]
    others = every.filter(pl.col("anchor_language") != pl.col("positive_language")).sort(*group, "positive_language")
    counted = others.group_by(group, maintain_order=True).len("others").sort(group)
    keys = [key_of(*row) for row in counted.select(group).iter_rows()]
    draws = choice(1 << 30, key_of(seed, "passage language"), pl.Series(keys, dtype=pl.UInt64).to_numpy())
    counted = counted.with_columns(drawn=pl.Series(draws) % pl.col("others").cast(pl.Int64))
    place = pl.int_range(pl.len()).over(group)
    return others.join(counted, on=group, maintain_order="left").filter(place == pl.col("drawn"))


def instance_pairs(corpus: pl.DataFrame, tokens: pl.DataFrame, benchmark: str, negatives: int) -> pl.DataFrame:
    """Queries and their relevant passages as a corpus shows them.

    Args:
        corpus: CORPUS table.
        tokens: TOKENS table of the same instances, with the English texts.
        benchmark: of both.
        negatives: most hard negatives per pair: the first passages, by instance, that the corpus labels 0 for the
            query, each once and as it is shown there.

    Returns:
        The pairs of all instances labelled 1, with the column `hard` of `pairs.HARD`.
    """
    english = tokens.select("instance_id", pl.col("passage").alias("english"))
    shown = corpus.sort("instance_id").join(english, on="instance_id", how="left", maintain_order="left")
    wrong = (
        shown.filter(label=0)
        .unique(["query_id", "doc_id"], keep="first", maintain_order=True)
        .filter(pl.int_range(pl.len()).over("query_id") < negatives)
        .select(
            "query_id",
            pl.struct(
                text="passage", language="passage_language", document=pl.lit(f"{benchmark}/") + pl.col("doc_id")
            ).alias("hard"),
        )
        .group_by("query_id", maintain_order=True)
        .agg("hard")
    )
    right = shown.filter(label=1).select(
        "query_id",
        "doc_id",
        "english",
        anchor="query",
        anchor_language="query_language",
        positive="passage",
        positive_language="passage_language",
    )
    both = right.join(wrong, on="query_id", how="left", maintain_order="left")
    return _named(both, "instances", benchmark, "query", "passage").select(*_COLUMNS, "english", "hard")


def _first_relevant(relevant: pl.DataFrame) -> pl.DataFrame:
    """query_id, doc_id: the first relevant passage of each query."""
    return relevant.group_by("query_id", maintain_order=True).agg(pl.col("doc_id").min())


def _named(pairs: pl.DataFrame, kind: str, benchmark: str, anchor_side: str, positive_side: str) -> pl.DataFrame:
    """With the columns that are the same for all pairs of an entry, and the document's name."""
    return pairs.with_columns(
        kind=pl.lit(kind),
        document=pl.lit(f"{benchmark}/") + pl.col("doc_id"),
        anchor_side=pl.lit(anchor_side),
        positive_side=pl.lit(positive_side),
    )
