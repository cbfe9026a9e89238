"""Bilingual lexicons from parallel titles: whole titles, or words aligned within them."""

from __future__ import annotations

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.lexicon.choices import copies, drops_copies, numbered
from switchrank.lexicon.settings import TitleLexicon
from switchrank.lexicon.titles.word_alignment import translation_table
from switchrank.stopwords import ENGLISH
from switchrank.tables import LEXICON
from switchrank.words import entry_key, has_letter, words


def parallel_titles(source: pl.DataFrame, target: pl.DataFrame, label: str) -> pl.DataFrame:
    """Titles that share their id in two languages.

    Args:
        source: TITLES table of the source language.
        target: TITLES table of the target language.
        label: names the languages in messages.

    Returns:
        Table of `source` and `target`, strings, in the order of the ids.

    Raises:
        SwitchRankError: no title is in both tables.
    """
    titles = source.join(target, on="title_id", suffix="_target", maintain_order="left").sort("title_id")
    if not titles.height:
        raise SwitchRankError(
            f"titles {label}: no title_id is in both tables ({source.height} and {target.height} titles)"
        )
    return titles.select(source="text", target="text_target")


def title_lexicon(
    titles: pl.DataFrame, source_language: str, target_language: str, settings: TitleLexicon
) -> pl.DataFrame:
    """A lexicon from parallel titles.

    Args:
        titles: table of `source` and `target`, strings, one row per pair, cleaned or not.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.
        settings: `unit: phrase` keeps titles (the source as `words.entry_key`, which is how text is
            matched); `unit: word` aligns words by IBM Model 1.

    Returns:
        LEXICON table.

    Raises:
        SwitchRankError: nothing is left of the titles.
    """
    label = f"{source_language}-{target_language}"
    pairs = list(zip(titles["source"].to_list(), titles["target"].to_list(), strict=True))
    if settings.unit == "phrase":
        counts = _phrases(pairs, source_language, settings)
    else:
        counts = _aligned_words(pairs, source_language, target_language, settings)
    if drops_copies(settings.drop_copies, target_language):
        counts = counts.filter(~copies(counts, source_language, target_language))
    if not counts.height:
        raise SwitchRankError(
            f"titles {label}: empty lexicon from {titles.height} parallel titles; "
            "loosen min_count, min_score or max_tokens"
        )
    return _with_choices(counts, settings.choices, f"titles-{settings.unit}")


def _phrases(pairs: list[tuple[str, str]], source_language: str, settings: TitleLexicon) -> pl.DataFrame:
    """Source titles of up to max_tokens words; score is the share of a title's translations."""
    rows = []
    for source, target in pairs:
        tokens = entry_key(source, source_language).split()
        stop = len(tokens) == 1 and source_language == "en" and tokens[0] in ENGLISH
        if (
            tokens
            and len(tokens) <= settings.max_tokens
            and any(map(has_letter, tokens))
            and not stop
            and target.strip()
        ):
            rows.append((" ".join(tokens), target.strip()))
    counted = pl.DataFrame(rows, schema={"source": pl.String, "target": pl.String}, orient="row")
    counted = counted.group_by("source", "target", maintain_order=True).len("count")
    share = pl.col("count") / pl.col("count").sum().over("source")
    return counted.with_columns(score=share.cast(pl.Float32))


def _aligned_words(
    pairs: list[tuple[str, str]], source_language: str, target_language: str, settings: TitleLexicon
) -> pl.DataFrame:
    """Word translations scored by the geometric mean of both directions of IBM Model 1: a word that
    merely co-occurs with the right one is likely in only one direction."""
    source = [[word for word in words(text, source_language) if has_letter(word)] for text, _ in pairs]
    target = [[word for word in words(text, target_language) if has_letter(word)] for _, text in pairs]
    forward = translation_table(source, target, settings.iterations)
    backward = translation_table(target, source, settings.iterations).rename({"source": "target", "target": "source"})
    both = forward.join(backward, on=["source", "target"], suffix="_back", maintain_order="left")
    score = (pl.col("probability") * pl.col("probability_back")).sqrt().cast(pl.Float32)
    frequent = pl.col("source_count") >= settings.min_count
    return both.with_columns(score=score, count=pl.col("source_count")).filter(
        frequent, pl.col("score") >= settings.min_score
    )


def _with_choices(scored: pl.DataFrame, choices: int, method: str) -> pl.DataFrame:
    """Number the translations of each source, best first, ties by the target's code points."""
    ordered = scored.sort("source", "score", "target", descending=[False, True, False])
    frequency = (
        scored.group_by("source", maintain_order=True)
        .agg(pl.col("count").sum())
        .sort(["count", "source"], descending=[True, False])
    )
    ranks = frequency.with_columns(source_rank=pl.int_range(pl.len(), dtype=pl.Int32)).select("source", "source_rank")
    targets = (
        scored.group_by("target", maintain_order=True)
        .agg(pl.col("count").sum())
        .sort(["count", "target"], descending=[True, False])
    )
    target_ranks = targets.with_columns(target_rank=pl.int_range(pl.len(), dtype=pl.Int32)).select(
        "target", "target_rank"
    )
    return (
        numbered(ordered, "source", choices)
        .with_columns(method=pl.lit(method))
        .join(ranks, on="source", maintain_order="left")
        .join(target_ranks, on="target", maintain_order="left")
        .select(list(LEXICON.columns))
    )
