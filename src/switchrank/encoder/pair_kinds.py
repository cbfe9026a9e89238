"""The kinds of contrastive pairs. Every function returns the columns of PAIRS except pair_id and origin.

`document` names what a pair is about, so that two pairs about one document are never each other's negatives: the
passage, or a query's relevant passage, or the parallel title, after the name of the benchmark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from switchrank.encoder.pairs import SCHEMA
from switchrank.errors import SwitchRankError
from switchrank.normalising import fold
from switchrank.randomness import choice, key_of
from switchrank.stopwords import ENGLISH_CONTENT
from switchrank.words import carry_case, spans

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
    return pl.concat([part.select(list(SCHEMA)) for part in parts])


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
        parts.append(_named(both, "parallel", benchmark, side, side).select(list(SCHEMA)))
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
    return _named(pl.concat([mono, cross.select(mono.columns)]), "query_passage", benchmark, "query", "passage").select(
        list(SCHEMA)
    )


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


def word_pairs(
    texts: Iterable[tuple[str, str, str, str]], lexicons: Mapping[str, Mapping[str, str]], benchmark: str, seed: int
) -> pl.DataFrame:
    """English texts and the same texts with one word translated, one pair per text and language.

    Args:
        texts: (side, id, document, English text) of each text once.
        lexicons: best translation by lower-case English word, by language.
        benchmark: of the texts.
        seed: of the draw of the word, from those in the lexicon; function words are never translated.
    """
    rows = []
    key = key_of(seed, "word in context")
    for side, name, document, text in texts:
        content = [
            (start, end) for start, end in spans(text, "en") if fold(text[start:end], "en") not in ENGLISH_CONTENT
        ]
        for code in sorted(lexicons):
            known = [span for span in content if fold(text[slice(*span)], "en") in lexicons[code]]
            if not known:
                continue
            start, end = known[int(choice(len(known), key, key_of(side, name, code)))]
            word = text[start:end]
            switched = text[:start] + carry_case(word, lexicons[code][fold(word, "en")], code) + text[end:]
            rows.append(("words", f"{benchmark}/{document}", side, side, "en", code, text, switched))
    return pl.DataFrame(rows, schema=_ORDER, orient="row").select(list(SCHEMA))


_ORDER = {
    "kind": pl.String,
    "document": pl.String,
    "anchor_side": pl.String,
    "positive_side": pl.String,
    "anchor_language": pl.String,
    "positive_language": pl.String,
    "anchor": pl.String,
    "positive": pl.String,
}


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
