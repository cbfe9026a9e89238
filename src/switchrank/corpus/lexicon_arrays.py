"""Lexicons as arrays: for each word of the vocabulary its translations, in every casing, as bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.corpus.settings import Switched
from switchrank.words import Case, in_case

Lexicons = Mapping[str, pl.DataFrame]
"""LEXICON table out of English by language."""


@dataclass(frozen=True)
class Dictionary:
    """Entries of several languages and their translations.

    Attributes:
        sources: source entries of each language, in the order of their numbers.
        first: int32 [entries + 1], first translation of each entry; entries of all languages in a row.
        bounds: float64 [translations], upper end of the draws in [0, 1) that choose a translation within its entry.
        data: uint8, translations in plain, capitalised and upper case, one after the other.
        offsets: int64 [3 × translations + 1], first byte of translation t in case c at 3 t + c.
    """

    sources: list[list[str]]
    first: NDArray[np.int32]
    bounds: NDArray[np.float64]
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]


def make_dictionary(
    lexicons: Lexicons, languages: Sequence[str], settings: Switched, vocabulary: Sequence[str]
) -> Dictionary:
    """Arrays of the lexicons of these languages; English has no entry.

    Args:
        lexicons: by language.
        languages: in the order of their numbers.
        settings: `choice` and `margin` decide how one of several translations is drawn.
        vocabulary: words that occur; an entry with another word cannot match and is left out.
    """
    known = set(vocabulary)
    sources, translations, shown = [], [], []
    for language in languages:
        lexicon = _weighted(_within(lexicons[language], known), settings) if language != "en" else _NOTHING
        sources.append(lexicon["source"].unique(maintain_order=True).to_list())
        translations.append(lexicon)
        cases = [in_case(lexicon["target"].to_list(), case, language) for case in Case]
        shown += [target.encode() for in_cases in zip(*cases, strict=True) for target in in_cases]
    every = pl.concat(translations)
    # the same source in two languages makes two entries
    counts = pl.concat([lexicon.group_by("source", maintain_order=True).len() for lexicon in translations])["len"]
    return Dictionary(
        sources=sources,
        first=_starts(counts).astype(np.int32),
        bounds=every["bound"].to_numpy(),
        data=np.frombuffer(b"".join(shown), dtype=np.uint8),
        offsets=_starts([len(target) for target in shown]),
    )


_NOTHING = pl.DataFrame(schema={"source": pl.String, "target": pl.String, "bound": pl.Float64})


def _starts(lengths: Sequence[int] | pl.Series) -> NDArray[np.int64]:
    starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))]).astype(np.int64)
    return starts


def _within(lexicon: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    """Entries all of whose words are known, by source and choice."""
    sources = lexicon["source"].to_list()
    inside = [source in known or known.issuperset(source.split(" ")) for source in sources]
    return lexicon.filter(pl.Series(inside, dtype=pl.Boolean)).sort("source", "choice")


def _weighted(lexicon: pl.DataFrame, settings: Switched) -> pl.DataFrame:
    """Translations that may be drawn, each with the upper end of its draws.

    Only the best if translations are drawn in proportion to their scores but no score is positive.
    """
    score = pl.col("score").cast(pl.Float64)
    best = pl.col("choice") == pl.col("choice").min().over("source")
    weight = best.cast(pl.Float64)
    if settings.choice == "margin":
        weight = (score >= score.max().over("source") - settings.margin).cast(pl.Float64)
    elif settings.choice == "score":
        positive = score.clip(lower_bound=0.0)
        weight = pl.when(positive.sum().over("source") > 0).then(positive).otherwise(weight)
    kept = lexicon.with_columns(weight=weight).filter(pl.col("weight") > 0)
    bound = pl.col("weight").cum_sum().over("source") / pl.col("weight").sum().over("source")
    return kept.select("source", "target", bound=bound)


def word_entries(dictionary: Dictionary, vocabulary: Sequence[str]) -> NDArray[np.int32]:
    """int32 [words, languages]: entry of each word of the vocabulary in each language, −1 without one. Translations of
    one word are adjacent, since frequent words occur in every language."""
    number = {word: at for at, word in enumerate(vocabulary)}
    found = np.full((len(vocabulary), len(dictionary.sources)), -1, dtype=np.int32)
    entry = 0
    for language, sources in enumerate(dictionary.sources):
        for source in sources:
            at = number.get(source)
            if at is not None:
                found[at, language] = entry
            entry += 1
    return found
