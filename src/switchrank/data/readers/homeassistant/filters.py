"""Which pairs count: eligibility in English, and what is really translated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from switchrank.data.readers.homeassistant.settings import Filter
from switchrank.data.readers.homeassistant.wheel import Pair, Wheel
from switchrank.normalising import caseless


def has_placeholder(text: str) -> bool:
    """Whether a text holds `{name}`, to be filled in by a program."""
    return "{" in text or "}" in text


def eligible(pairs: Mapping[str, Pair], rule: Filter) -> set[str]:
    """Ids of the English pairs that pass a filter.

    First the pairs with a placeholder, or with fewer words than asked (words are split at white
    space), go. Among those left, a description must stand once and a title at most
    `max_query_repeats` times, upper and lower case being equal.
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
    """Pairs of a language of which title and description are really translated, by id.

    A text that is empty, equal to the English one or holds a placeholder is no translation.
    English counts as it is.
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
    """Whether a text is there, differs from the English one and has no placeholder."""
    return bool(text) and text != english and not has_placeholder(text)
