"""Which pairs are used: eligibility in English, and which texts are translated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from switchrank.data.readers.homeassistant.settings import Filter
from switchrank.data.readers.homeassistant.wheel import Pair, Wheel
from switchrank.normalising import caseless


def has_placeholder(text: str) -> bool:
    """Whether a text contains a placeholder such as `{name}`."""
    return "{" in text or "}" in text


def eligible(pairs: Mapping[str, Pair], rule: Filter) -> set[str]:
    """Ids of the English pairs that pass a filter.

    First, pairs with a placeholder or with too few words are left out (words are split at white
    space). Among the remaining pairs, a description must occur once and a title at most
    `max_query_repeats` times; letter case is ignored.
    """
    long = {
        key: pair
        for key, pair in pairs.items()
        if len(pair.title.split()) >= rule.min_query_words
        and len(pair.description.split()) >= rule.min_passage_words
        and not has_placeholder(pair.title + pair.description)
    }
    titles = Counter(caseless(pair.title) for pair in long.values())
    descriptions = Counter(caseless(pair.description) for pair in long.values())
    return {
        key
        for key, pair in long.items()
        if titles[caseless(pair.title)] <= rule.max_query_repeats and descriptions[caseless(pair.description)] == 1
    }


def collection(pairs: Mapping[str, Pair], train: Filter, judged: Filter) -> set[str]:
    """Ids of the documents: pairs eligible for training or for judging."""
    return eligible(pairs, train) | eligible(pairs, judged)


def translated(wheel: Wheel, language: str) -> dict[str, Pair]:
    """Pairs of a language whose title and description are both translated, by id.

    A text that is empty, equal to the English one or contains a placeholder is not a translation.
    All English pairs count.
    """
    english = wheel.pairs("en")
    if language == "en":
        return english
    return {
        key: pair
        for key, pair in wheel.pairs(language).items()
        if key in english
        and is_translation(pair.title, english[key].title)
        and is_translation(pair.description, english[key].description)
    }


def is_translation(text: str, english: str) -> bool:
    """Whether a text exists, differs from the English one and has no placeholder."""
    return bool(text) and text != english and not has_placeholder(text)
