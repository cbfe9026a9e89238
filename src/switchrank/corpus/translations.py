"""Human translations of the training text (fine-tuning)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from switchrank.corpus.draws import LANGUAGE, corpus_key
from switchrank.corpus.settings import Translations
from switchrank.corpus.tokens import SIDES
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, Pair
from switchrank.randomness import choice
from switchrank.tables import CORPUS
from switchrank.words import spans


def translated_corpus(
    instances: pl.DataFrame,
    texts: tuple[Mapping[str, pl.DataFrame], Mapping[str, pl.DataFrame]],
    settings: Translations,
    pair: Pair,
) -> pl.DataFrame:
    """Human translations of the training instances; an instance whose texts are not all translated is left
    out, and so is a query without its positive.

    Args:
        instances: INSTANCES table.
        texts: QUERIES and PASSAGES tables by language.
        settings: of the corpus.
        pair: a mixed side draws a language for each instance from those its text exists in.

    Returns:
        CORPUS table; every token counts as switched on a side that is not English.

    Raises:
        SwitchRankError: nothing is left.
    """
    columns = instances.select("instance_id", "query_id", "doc_id", "label")
    key = corpus_key(int(settings.seed), settings.benchmark)
    for number, name in enumerate(SIDES):
        column = ("query_id", "doc_id")[number]
        shown = _draw_translations(instances, texts[number], column, pair[number], key, number)
        columns = columns.join(
            shown.rename({"text": name, "language": f"{name}_language"}), on="instance_id", maintain_order="left"
        )
        counts = [len(spans(text, code)) for text, code in zip(columns[name], columns[f"{name}_language"], strict=True)]
        tokens = pl.Series(counts, dtype=pl.Int32)
        changed = (
            pl.when(pl.col(f"{name}_language") == "en").then(pl.lit(0, pl.Int32)).otherwise(pl.col(f"{name}_tokens"))
        )
        columns = columns.with_columns(tokens.alias(f"{name}_tokens"))
        columns = columns.with_columns(pl.lit(0, pl.Int32).alias(f"{name}_unknown"))
        columns = columns.with_columns(
            changed.alias(f"{name}_{what}") for what in ("known", "switched", "content", "content_switched")
        )
    positive = columns.filter(pl.col("label") == 1).select("query_id").unique(maintain_order=True)
    kept = columns.join(positive, on="query_id", how="semi", maintain_order="left")
    if not kept.height:
        raise SwitchRankError(
            f"translations {pair}: no training instance of {settings.benchmark} is translated into both languages"
        )
    return kept.select(list(CORPUS.columns))


def _draw_translations(
    instances: pl.DataFrame, texts: Mapping[str, pl.DataFrame], column: str, wanted: str, key: int, number: int
) -> pl.DataFrame:
    """instance_id, language, text; for a mixed side one of the languages that the text exists in."""
    every = pl.concat([texts[code].rename({texts[code].columns[0]: column}) for code in sorted(texts)])
    if wanted != MIXED:
        every = every.filter(pl.col("language") == wanted)
    available = every.sort(column, "language").group_by(column, maintain_order=True).agg("language", "text")
    joined = instances.select("instance_id", column).join(available, on=column, maintain_order="left")
    draws = choice(1 << 30, key, joined["instance_id"].to_numpy(), number, 0, LANGUAGE)
    index = pl.lit(pl.Series(draws)) % pl.col("language").list.len().cast(pl.Int64)
    return joined.select("instance_id", pl.col("language").list.get(index), pl.col("text").list.get(index))
