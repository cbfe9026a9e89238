"""Switching written as plainly as can be: one token after the other, on strings. The compiled code must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from switchrank.corpus.settings import Bilingual, Multilingual, Titles
from switchrank.normalising import fold
from switchrank.randomness import key_of, uniform
from switchrank.stopwords import ENGLISH_CONTENT
from switchrank.words import carry_case, spans

SWITCH, LANGUAGE, SHARE, CHOICE = range(4)
Entries = Mapping[str, Sequence[tuple[str, float]]]
"""Translations with scores, best first, by source entry."""


@dataclass
class Shown:
    """One side of an instance: its text, the language beside it and the counts."""

    text: str
    language: str
    known: int = 0
    unknown: int = 0
    switched: int = 0
    content: int = 0
    content_switched: int = 0


def entries(lexicon: pl.DataFrame) -> Entries:
    found: dict[str, list[tuple[str, float]]] = {}
    for source, target, score in lexicon.sort("source", "choice").select("source", "target", "score").iter_rows():
        found.setdefault(source, []).append((target, score))
    return found


def show(
    text: str,
    instance: int,
    number: int,
    languages: Sequence[str],
    lexicons: Mapping[str, Entries],
    settings: Bilingual | Multilingual | Titles,
) -> Shown:
    """Switch one text; `number` is 0 for a query and 1 for a passage."""
    key = key_of(settings.seed, "corpus", settings.benchmark)

    def draw(position: int, stream: int) -> float:
        return float(uniform(key, instance, number, position, stream))

    def language_at(position: int) -> str:
        weights = getattr(settings, "weights", None) or dict.fromkeys(languages, 1.0)
        below = draw(position, LANGUAGE) * sum(weights.values())
        for code in languages:
            below -= weights[code]
            if below < 0:
                return code
        return languages[-1]

    def target(options: Sequence[tuple[str, float]], position: int) -> str:
        if settings.choice == "best":
            return options[0][0]
        if settings.choice == "margin":
            best = max(score for _, score in options)
            weighted = [(word, float(score >= best - settings.margin)) for word, score in options]
        else:
            weighted = [(word, max(score, 0.0)) for word, score in options]
        total = sum(weight for _, weight in weighted)
        if not total:
            return options[0][0]
        below = draw(position, CHOICE) * total
        for word, weight in weighted:
            below -= weight
            if below < 0:
                return word
        return [word for word, weight in weighted if weight][-1]

    tokens = spans(text, "en")
    words = [fold(text[start:end], "en") for start, end in tokens]
    content = [word not in ENGLISH_CONTENT for word in words]
    whole_text = isinstance(settings, Titles) or getattr(settings, "draw", "token") == "instance"
    one = language_at(0) if whole_text else None
    shown = Shown("", one or (languages[0] if len(languages) == 1 else "xx"), content=sum(content))
    takes_part = draw(0, SHARE) < settings.share
    p = settings.probability(("query", "passage")[number])  # type: ignore[arg-type]
    longest = settings.max_tokens if isinstance(settings, Titles) else 1
    chosen: dict[int, tuple[int, str, str]] = {}
    taken: set[int] = set()
    for size in range(longest, 0, -1):
        for first in range(len(words) - size + 1):
            place = range(first, first + size)
            language = one or language_at(first)
            options = lexicons[language].get(" ".join(words[first : first + size])) if language != "en" else None
            if not options or taken & set(place):
                continue
            taken |= set(place)
            shown.known += size
            stop = settings.stop_words == "keep" and not any(content[at] for at in place)
            if takes_part and not stop and draw(first, SWITCH) < p:
                shown.switched += size
                shown.content_switched += sum(content[at] for at in place)
                chosen[first] = (first + size - 1, target(options, first), language)
    if takes_part:
        shown.unknown = sum(
            at not in taken and (one or language_at(at)) != "en" and (content[at] or settings.stop_words != "keep")
            for at in range(len(words))
        )
    parts, done = [], 0
    for first, (last, word, language) in sorted(chosen.items()):
        start, end = tokens[first][0], tokens[last][1]
        parts += [text[done:start], carry_case(text[start:end], word, language)]
        done = end
    shown.text = "".join([*parts, text[done:]])
    return shown
