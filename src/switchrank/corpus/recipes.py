"""From training instances to a corpus, by recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from switchrank.corpus.rebuild import Switched
from switchrank.corpus.settings import Bilingual, Corpus, Multilingual, Original, Titles, Translations
from switchrank.corpus.side import SIDES, Side, make_side
from switchrank.corpus.titlewise import switch_titles
from switchrank.corpus.tokenwise import LANGUAGE, corpus_key, switch_tokens
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, Pair
from switchrank.randomness import choice
from switchrank.tables import CORPUS

Lexicons = Mapping[str, Mapping[str, str]]


def make_corpus(
    instances: pl.DataFrame, tokens: tuple[pl.DataFrame, pl.DataFrame], lexicons: Lexicons, settings: Corpus, pair: Pair
) -> pl.DataFrame:
    """Show every training instance in the languages of the recipe (all but `translations`).

    Args:
        instances: INSTANCES table.
        tokens: TOKENS tables of queries and passages.
        lexicons: best translation by source entry, by language.
        settings: of the corpus.
        pair: languages that the corpus is for.

    Returns:
        CORPUS table.

    Raises:
        SwitchRankError: a lexicon is empty, or holds no word of a side that it is to switch.
    """
    columns = instances.select("instance_id", "query_id", "doc_id", "label")
    for number, name in enumerate(SIDES):
        side = make_side(number, tokens[number], instances)
        switched, languages = _show(side, lexicons, settings, pair)
        columns = columns.with_columns(
            pl.Series(name, switched.texts, dtype=pl.String),
            pl.Series(f"{name}_language", languages, dtype=pl.String),
            pl.Series(f"{name}_tokens", side.token_counts()),
            pl.Series(f"{name}_known", switched.known),
            pl.Series(f"{name}_switched", switched.switched),
        )
    return columns.select(list(CORPUS.columns))


def _show(side: Side, lexicons: Lexicons, settings: Corpus, pair: Pair) -> tuple[Switched, list[str]]:
    """One side's texts, and the language written beside each."""
    rows = len(side.instances)
    unchanged = Switched(
        [side.texts[text] for text in side.text_of], np.zeros(rows, np.int32), np.zeros(rows, np.int32)
    )
    if isinstance(settings, Original | Translations) or SIDES[side.number] not in settings.sides:
        return unchanged, ["en"] * rows
    key = corpus_key(settings.seed, settings.benchmark)
    languages = [pair[side.number]] if isinstance(settings, Bilingual) else settings.languages
    if languages == ["en"]:
        return unchanged, ["en"] * rows
    _refuse_useless(side, lexicons, languages, settings)
    if isinstance(settings, Titles):
        return switch_titles(side, lexicons, languages, settings.p, settings.share, settings.max_tokens, key)
    switched = switch_tokens(side, lexicons, languages, settings.p, settings.share, key)
    return switched, [MIXED if len(languages) > 1 else languages[0]] * rows


def _refuse_useless(
    side: Side, lexicons: Lexicons, languages: Sequence[str], settings: Bilingual | Multilingual | Titles
) -> None:
    """A lexicon without one word of the side would silently give the original texts."""
    vocabulary = set(side.vocabulary)
    for language in languages:
        if language == "en":
            continue
        lexicon = lexicons[language]
        if not lexicon:
            raise SwitchRankError(f"lexicon {settings.lexicon} en-{language} is empty; it needs at least one entry")
        titles = isinstance(settings, Titles)
        if not any(vocabulary.issuperset(entry.split(" ") if titles else [entry]) for entry in lexicon):
            raise SwitchRankError(
                f"lexicon {settings.lexicon} en-{language}: none of its {len(lexicon)} entries is in the "
                f"{SIDES[side.number]} side of {settings.benchmark}; at least one must be"
            )


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
    from switchrank.words import spans

    columns = instances.select("instance_id", "query_id", "doc_id", "label")
    key = corpus_key(settings.seed, settings.benchmark)
    for number, name in enumerate(SIDES):
        column = ("query_id", "doc_id")[number]
        shown = _draw_translations(instances, texts[number], column, pair[number], key, number)
        columns = columns.join(shown.rename({"text": name, "language": f"{name}_language"}), on="instance_id")
        counts = [len(spans(text, code)) for text, code in zip(columns[name], columns[f"{name}_language"], strict=True)]
        tokens = pl.Series(counts, dtype=pl.Int32)
        changed = (
            pl.when(pl.col(f"{name}_language") == "en").then(pl.lit(0, pl.Int32)).otherwise(pl.col(f"{name}_tokens"))
        )
        columns = columns.with_columns(tokens.alias(f"{name}_tokens"))
        columns = columns.with_columns(changed.alias(f"{name}_known"), changed.alias(f"{name}_switched"))
    positive = columns.filter(pl.col("label") == 1).select("query_id").unique()
    kept = columns.join(positive, on="query_id", how="semi")
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
