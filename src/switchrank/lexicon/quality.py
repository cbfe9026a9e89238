"""How well a lexicon fits the text that it will switch, and how often it agrees with gold lexicons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import polars as pl

from switchrank.lexicon.choices import copies
from switchrank.tables import QUALITY
from switchrank.words import key, letters

Tables = Mapping[str, pl.DataFrame]
"""LEXICON tables out of English by target language."""


@dataclass(frozen=True)
class _Judges:
    """What a lexicon is compared with; see `score_lexicon`."""

    counts: Mapping[str, int]
    gold: Mapping[str, Tables]
    at: Sequence[int]
    vectors: Mapping[str, Sequence[str]]
    compared: Sequence[Tables]


def score_lexicon(
    lexicons: Tables,
    counts: Mapping[str, int],
    gold: Mapping[str, Tables],
    at: Sequence[int],
    vectors: Mapping[str, Sequence[str]] | None = None,
    compared: Sequence[Tables] = (),
) -> pl.DataFrame:
    """Coverage of the training text, size, share of copies, mean margin and precision for every target language.

    Translations agree if their keys do (`words.key`).

    Args:
        lexicons: the lexicon into each language.
        counts: occurrences of the words of the training text that have a letter.
        gold: gold lexicons by name; a language may be missing.
        at: k of P@k.
        vectors: words with a vector by target language, of a lexicon made from vectors: it could give them all. Any
            lexicon could give the translations that it holds.
        compared: the other lexicons that it is compared with; a language may be missing.

    Returns:
        QUALITY table with measures `entries`, `type coverage`, `token coverage` (share of the text's
        distinct words and of its words that are an entry by themselves), `identical share`, `mean margin`; and for
        each gold lexicon NAME that has the language:
        `gold coverage NAME`, the share of the gold source entries that are words of the text which the lexicon has;
        `P@k NAME`, as MUSE counts (Conneau et al. 2018): the share of the `gold words NAME`, source entries that the
        lexicon has too and of which at least one gold translation is a word that it could give, for which one of the
        first k translations is right;
        `accuracy@k NAME`, the share of all `all gold words NAME`, where those that the lexicon lacks count as wrong;
        `common accuracy@k NAME`, the share of the `common gold words NAME`, which this lexicon and all that it is
        compared with have: only these figures compare lexicons on the same words. Measures over no words are left out.
    """
    judges = _Judges(counts, gold, at, vectors or {}, compared)
    rows = [
        {"source": "en", "target": language, "measure": measure, "value": value}
        for language, lexicon in sorted(lexicons.items())
        for measure, value in _measures(lexicon, language, judges)
    ]
    return pl.DataFrame(rows, schema=QUALITY.schema)


def _measures(lexicon: pl.DataFrame, language: str, judges: _Judges) -> Iterator[tuple[str, float]]:
    counts = judges.counts
    first = lexicon.filter(pl.col("choice") == 1)
    known = set(first["source"]) & counts.keys()
    same = int(copies(first, "en", language).sum())
    margin = first.select(pl.col("margin").cast(pl.Float64).mean()).item()
    yield "entries", float(first.height)
    yield "type coverage", len(known) / max(len(counts), 1)
    yield "token coverage", sum(counts[word] for word in known) / max(sum(counts.values()), 1)
    yield "identical share", same / max(first.height, 1)
    yield "mean margin", float(margin or 0.0)
    for name, tables in judges.gold.items():
        if language in tables:
            yield from _agreement(name, lexicon, language, tables[language], judges)


def _agreement(
    name: str, lexicon: pl.DataFrame, language: str, table: pl.DataFrame, judges: _Judges
) -> Iterator[tuple[str, float]]:
    gold, ours = _keys(table, language), _keys(lexicon, language)
    in_text = gold.keys() & judges.counts.keys()
    if in_text:
        yield f"gold coverage {name}", len(in_text & ours.keys()) / len(in_text)
    hits = {source: place for source in gold.keys() & ours.keys() if (place := _place(ours[source], gold[source]))}
    # without spaces, so that words of vectors need not be segmented
    given = [target for targets in ours.values() for target in targets]
    possible = {letters(word, language) for word in (*given, *judges.vectors.get(language, []))}
    judged = {
        source
        for source in gold.keys() & ours.keys()
        if not possible.isdisjoint(letters(target, language) for target in gold[source])
    }
    yield from _shares("gold words", "P@", name, judged, hits, judges.at)
    yield from _shares("all gold words", "accuracy@", name, gold.keys(), hits, judges.at)
    if judges.compared:
        others = [set(tables[language]["source"]) for tables in judges.compared if language in tables]
        common = (gold.keys() & ours.keys()).intersection(*others)
        yield from _shares("common gold words", "common accuracy@", name, common, hits, judges.at)


def _shares(
    counted: str, measure: str, name: str, judged: Set[str], hits: Mapping[str, int], at: Sequence[int]
) -> Iterator[tuple[str, float]]:
    yield f"{counted} {name}", float(len(judged))
    if judged:
        for k in at:
            right = sum(hits.get(source, k + 1) <= k for source in judged)
            yield f"{measure}{k} {name}", right / len(judged)


def _place(targets: Sequence[str], gold: Sequence[str]) -> int | None:
    """Position of the first right translation, from 1."""
    return next((place for place, target in enumerate(targets, start=1) if target in gold), None)


def _keys(lexicon: pl.DataFrame, language: str) -> dict[str, list[str]]:
    """Keys of the translations of each source, best first."""
    found: dict[str, list[str]] = {}
    for source, target in lexicon.sort("source", "choice").select("source", "target").iter_rows():
        found.setdefault(source, []).append(key(target, language))
    return found
