"""Wiki-CS: titles on whole tokens, longest first, one language a side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from switchrank.corpus.settings import Titles
from switchrank.words import words as words_of
from tests.unit.corpus.samples import PASSAGES, SCRIPTS, TITLES, corpus, every_pair, instances, lexicon

LIKELY = 1e-4
ALL = ["en", *SCRIPTS]


def switch(
    languages: list[str] = ALL,
    lexicons: Mapping[str, Mapping[str, str]] = TITLES,
    rows: pl.DataFrame | None = None,
    passages: Mapping[str, str] = PASSAGES,
    **changed: Any,
) -> pl.DataFrame:
    """A titles corpus with switched passages, in the order of the instances."""
    wanted = Titles(
        recipe="titles", benchmark="homeassistant", lexicon="l", languages=languages, sides=["passage"], **changed
    )
    return corpus(wanted, lexicons, "en-xx", rows, passages=passages)


def one_text(text: str, titles: Mapping[str, str], language: str = "ja", **changed: Any) -> dict[str, Any]:
    """The switched passage of one text, and its counts."""
    return switch([language], {language: titles}, instances([(1, "q1", "d", 1)]), {"d": text}, **changed).row(
        0, named=True
    )


def brute_force(words: list[str], titles: Mapping[str, str], max_tokens: int) -> list[str]:
    """All spans, sorted by length then place, taken greedily; the words that are left and the titles in brackets."""
    spans = [(first, last) for first in range(len(words)) for last in range(first, len(words))]
    taken: dict[int, tuple[int, str]] = {}
    for first, last in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        text, places = " ".join(words[first : last + 1]), range(first, last + 1)
        if last - first < max_tokens and text in titles and not any(place in taken for place in places):
            taken |= dict.fromkeys(places, (first, titles[text]))
    shown, done = [], set()
    for place, word in enumerate(words):
        if place not in taken:
            shown.append(word)
        elif taken[place][0] not in done:
            done.add(taken[place][0])
            shown.append(taken[place][1])
    return shown


KEYS = st.lists(st.sampled_from(["a", "b", "c", "свет"]), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "c", "свет", "照明"]), max_size=12),
    st.sets(KEYS, max_size=8),
    st.integers(1, 5),
)
def test_matches_are_those_of_brute_force(words: list[str], keys: set[str], max_tokens: int) -> None:
    titles = {key: f"⟦{key.replace(' ', '_')}⟧" for key in sorted(keys)} | {"useful": "x"}
    made = one_text(" ".join([*words, "| useful"]), titles, max_tokens=max_tokens)
    assert made["passage"].split(" ") == [*brute_force(words, titles, max_tokens), "|", "x"]


@pytest.mark.parametrize(
    ("text", "titles", "max_tokens", "expected"),
    [
        ("a b c d", {"a b": "AB", "b c d": "BCD", "a": "A", "d": "D", "c": "C"}, 3, "A BCD"),
        ("a b c d", {"a b": "AB", "b c d": "BCD", "a": "A", "d": "D", "c": "C"}, 2, "AB C D"),
        ("a a a", {"a a": "AA", "a": "A"}, 2, "AA A"),
        ("a b x", {"a b c": "ABC", "a": "A"}, 3, "A b x"),
    ],
)
def test_the_longest_title_wins_then_the_leftmost(
    text: str, titles: dict[str, str], max_tokens: int, expected: str
) -> None:
    assert one_text(text, titles, max_tokens=max_tokens)["passage"] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Küchenlicht and Wassertemperatur; TÜR handle, doorbell"),
        ("ru", "Kitchen свет and water temperature; DOOR handle, doorbell"),
        ("ar", "Kitchen ضوء and ماء temperature; DOOR handle, doorbell"),
        ("hi", "Kitchen बत्ती and पानी का तापमान; DOOR handle, doorbell"),
        ("ja", "台所の照明 and 水 temperature; ドアハンドル, doorbell"),
        ("zh", "厨房 light and 水 temperature; 门 handle, doorbell"),
    ],
)
def test_titles_of_each_script_replace_whole_tokens(language: str, expected: str) -> None:
    """Upper case of `DOOR` carries over to German; `door` in doorbell is no title."""
    text = "Kitchen light and water temperature; DOOR handle, doorbell"
    assert one_text(text, TITLES[language], language)["passage"] == expected.replace("свет", "Свет")


def test_counts_are_tokens_of_titles() -> None:
    text = "Front door, water pressure, the kitchen, light bulb"
    made = one_text(text, TITLES["ru"], "ru")
    assert made["passage"] == "Входная дверь, давление воды, кухня, Свет bulb"
    counts = ("tokens", "known", "switched", "content", "content_switched")
    assert [made[f"passage_{what}"] for what in counts] == [8, 7, 7, 7, 6]
    short = one_text(text, TITLES["ru"], "ru", max_tokens=1)
    assert short["passage"] == "Front door, water pressure, the kitchen, Свет bulb"
    assert [short[f"passage_{what}"] for what in counts] == [8, 1, 1, 7, 1]


def test_titles_of_stop_words_alone_are_kept_where_asked() -> None:
    titles = {"on": "オン", "turn on": "点灯"}
    assert one_text("It is on. Turn on!", titles)["passage"] == "It is オン. 点灯!"
    kept = one_text("It is on. Turn on!", titles, stop_words="keep")
    assert (kept["passage"], kept["passage_known"], kept["passage_switched"]) == ("It is on. 点灯!", 3, 2)


def test_english_leaves_the_text_as_it_is() -> None:
    made = switch(max_tokens=3)
    assert set(made["passage_language"]) == set(ALL)
    changed = 0
    for row in made.iter_rows(named=True):
        original = PASSAGES[row["doc_id"]]
        if row["passage_language"] == "en":
            assert row["passage"] == original
            assert row["passage_known"] == row["passage_switched"] == 0
        else:
            words = words_of(original, "en")
            matched = len(words) != len(brute_force(words, TITLES[row["passage_language"]], 3)) or any(
                word in TITLES[row["passage_language"]] for word in words
            )
            assert (row["passage"] != original) == matched
            changed += matched
    assert changed > 5


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_titles_switched_at_p_are_switched_at_every_larger_p(one: float, other: float, share: float) -> None:
    low, high = sorted([one, other])
    less, more = switch(SCRIPTS, p=low, share=share), switch(SCRIPTS, p=high, share=share)
    assert less["passage_language"].to_list() == more["passage_language"].to_list(), "the language does not depend on p"
    assert less["passage_known"].to_list() == more["passage_known"].to_list()
    assert (less["passage_switched"] <= more["passage_switched"]).all()
    same = less["passage_switched"] == more["passage_switched"]
    assert less.filter(same)["passage"].to_list() == more.filter(same)["passage"].to_list()


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(25)), st.integers(1, 24))
def test_shards_in_any_order_give_the_same_texts(order: list[int], size: int) -> None:
    everything = every_pair()
    columns = ("instance_id", "passage", "passage_language")
    expected = {row[0]: row[1:] for row in switch(p=0.6, share=0.8).select(columns).iter_rows()}
    useful = instances([(at, "q1", f"d{at}", 1) for at in range(1, 6)])  # so that no lexicon is useless
    for shard in (everything[order[:size]], everything[order[size:]]):
        made = switch(p=0.6, share=0.8, rows=pl.concat([shard, useful]))
        for instance, *shown in made.select(columns).iter_rows():
            assert tuple(shown) == expected.get(instance, tuple(shown))


def test_p_zero_and_no_share_change_nothing() -> None:
    for made in (switch(SCRIPTS, p=0.0), switch(SCRIPTS, share=0.0)):
        assert made["passage"].to_list() == [PASSAGES[name] for name in made["doc_id"]]
        assert made["passage_switched"].sum() == 0 < made["passage_known"].sum()


def test_rates_and_languages_of_many_instances() -> None:
    rows = instances([(number, "q1", "d", 1) for number in range(6_000)])
    lexicons = {code: {"light": f"⟦{code}⟧", "water": f"⟦{code}⟧"} for code in SCRIPTS}
    made = switch(ALL, lexicons, rows, {"d": "light: water, light; water"}, p=0.4, share=0.5, max_tokens=1)
    languages = made["passage_language"].to_list()
    assert stats.chisquare([languages.count(code) for code in ALL]).pvalue > LIKELY
    foreign = made.filter(pl.col("passage_language") != "en")
    assert abs(foreign["passage_switched"].sum() / (4 * foreign.height) - 0.4 * 0.5) < 0.01
    assert foreign["passage_known"].sum() == 4 * foreign.height
    left = {":", ",", ";", "light:", "water,", "light;", "water", ""}
    for text, language in foreign.select("passage", "passage_language").iter_rows():
        assert set(text.replace(f"⟦{language}⟧", "").split(" ")) <= left
    touched = int((foreign["passage_switched"] > 0).sum())
    assert stats.binomtest(touched, foreign.height, 0.5 * (1 - 0.6**4)).pvalue > LIKELY
    weighted = switch(["en", "ru"], lexicons, rows, {"d": "light water"}, weights={"en": 1.0, "ru": 9.0})
    assert stats.binomtest((weighted["passage_language"] == "en").sum(), 6_000, 0.1).pvalue > LIKELY


def test_one_of_several_titles_is_drawn_by_score() -> None:
    titles = {"zh": lexicon({"front door": [("前门", 0.75), ("大门", 0.25)]})}
    rows = instances([(number, "q1", "d", 1) for number in range(4_000)])
    made = switch(["zh"], titles, rows, {"d": "Front door!"}, choice="score")  # type: ignore[arg-type]
    counts = dict(made["passage"].value_counts().rows())
    assert set(counts) == {"前门!", "大门!"}
    assert stats.binomtest(counts["前门!"], 4_000, 0.75).pvalue > LIKELY


def test_titles_with_unknown_words_and_too_many_tokens_match_nothing() -> None:
    titles = {"light": "照明", "kitchen zebra": "x", "light light light light": "y", "": "z"}
    text = "light light light light kitchen"
    assert one_text(text, titles)["passage"] == "照明 照明 照明 照明 kitchen"
    assert np.array_equal(one_text(text, titles, max_tokens=4)["passage"], "y kitchen")
