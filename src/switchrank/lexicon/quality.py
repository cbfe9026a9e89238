"""How well a lexicon fits the text that it will switch, and how often it agrees with gold lexicons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from switchrank.tables import QUALITY


def score_lexicon(
    lexicons: dict[str, pl.DataFrame],
    counts: Mapping[str, int],
    gold: Mapping[str, dict[str, pl.DataFrame]],
    at: Sequence[int],
) -> pl.DataFrame:
    """Coverage of the training text, size, share of copies, mean margin and precision for every target language.

    Args:
        lexicons: LEXICON tables out of English by target language.
        counts: occurrences of the words of the training text that have a letter.
        gold: LEXICON tables by gold lexicon and target language; a language may be missing.
        at: k of P@k.

    Returns:
        QUALITY table with measures `entries`, `type coverage`, `token coverage` (share of the text's
        different words and of its words that are an entry of their own), `identical share`, `mean margin`; and for
        each gold lexicon NAME that has the language:
        `gold words NAME`, the gold source entries that the lexicon has too;
        `gold coverage NAME`, the share of the gold source entries that are words of the text which the lexicon has;
        `P@k NAME`, the share of the gold words for which one of the first k translations is one of the gold
        translations in lower case (Conneau et al. 2018). Measures of nothing are left out.
    """
    rows = [
        {"source": "en", "target": language, "measure": measure, "value": value}
        for language, lexicon in sorted(lexicons.items())
        for measure, value in _measures(lexicon, counts, _of_language(gold, language), at)
    ]
    return pl.DataFrame(rows, schema={name: pl.Float64 if name == "value" else pl.String for name in QUALITY.columns})


def _of_language(gold: Mapping[str, dict[str, pl.DataFrame]], language: str) -> dict[str, pl.DataFrame]:
    return {name: by_language[language] for name, by_language in gold.items() if language in by_language}


def _measures(
    lexicon: pl.DataFrame, counts: Mapping[str, int], gold: Mapping[str, pl.DataFrame], at: Sequence[int]
) -> Iterator[tuple[str, float]]:
    first = lexicon.filter(pl.col("choice") == 1)
    known = set(first["source"]) & counts.keys()
    same = first.filter(pl.col("source").str.to_lowercase() == pl.col("target").str.to_lowercase()).height
    margin = first.select(pl.col("margin").cast(pl.Float64).mean()).item()
    yield "entries", float(first.height)
    yield "type coverage", len(known) / max(len(counts), 1)
    yield "token coverage", sum(counts[word] for word in known) / max(sum(counts.values()), 1)
    yield "identical share", same / max(first.height, 1)
    yield "mean margin", float(margin or 0.0)
    for name, table in gold.items():
        yield from _agreement(name, lexicon, counts, table, at)


def _agreement(
    name: str, lexicon: pl.DataFrame, counts: Mapping[str, int], gold: pl.DataFrame, at: Sequence[int]
) -> Iterator[tuple[str, float]]:
    sources, entries = set(gold["source"]), set(lexicon["source"])
    common, in_text = sources & entries, sources & counts.keys()
    yield f"gold words {name}", float(len(common))
    if in_text:
        yield f"gold coverage {name}", len(in_text & entries) / len(in_text)
    if not common:
        return
    right = _lower(lexicon).join(_lower(gold), on=["source", "lower"], how="semi", maintain_order="left")
    hits = right.group_by("source", maintain_order=True).agg(pl.col("choice").min())["choice"]
    for k in at:
        yield f"P@{k} {name}", len(hits.filter(hits <= k)) / len(common)


def _lower(lexicon: pl.DataFrame) -> pl.DataFrame:
    return lexicon.select("source", "choice", lower=pl.col("target").str.to_lowercase())
