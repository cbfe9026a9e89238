"""IBM Model 1 against a slow implementation with dictionaries, and on toy texts."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.lexicon.titles.word_alignment import translation_table

Texts = list[list[str]]

ENGLISH = ["the red light", "the light", "red door", "a door", "light and door", "the door"]
OTHERS = {
    "de": ["das rote licht", "das licht", "rote tür", "eine tür", "licht und tür", "die tür"],
    "ru": ["красный свет", "свет", "красный дверь", "дверь", "свет и дверь", "дверь"],
    "ja": ["赤い 照明", "照明", "赤い ドア", "ドア", "照明 と ドア", "ドア"],
}
DICTIONARY = {
    "de": {"red": "rote", "light": "licht", "door": "tür"},
    "ru": {"red": "красный", "light": "свет", "door": "дверь"},
    "ja": {"red": "赤い", "light": "照明", "door": "ドア"},
}


def slow_model_1(source: Texts, target: Texts, iterations: int) -> dict[tuple[str, str], float]:
    """Brown et al. 1993, section 4.1: expected counts over all alignments, the empty word as None."""
    probability: dict[tuple[str | None, str], float] = defaultdict(lambda: 1.0)
    for _ in range(iterations):
        counts: dict[tuple[str | None, str], float] = defaultdict(float)
        totals: dict[str | None, float] = defaultdict(float)
        for left, right in zip(source, target, strict=True):
            for word in right:
                places: list[str | None] = [None, *left]
                total = sum(probability[place, word] for place in places)
                for place in places:
                    counts[place, word] += probability[place, word] / total
                    totals[place] += probability[place, word] / total
        probability = defaultdict(float, {key: count / totals[key[0]] for key, count in counts.items()})
    return {(left, right): value for (left, right), value in probability.items() if left is not None}


def as_dict(table: pl.DataFrame) -> dict[tuple[str, str], float]:
    return {(source, target): value for source, target, value in table.select("source", "target", "probability").rows()}


def split(texts: list[str]) -> Texts:
    return [text.split(" ") for text in texts]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["light", "door", "red", "the"]), max_size=5),
            st.lists(st.sampled_from(["свет", "дверь", "ドア", "赤い", "ضوء"]), max_size=5),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 5),
)
def test_probabilities_are_those_of_the_slow_way(pairs: list[tuple[list[str], list[str]]], iterations: int) -> None:
    source, target = [left for left, _ in pairs], [right for _, right in pairs]
    found, expected = as_dict(translation_table(source, target, iterations)), slow_model_1(source, target, iterations)
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9)


def test_the_first_step_by_hand() -> None:
    """Two texts, uniform start: each target word is shared evenly by the empty word and the source words.

    (light | licht): licht gets 1/2 from light. (red light | rotes licht): each target gets 1/3 from red and
    light. So light: licht 5/6, rotes 1/3, in all 7/6: t(licht | light) = 5/7. red: 1/3 each: t = 1/2.
    """
    table = translation_table([["light"], ["red", "light"]], [["licht"], ["rotes", "licht"]], iterations=1)
    assert table.columns == ["source", "target", "probability", "source_count"]
    assert table.rows() == [
        ("light", "licht", pytest.approx(5 / 7), 2),
        ("light", "rotes", pytest.approx(2 / 7), 2),
        ("red", "licht", pytest.approx(1 / 2), 1),
        ("red", "rotes", pytest.approx(1 / 2), 1),
    ]


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_toy_texts_give_the_dictionary(language: str) -> None:
    table = translation_table(split(ENGLISH), split(OTHERS[language]), 10)
    best = table.sort("probability", descending=True).unique("source", keep="first", maintain_order=True)
    found = dict(best.select("source", "target").rows())
    assert {word: found[word] for word in DICTIONARY[language]} == DICTIONARY[language]
    sums = table.group_by("source").agg(pl.col("probability").sum())["probability"]
    assert sums.to_list() == pytest.approx([1.0] * len(sums))


def test_the_count_is_of_texts_and_not_of_repetitions() -> None:
    table = translation_table([["light", "light", "light"], ["door"], ["door"]], [["свет"], ["дверь"], ["дверь"]], 2)
    assert dict(table.select("source", "source_count").rows()) == {"light": 1, "door": 2}


def test_texts_without_words_give_an_empty_table() -> None:
    table = translation_table([[], []], [[], []], 3)
    assert table.height == 0
    assert table.schema["source"] == pl.String and table.schema["probability"] == pl.Float64
