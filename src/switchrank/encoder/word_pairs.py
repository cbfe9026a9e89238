"""Contrastive pairs out of lexicons: words in their context and alone, and phrases.

Every function returns the columns of PAIRS except pair_id, origin, english and joint. A word or phrase alone is its own
document, so that its translations into several languages are never each other's negatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from switchrank.normalising import fold
from switchrank.randomness import choice, key_of
from switchrank.stopwords import ENGLISH_CONTENT
from switchrank.words import carry_case, spans
from switchrank.words import words as words_of

Lexicons = Mapping[str, Mapping[str, str]]
"""Best translation by lower-case English word or phrase, by language."""


def word_pairs(
    texts: Iterable[tuple[str, str, str, str]], lexicons: Lexicons, benchmark: str, seed: int
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
    return pl.DataFrame(rows, schema=_ORDER, orient="row")


def lone_word_pairs(texts: Iterable[tuple[str, str, str, str]], lexicons: Lexicons, benchmark: str) -> pl.DataFrame:
    """The different content words of English texts, each with its translation, one pair per word and language.

    Args:
        texts: (side, id, document, English text).
        lexicons: of words.
        benchmark: of the texts.
    """
    found = {word for *_, text in texts for word in words_of(text, "en")} - ENGLISH_CONTENT
    return _alone("words", "word", found, lexicons, benchmark)


def phrase_pairs(
    texts: Iterable[tuple[str, str, str, str]], lexicons: Lexicons, benchmark: str, fewest: int, most: int
) -> pl.DataFrame:
    """The different phrases of English texts that a lexicon translates, one pair per phrase and language.

    Args:
        texts: (side, id, document, English text).
        lexicons: of phrases; one of several words is these words, in lower case, joined by a space.
        benchmark: of the texts.
        fewest: words of the shortest phrase.
        most: words of the longest phrase. A phrase of function words alone is left out.
    """
    found = set()
    for *_, text in texts:
        words = words_of(text, "en")
        for size in range(fewest, most + 1):
            for start in range(len(words) - size + 1):
                if not ENGLISH_CONTENT.issuperset(words[start : start + size]):
                    found.add(" ".join(words[start : start + size]))
    return _alone("phrases", "phrase", found, lexicons, benchmark)


def _alone(kind: str, what: str, entries: set[str], lexicons: Lexicons, benchmark: str) -> pl.DataFrame:
    """Entries that lexicons have, with their translations."""
    rows = [
        (kind, f"{benchmark}/{what} {entry}", "query", "query", "en", code, entry, lexicons[code][entry])
        for code in sorted(lexicons)
        for entry in sorted(entries & lexicons[code].keys())
    ]
    return pl.DataFrame(rows, schema=_ORDER, orient="row")


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
