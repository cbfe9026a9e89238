"""BL-CS and ML-CS: the promises about draws, spans and casing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from switchrank.corpus.rebuild import Switched
from switchrank.corpus.side import Side, make_side
from switchrank.corpus.tokenwise import corpus_key, switch_tokens
from switchrank.words import spans
from tests.unit.corpus.samples import SCRIPTS, WORDS, both_sides, every_pair, instances, tokens

KEY = corpus_key(1, "homeassistant")
LIKELY = 1e-4
MARKED = {code: {word: f"⟦{code}:{word}⟧" for word in lexicon} for code, lexicon in WORDS.items()}
"""Translations that name themselves, so that a test sees which token became what. Marks have no case."""


def side(number: int = 1) -> Side:
    return make_side(number, both_sides()[number], every_pair())


def switch(
    shown: Side, p: float = 0.5, languages: list[str] | None = None, share: float = 1.0, key: int = KEY
) -> Switched:
    return switch_tokens(shown, MARKED, languages or ["ja"], p, share, key)


@dataclass(frozen=True)
class Token:
    """One token after switching: where it was, and the language it is in now (`en` if it stayed)."""

    row: int
    start: int
    word: str
    language: str


def read_back(shown: Side, texts: list[str]) -> list[Token]:
    """Every token of every instance, from the texts alone; asserts that all between the tokens is unchanged."""
    found = []
    for row, text in enumerate(texts):
        original, at, done = shown.texts[shown.text_of[row]], 0, 0
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


def switched_places(shown: Side, texts: list[str]) -> set[tuple[int, int]]:
    return {
        (int(shown.instances[token.row]), token.start) for token in read_back(shown, texts) if token.language != "en"
    }


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0, 1]),
    st.floats(0, 1),
    st.lists(st.sampled_from(SCRIPTS), min_size=1, unique=True),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_only_known_tokens_change_and_the_counts_are_theirs(
    number: int, p: float, languages: list[str], share: float, seed: int
) -> None:
    shown = side(number)
    found = switch(shown, p, languages, share, corpus_key(seed, "b"))
    tokens_of = read_back(shown, found.texts)
    for token in tokens_of:
        assert token.language == "en" or (token.language in languages and token.word in WORDS[token.language])
    switched = np.bincount([t.row for t in tokens_of if t.language != "en"], minlength=25)
    assert found.switched.tolist() == switched.tolist()
    assert (found.switched <= found.known).all() and (found.known <= shown.token_counts()).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from(SCRIPTS), min_size=1, unique=True), st.floats(0.2, 1))
def test_tokens_switched_at_p_are_switched_at_every_larger_p(
    one: float, other: float, languages: list[str], share: float
) -> None:
    shown, (low, high) = side(), sorted([one, other])
    less, more = (read_back(shown, switch(shown, p, languages, share).texts) for p in (low, high))
    for before, after in zip(less, more, strict=True):
        assert before.language in {"en", after.language}


def test_a_larger_share_keeps_the_instances_of_a_smaller_one() -> None:
    shown = side()
    places = [switched_places(shown, switch(shown, 1.0, share=share).texts) for share in (0.0, 0.3, 0.6, 1.0)]
    assert places[0] == set() < places[1] < places[2] < places[3]
    for smaller in places[1:3]:
        kept = {instance for instance, _ in smaller}
        assert smaller == {place for place in places[3] if place[0] in kept}, (
            "an instance takes part wholly or not at all"
        )


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(25)), st.integers(1, 25), st.sampled_from([0, 1]))
def test_shards_in_any_order_give_the_same_texts(order: list[int], size: int, number: int) -> None:
    everything = every_pair()
    whole = make_side(number, both_sides()[number], everything)
    expected = dict(zip(whole.instances.tolist(), switch(whole, 0.5, SCRIPTS, 0.8).texts, strict=True))
    for shard in (everything[order[:size]], everything[order[size:]]):
        part = make_side(number, both_sides()[number].sort("id", descending=True), shard)
        found = switch(part, 0.5, SCRIPTS, 0.8)
        assert found.texts == [expected[instance] for instance in part.instances.tolist()]


def test_p_zero_and_no_share_are_the_identity() -> None:
    shown = side()
    original = [shown.texts[text] for text in shown.text_of]
    for found in (switch(shown, 0.0, SCRIPTS), switch(shown, 1.0, SCRIPTS, share=0.0)):
        assert found.texts == original
        assert found.switched.sum() == 0 < found.known.sum()


@pytest.mark.parametrize("language", SCRIPTS)
def test_p_one_switches_all_that_is_known(language: str) -> None:
    shown = side()
    found = switch(shown, 1.0, [language])
    assert found.switched.tolist() == found.known.tolist()
    for token in read_back(shown, found.texts):
        assert (token.language == language) == (token.word in WORDS[language])


def test_a_word_within_a_word_is_left_alone() -> None:
    """`art` is replaced where it is a word, never in party, partial, smart or Kunst, nor `light` in door_light."""
    shown = side()
    texts = {
        shown.texts[text]: switched
        for text, switched in zip(shown.text_of, switch_tokens(shown, WORDS, ["de"], 1.0, 1.0, KEY).texts, strict=True)
    }
    assert texts["Art: the art of a party. Kunst, partial, smart, ART!"] == (
        "Kunst: the kunst of a party. Kunst, partial, smart, KUNST!"
    )
    assert texts["свет 照明 light.door_light"] == "свет 照明 licht.door_light"
    assert texts["The light in the kitchen isn't on; switch it ON (again)."] == (
        "The licht in the küche isn't an; switch it AN (again)."
    )
    assert texts["A door opens with the door handle…  two  spaces\tand a tab."] == (
        "A tür opens with the tür handle…  two  spaces\tand a tab."
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "WASSER on the STRASSE: Licht, licht, Küche-light_2"),
        ("ru", "ВОДА on the STREET: Свет, свет, Кухня-light_2"),
        ("ar", "ماء on the STREET: ضوء, ضوء, مطبخ-light_2"),
        ("hi", "पानी on यह STREET: बत्ती, बत्ती, रसोई-light_2"),
        ("ja", "水 オン the STREET: 照明, 照明, 台所-light_2"),
        ("zh", "水 on the STREET: 灯, 灯, 厨房-light_2"),
    ],
)
def test_casing_is_carried_into_each_script(language: str, expected: str) -> None:
    shown = make_side(
        0, tokens({"q": "WATER on the STREET: Light, light, Kitchen-light_2"}), instances([(1, "q", "d", 1)])
    )
    lexicon = {language: WORDS[language] if language != "de" else WORDS["de"] | {"on": "on"}}
    assert switch_tokens(shown, lexicon, [language], 1.0, 1.0, KEY).texts == [expected]


def many(count: int = 4_000) -> Side:
    """One passage of ten known words, shown in many instances."""
    text = tokens({"d": "light door water kitchen light door water kitchen light door"})
    return make_side(1, text, instances([(number, "q", "d", 1) for number in range(count)]))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_realised_rate_is_near_p(p: float) -> None:
    shown = many()
    found = switch(shown, p, SCRIPTS)
    assert stats.binomtest(int(found.switched.sum()), int(shown.token_counts().sum()), p).pvalue > LIKELY
    assert stats.chisquare(*expected_counts(found.switched, p)).pvalue > LIKELY, "tokens of a text are independent"


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
    shown = many()
    drawn = [token.language for token in read_back(shown, switch(shown, 1.0, SCRIPTS).texts)]
    assert stats.chisquare([drawn.count(code) for code in SCRIPTS]).pvalue > LIKELY
    half = [token.language for token in read_back(shown, switch(shown, 0.5, SCRIPTS).texts)]
    assert stats.chisquare([half.count(code) for code in SCRIPTS]).pvalue > LIKELY, (
        "the draws of a token are independent"
    )
    neighbours = np.zeros((len(SCRIPTS), len(SCRIPTS)))
    for one, other in pairwise(drawn):
        neighbours[SCRIPTS.index(one), SCRIPTS.index(other)] += 1
    assert stats.chi2_contingency(neighbours).pvalue > LIKELY


def test_the_share_of_instances_is_near_what_was_asked() -> None:
    found = switch(many(), 1.0, ["ru"], share=0.3)
    assert set(found.switched.tolist()) == {0, 10}
    assert stats.binomtest(int((found.switched > 0).sum()), 4_000, 0.3).pvalue > LIKELY


def test_seed_benchmark_and_side_each_give_other_draws() -> None:
    text = tokens({"d": "light door water kitchen light door water kitchen light door"})
    rows = instances([(number, "d", "d", 1) for number in range(50)])
    sides = [make_side(number, text, rows) for number in (0, 1)]
    keys = [corpus_key(1, "a"), corpus_key(2, "a"), corpus_key(1, "b")]
    texts = {tuple(switch(shown, 0.5, SCRIPTS, 1.0, key).texts) for shown in sides for key in keys}
    assert len(texts) == 6


def test_corpora_that_differ_in_the_lexicon_switch_the_same_tokens() -> None:
    shown = many(50)
    swapped = {"ru": {word: f"⟦ja:{word}⟧" for word in WORDS["ja"]}}
    one = switch_tokens(shown, MARKED, ["ru"], 0.5, 1.0, KEY)
    other = switch_tokens(shown, swapped, ["ru"], 0.5, 1.0, KEY)
    assert switched_places(shown, one.texts) == switched_places(shown, other.texts) != set()
