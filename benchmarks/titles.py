"""Matching and switching titles, compared with an Aho-Corasick automaton and the reference's n-gram loop.

    python benchmarks/titles.py --titles 200000 --passages 100000

Passages of 56 words drawn by Zipf's law from a vocabulary of 50,000; titles of one to three words, of which one in five
is made of words that are adjacent in the passages. All routes find the titles of every passage and put the
translations in; set-up (automaton, trie) is apart. Peers, in one process, one after the other, tokens given:
- Aho-Corasick: `ahocorasick_rs`, leftmost-longest over the words with spaces of their own, in a loop. It takes the
  longest match at the leftmost place, where the paper takes the longest anywhere.
- reference: 2305.05295's code: all 1- to 3-grams of white-space tokens looked up, longest first, replaced by
  `str.replace` (which also hits the inside of words).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl
import pyarrow as pa
from made_text import word, zipf

from switchrank.corpus.recipes import showers
from switchrank.corpus.settings import Titles
from switchrank.corpus.text_arrays import text_arrays
from switchrank.corpus.tokens import tokenize_instances
from switchrank.languages import parse_pair
from switchrank.tables import STREAMED_ROWS

VOCABULARY, LENGTH = 50_000, 56


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=200_000)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    passages, titles = make_texts(given.passages, given.titles)
    tokens, vocabulary = tokenized(passages)
    ways = {"switchrank": ours(tokens, vocabulary, titles)}
    ways |= {"Aho-Corasick": automaton(passages, titles), "reference n-gram loop": reference(passages, titles)}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    texts = {}
    for _ in range(given.repeat):
        for name, way in ways.items():
            start = time.perf_counter()
            texts[name] = way()
            seconds[name].append(time.perf_counter() - start)
    exact = [plain(text, titles) for text in passages[:1000]]
    print(
        "| route | passages/s | times slower than ours | texts as the plain rule has them (1,000) |\n|---|--:|--:|--:|"
    )
    best = statistics.median(seconds["switchrank"])
    for name, times in seconds.items():
        middle = statistics.median(times)
        right = sum(one == other for one, other in zip(texts[name][:1000], exact, strict=True))
        print(f"| {name} | {given.passages / middle:,.0f} | {middle / best:.1f} | {right} |")


def make_texts(count: int, title_count: int) -> tuple[list[str], dict[str, str]]:
    """Lower-case passages and translations by title, from a seed."""
    rng = np.random.default_rng(1)
    words = np.array([word(number) for number in range(VOCABULARY)], dtype=object)
    probabilities = zipf(VOCABULARY)
    drawn = rng.choice(VOCABULARY, size=(count, LENGTH), p=probabilities)
    passages = [" ".join(words[row]) for row in drawn]
    titles: dict[str, str] = {}
    while len(titles) < title_count:
        size = int(rng.integers(1, 4))
        if rng.random() < 0.2:
            row, first = rng.integers(count), rng.integers(LENGTH - size)
            numbers = drawn[row, first : first + size]
        else:
            numbers = rng.integers(100, VOCABULARY, size)  # the most frequent words are not titles by themselves
        title = " ".join(words[numbers])
        titles[title] = f"⟦{len(titles)}⟧"
    return passages, titles


def tokenized(passages: list[str]) -> tuple[pa.Table, pa.Table]:
    """Tokens and vocabulary of the passages, shown once each."""
    ids = [f"d{row:07d}" for row in range(len(passages))]
    columns = {"instance_id": range(len(ids)), "query_id": "q", "doc_id": ids, "label": 1}
    rows = pl.DataFrame(columns, schema_overrides={"label": pl.Int8})
    queries = pl.DataFrame({"query_id": ["q"], "language": ["en"], "text": ["query"]})
    texts = pl.DataFrame({"doc_id": ids, "language": "en", "text": passages})
    vocabulary, pieces = tokenize_instances(rows, queries, texts)
    return pa.concat_tables(pieces).combine_chunks(), vocabulary


def ours(tokens: pa.Table, vocabulary: pa.Table, titles: dict[str, str]) -> Callable[[], list[str]]:
    lexicon = pl.DataFrame({"source": list(titles), "target": list(titles.values()), "choice": 1, "score": 1.0})
    settings = Titles(recipe="titles", benchmark="b", lexicon="l", languages=["ja"], sides=["passage"])

    show = showers(vocabulary, {"ja": lexicon}, settings, parse_pair("en-xx"))[1]
    pieces = [tokens.slice(first, STREAMED_ROWS) for first in range(0, tokens.num_rows, STREAMED_ROWS)]

    def way() -> list[str]:
        return [text for piece in pieces for text in show(text_arrays(1, piece))[0].to_pylist()]

    return way


def automaton(passages: list[str], titles: dict[str, str]) -> Callable[[], list[str]]:
    import ahocorasick_rs

    # a separate space on either side of every word, so that only whole words match
    machine = ahocorasick_rs.AhoCorasick(
        [f" {title.replace(' ', '  ')} " for title in titles], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    targets = list(titles.values())
    spaced = ["".join(f" {word} " for word in text.split(" ")) for text in passages]

    def way() -> list[str]:
        shown = []
        for text in spaced:
            parts, done = [], 0
            for title, start, end in machine.find_matches_as_indexes(text):
                parts += [text[done:start], f" {targets[title]} "]
                done = end
            shown.append("".join([*parts, text[done:]])[1:-1].replace("  ", " "))
        return shown

    return way


def reference(passages: list[str], titles: dict[str, str]) -> Callable[[], list[str]]:
    def way() -> list[str]:
        shown = []
        for text in passages:
            words = text.split()
            grams = {" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}
            for gram in sorted((gram for gram in grams if gram in titles), key=lambda gram: (-len(gram), gram)):
                text = text.replace(gram, titles[gram])
            shown.append(text)
        return shown

    return way


def plain(text: str, titles: dict[str, str]) -> str:
    """The rule itself: longest first in tokens, then leftmost, on whole tokens, none overlapping."""
    words: list[str | None] = list(text.split(" "))
    shown: list[str | None] = list(words)
    for size in (3, 2, 1):
        for first in range(len(words) - size + 1):
            span = words[first : first + size]
            if None not in span and " ".join(word for word in span if word) in titles:
                shown[first : first + size] = [titles[" ".join(word for word in span if word)], *[None] * (size - 1)]
                words[first : first + size] = [None] * size
    return " ".join(word for word in shown if word is not None)


if __name__ == "__main__":
    main()
