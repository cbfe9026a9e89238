"""Translate Test: texts translated word by word into English at test time."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from switchrank.normalising import fold
from switchrank.words import carry_case, spans


def translate_words(text: str, language: str, lexicon: Mapping[str, str]) -> str:
    """Replace every word that is in the lexicon and keep the others, as the paper's code does.

    A space is put between the words of a script without spaces, since English needs one.

    Args:
        text: in `language`.
        language: ISO 639-1 code.
        lexicon: English translation by word, in the form of `normalising.fold`.
    """
    parts, done = [], 0
    for start, end in spans(text, language):
        between = text[done:start]
        source = text[start:end]
        target = lexicon.get(fold(source, language))
        if done and not between:
            between = " "
        parts += [between, source if target is None else carry_case(source, target, "en")]
        done = end
    return "".join([*parts, text[done:]])


def translate_table(texts: pl.DataFrame, language: str, lexicon: Mapping[str, str]) -> pl.DataFrame:
    """A QUERIES or PASSAGES table with its texts translated; the language becomes English."""
    translated = [translate_words(text, language, lexicon) for text in texts["text"]]
    return texts.with_columns(language=pl.lit("en"), text=pl.Series(translated, dtype=pl.String))
