"""BL-CS and ML-CS: the promises about draws, spans and casing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from switchrank.corpus.settings import Multilingual
from switchrank.words import spans
from tests.unit.corpus.samples import PASSAGES, SCRIPTS, WORDS, corpus, every_pair, instances, lexicon

LIKELY = 1e-4
MARKED = {code: {word: f"⟦{code}:{word}⟧" for word in entries} for code, entries in WORDS.items()}
"""Translations that name themselves, so that a test sees which token became what. Marks have no case."""
TEN = {"d": "light door water kitchen light door water kitchen light door"}


def switch(
    p: float = 0.5,
    languages: list[str] | None = None,
    lexicons: Mapping[str, Mapping[str, str]] = MARKED,
    rows: pl.DataFrame | None = None,
    passages: Mapping[str, str] = PASSAGES,
    **changed: Any,
) -> pl.DataFrame:
    """A multilingual corpus with switched passages, in the order of the instances."""
    wanted = Multilingual(
        recipe="multilingual",
        benchmark="homeassistant",
        lexicon="l",
        languages=languages or ["ja"],
        p=p,
        sides=["passage"],
        **changed,
    )
    return corpus(wanted, lexicons, "en-xx", rows, passages=passages)


@dataclass(frozen=True)
class Token:
    """One token after switching: where it was, and the language it is in now (`en` if it stayed)."""

    row: int
    start: int
    word: str
    language: str


def read_back(made: pl.DataFrame, passages: Mapping[str, str] = PASSAGES) -> list[Token]:
    """Every token of every instance, from the texts alone; asserts that all between the tokens is unchanged."""
    found = []
    for row, (name, text) in enumerate(made.select("doc_id", "passage").iter_rows()):
        original, at, done = passages[name], 0, 0
        for start, end in spans(original, "en"):
            between = original[done:start]
            assert text[at : at + len(between)] == between, (original, text)
            at += len(between)
            word, language = original[start:end].lower(), "en"
            for code in SCRIPTS:
                mark = f"⟦{code}:{word}⟧"
                if text[at:].lower().startswith(mark):
                    language, at = code, at + len(mark)
                    break
            else:
                assert text[at : at + end - start] == original[start:end], (original, text)
                at += end - start
            found.append(Token(row, start, word, language))
            done = end
        assert text[at:] == original[done:], (original, text)
    return found


def switched_places(made: pl.DataFrame, passages: Mapping[str, str] = PASSAGES) -> set[tuple[int, int]]:
    ids = made["instance_id"]
    return {(ids[token.row], token.start) for token in read_back(made, passages) if token.language != "en"}


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0, 1),
    st.lists(st.sampled_from(SCRIPTS), min_size=1, unique=True),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_only_known_tokens_change_and_the_counts_are_theirs(
    p: float, languages: list[str], share: float, seed: int
) -> None:
    made = switch(p, languages, share=share, seed=seed)
    tokens = read_back(made)
    for token in tokens:
        assert token.language == "en" or (token.language in languages and token.word in WORDS[token.language])
    switched = np.bincount([token.row for token in tokens if token.language != "en"], minlength=25)
    assert made["passage_switched"].to_list() == switched.tolist()
    assert (made["passage_switched"] <= made["passage_known"]).all()
    assert (made["passage_known"] <= made["passage_tokens"]).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from(SCRIPTS), min_size=1, unique=True), st.floats(0.2, 1))
def test_tokens_switched_at_p_are_switched_at_every_larger_p(
    one: float, other: float, languages: list[str], share: float
) -> None:
    low, high = sorted([one, other])
    less, more = (read_back(switch(p, languages, share=share)) for p in (low, high))
    for before, after in zip(less, more, strict=True):
        assert before.language in {"en", after.language}


def test_a_larger_share_keeps_the_instances_of_a_smaller_one() -> None:
    places = [switched_places(switch(1.0, share=share)) for share in (0.0, 0.3, 0.6, 1.0)]
    assert places[0] == set() < places[1] < places[2] < places[3]
    for smaller in places[1:3]:
        kept = {instance for instance, _ in smaller}
        assert smaller == {place for place in places[3] if place[0] in kept}, (
            "an instance takes part wholly or not at all"
        )


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(25)), st.integers(1, 24))
def test_shards_in_any_order_give_the_same_texts(order: list[int], size: int) -> None:
    everything = every_pair()
    whole = switch(0.5, SCRIPTS, share=0.8)
    expected = dict(whole.select("instance_id", "passage").iter_rows())
    useful = instances([(1, "q1", "d1", 1), (2, "q1", "d2", 1), (3, "q1", "d4", 1), (4, "q1", "d3", 1)])
    for shard in (everything[order[:size]], everything[order[size:]]):
        made = switch(0.5, SCRIPTS, share=0.8, rows=pl.concat([shard, useful]))
        for instance, text in made.select("instance_id", "passage").iter_rows():
            assert text == expected.get(instance, text)


def test_p_zero_and_no_share_are_the_identity() -> None:
    for made in (switch(0.0, SCRIPTS), switch(1.0, SCRIPTS, share=0.0)):
        assert made["passage"].to_list() == [PASSAGES[name] for name in made["doc_id"]]
        assert made["passage_switched"].sum() == 0 < made["passage_known"].sum()


@pytest.mark.parametrize("language", SCRIPTS)
def test_p_one_switches_all_that_is_known(language: str) -> None:
    made = switch(1.0, [language])
    assert made["passage_switched"].to_list() == made["passage_known"].to_list()
    for token in read_back(made):
        assert (token.language == language) == (token.word in WORDS[language])


def test_a_word_within_a_word_is_left_alone() -> None:
    """`art` is replaced where it is a word, never in party, partial, smart or Kunst, nor `light` in door_light."""
    shown = dict(switch(1.0, ["de"], WORDS).select("doc_id", "passage").iter_rows())
    assert shown["d3"] == "Kunst: the kunst of a party. Kunst, partial, smart, KUNST!"
    assert shown["d5"] == "свет 照明 licht.door_light"
    assert shown["d1"] == "The licht in the küche isn't an; switch it AN (again)."
    assert shown["d2"] == "A tür opens with the tür handle…  two  spaces\tand a tab."


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "WASSER on the STRASSE: Licht, licht, Küche-light_2"),
        ("ru", "ВОДА on the STREET: Свет, свет, Кухня-light_2"),
        ("ar", "ماء on the STREET: ضوء, ضوء, مطبخ-light_2"),
        ("hi", "पानी on यह STREET: बत्ती, बत्ती, रसोई-light_2"),
        ("ja", "水 オン the STREET: 照明, 照明, 台所-light_2"),
        ("zh", "水 on the STREET: 灯, 灯, 厨房-light_2"),
        ("tr", "SİCAK on the STREET: İşik, işik, Mutfak-light_2"),
    ],
)
def test_casing_is_carried_into_each_script(language: str, expected: str) -> None:
    turkish = {"tr": {"water": "sicak", "light": "işik", "kitchen": "mutfak"}}
    lexicons = {language: (WORDS | turkish)[language] | ({"on": "on"} if language == "de" else {})}
    passages = {"d": "WATER on the STREET: Light, light, Kitchen-light_2"}
    made = switch(1.0, [language], lexicons, instances([(1, "q1", "d", 1)]), passages)
    assert made["passage"].to_list() == [expected]


def many(count: int = 4_000) -> pl.DataFrame:
    """One passage of ten known words, shown in many instances."""
    return instances([(number, "q1", "d", 1) for number in range(count)])


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_realised_rate_is_near_p(p: float) -> None:
    switched = switch(p, SCRIPTS, rows=many(), passages=TEN)["passage_switched"].to_numpy()
    assert stats.binomtest(int(switched.sum()), 40_000, p).pvalue > LIKELY
    assert stats.chisquare(*expected_counts(switched, p)).pvalue > LIKELY, "tokens of a text are independent"


def expected_counts(switched: np.ndarray, p: float) -> tuple[np.ndarray, np.ndarray]:
    """How many of ten tokens were switched, and how many texts should have so many; rare ends pooled."""
    observed = np.bincount(switched, minlength=11).astype(float)
    expected = stats.binom.pmf(np.arange(11), 10, p) * len(switched)
    common = expected >= 5
    return (
        np.append(observed[common], observed[~common].sum()),
        np.append(expected[common], expected[~common].sum()),
    )


def test_languages_are_drawn_uniformly_and_for_every_token() -> None:
    made = switch(1.0, SCRIPTS, rows=many(), passages=TEN)
    drawn = [token.language for token in read_back(made, TEN)]
    assert stats.chisquare([drawn.count(code) for code in SCRIPTS]).pvalue > LIKELY
    half = [token.language for token in read_back(switch(0.5, SCRIPTS, rows=many(), passages=TEN), TEN)]
    assert stats.chisquare([half.count(code) for code in SCRIPTS]).pvalue > LIKELY, (
        "the draws of a token are independent"
    )
    neighbours = np.zeros((len(SCRIPTS), len(SCRIPTS)))
    for one, other in pairwise(drawn):
        neighbours[SCRIPTS.index(one), SCRIPTS.index(other)] += 1
    assert stats.chi2_contingency(neighbours).pvalue > LIKELY
    assert set(made["passage_language"]) == {"xx"}


def test_languages_are_drawn_by_weight() -> None:
    weights = {"de": 1.0, "ja": 3.0, "ru": 6.0}
    made = switch(1.0, list(weights), rows=many(), passages=TEN, weights=weights)
    drawn = [token.language for token in read_back(made, TEN)]
    expected = np.array(list(weights.values())) / 10 * len(drawn)
    assert stats.chisquare([drawn.count(code) for code in weights], expected).pvalue > LIKELY


def test_one_language_an_instance_where_asked() -> None:
    made = switch(1.0, SCRIPTS, rows=many(2_000), passages=TEN, draw="instance")
    tokens = read_back(made, TEN)
    for row, language in enumerate(made["passage_language"]):
        assert {token.language for token in tokens[10 * row : 10 * row + 10]} == {language}
    counts = [made.filter(pl.col("passage_language") == code).height for code in SCRIPTS]
    assert stats.chisquare(counts).pvalue > LIKELY


def test_the_share_of_instances_is_near_what_was_asked() -> None:
    switched = switch(1.0, ["ru"], rows=many(), passages=TEN, share=0.3)["passage_switched"]
    assert set(switched) == {0, 10}
    assert stats.binomtest(int((switched > 0).sum()), 4_000, 0.3).pvalue > LIKELY


def test_sides_have_a_p_of_their_own() -> None:
    wanted = Multilingual(
        recipe="multilingual", benchmark="b", lexicon="l", languages=["ru"], p={"query": 0.0, "passage": 1.0}
    )
    made = corpus(wanted, WORDS, "xx-xx")
    assert made["query_switched"].sum() == 0 < made["query_known"].sum()
    assert made["passage_switched"].to_list() == made["passage_known"].to_list()


def test_seed_benchmark_and_side_each_give_other_draws() -> None:
    rows = instances([(number, "q1", "d", 1) for number in range(50)])
    texts = set()
    for seed, benchmark in ((1, "a"), (2, "a"), (1, "b")):
        wanted = Multilingual(
            recipe="multilingual", benchmark=benchmark, lexicon="l", languages=SCRIPTS, p=0.5, seed=seed
        )
        made = corpus(wanted, MARKED, "xx-xx", rows, queries={"q1": TEN["d"]}, passages=TEN)
        texts |= {tuple(made["query"]), tuple(made["passage"])}
    assert len(texts) == 6


def test_corpora_that_differ_in_the_lexicon_switch_the_same_tokens() -> None:
    swapped = {"ru": {word: f"⟦ja:{word}⟧" for word in WORDS["ja"]}}
    made = [switch(0.5, ["ru"], entries, many(50), TEN) for entries in (MARKED, swapped)]
    one, other = (switched_places(table, TEN) for table in made)
    assert one == other != set()


def test_stop_words_are_kept_where_asked_and_counted_either_way() -> None:
    """Of the nine words of d4 in Hindi: `the` of d1 is a stop word and in the lexicon."""
    rows = instances([(1, "q1", "d1", 1)])
    counted, kept, switched = (
        switch(1.0, ["hi"], WORDS, rows, stop_words=policy).row(0, named=True) for policy in ("count", "keep", "switch")
    )
    assert counted["passage"] == switched["passage"] == "यह बत्ती in यह रसोई isn't on; switch it ON (again)."
    assert kept["passage"] == "The बत्ती in the रसोई isn't on; switch it ON (again)."
    # the, in, the, isn't, on, it, on, again are stop words; light, kitchen and switch are not
    assert [counted[f"passage_{what}"] for what in ("tokens", "known", "switched")] == [11, 4, 4]
    assert [counted[f"passage_{what}"] for what in ("content", "content_switched")] == [3, 2]
    assert [kept[f"passage_{what}"] for what in ("known", "switched", "content_switched")] == [4, 2, 2]


def test_one_of_several_translations_is_drawn_as_asked() -> None:
    several = {"ru": lexicon({"light": [("А", 0.6), ("Б", 0.2), ("В", -0.5)], "door": [("Г", -1.0), ("Д", -2.0)]})}
    rows = instances([(number, "q1", "d", 1) for number in range(4_000)])
    shares = {}
    for choice, margin in (("best", 0.05), ("score", 0.05), ("margin", 0.45)):
        wanted = Multilingual(
            recipe="multilingual", benchmark="b", lexicon="l", languages=["ru"], p=1.0, choice=choice, margin=margin
        )
        made = corpus(wanted, several, "xx-xx", rows, {"q1": "light"}, {"d": "light door"})
        shares[choice] = made["passage"].value_counts().rows()
    assert shares["best"] == [("А Г", 4_000)]
    by_score = dict(shares["score"])
    assert set(by_score) == {"А Г", "Б Г"}, "no weight below zero, and the best where none is above"
    assert stats.binomtest(by_score["А Г"], 4_000, 0.75).pvalue > LIKELY
    by_margin = dict(shares["margin"])
    assert set(by_margin) == {"А Г", "Б Г"}, "В and Д are further from the best than 0.45"
    assert stats.binomtest(by_margin["А Г"], 4_000, 0.5).pvalue > LIKELY
