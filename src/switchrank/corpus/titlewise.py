"""Wiki-CS: spans that are titles replaced by the title in another language (2305.05295, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from switchrank.corpus.rebuild import Replacement, Switched, rebuild
from switchrank.corpus.side import Side
from switchrank.corpus.tokenwise import LANGUAGE, SHARE, SWITCH
from switchrank.randomness import choice, uniform


class Match(NamedTuple):
    """A title in a text: its tokens first … last (inclusive) and the title's translation."""

    first: int
    last: int
    target: str


def longest_matches(words: Sequence[str], titles: Mapping[str, str], max_tokens: int) -> list[Match]:
    """Titles in a text, on whole tokens, longest (in tokens) first, then leftmost; they do not overlap.

    Args:
        words: lower-case words of the text.
        titles: translation by title (lower-case words joined by a space).
        max_tokens: longest span looked up.

    Returns:
        Matches in the order of the text.
    """
    taken = [False] * len(words)
    found = []
    for size in range(min(max_tokens, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            span = range(first, first + size)
            target = titles.get(" ".join(words[first : first + size]))
            if target is not None and not any(taken[at] for at in span):
                found.append(Match(first, first + size - 1, target))
                for at in span:
                    taken[at] = True
    return sorted(found)


def switch_titles(
    side: Side,
    lexicons: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    p: float,
    share: float,
    max_tokens: int,
    key: int,
) -> tuple[Switched, list[str]]:
    """Switch matched titles with probability p into the one language drawn for the side of an instance.

    Args:
        side: texts and instances.
        lexicons: translation by title, by language; English has none.
        languages: drawn from, uniformly; English leaves the text as it is.
        p: probability that a matched title is switched; its draw is that of its first token.
        share: share of instances that take part.
        max_tokens: longest span looked up.
        key: of all draws.

    Returns:
        The texts with counts of tokens in matched titles and in switched ones; the language drawn for each instance.
    """
    drawn = choice(len(languages), key, side.instances, side.number, 0, LANGUAGE)
    takes_part = uniform(key, side.instances, side.number, 0, SHARE) < share
    known, switched = np.zeros(len(drawn), np.int32), np.zeros(len(drawn), np.int32)
    replacements: list[Replacement] = []
    cache: dict[tuple[int, int], list[Match]] = {}
    for row, (text, language) in enumerate(zip(side.text_of.tolist(), drawn.tolist(), strict=True)):
        code = languages[language]
        if code == "en":
            continue
        if (text, language) not in cache:
            cache[text, language] = longest_matches(_words_of(side, text), lexicons[code], max_tokens)
        matches = cache[text, language]
        known[row] = sum(match.last - match.first + 1 for match in matches)
        if not matches or not takes_part[row]:
            continue
        firsts = np.array([match.first for match in matches])
        draws = uniform(key, int(side.instances[row]), side.number, firsts, SWITCH)
        for match, draw in zip(matches, draws, strict=True):
            if draw < p:
                replacements.append(_replacement(side, row, text, match, code))
                switched[row] += match.last - match.first + 1
    return Switched(rebuild(side, replacements), known, switched), [languages[index] for index in drawn]


def _words_of(side: Side, text: int) -> list[str]:
    return [side.vocabulary[word] for word in side.words[side.offsets[text] : side.offsets[text + 1]]]


def _replacement(side: Side, row: int, text: int, match: Match, language: str) -> Replacement:
    first = side.offsets[text]
    return Replacement(
        row, int(side.starts[first + match.first]), int(side.ends[first + match.last]), match.target, language
    )
