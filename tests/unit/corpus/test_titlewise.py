"""Wiki-CS: titles on whole tokens, longest first, one language a side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from switchrank.corpus.rebuild import Switched
from switchrank.corpus.side import Side, make_side
from switchrank.corpus.titlewise import Match, longest_matches, switch_titles
from switchrank.corpus.tokenwise import corpus_key
from tests.unit.corpus.samples import SCRIPTS, TITLES, both_sides, every_pair, instances, tokens

KEY = corpus_key(1, "homeassistant")
ALL = ["en", *SCRIPTS]


def side(number: int = 1) -> Side:
    return make_side(number, both_sides()[number], every_pair())


def switch(
    shown: Side, languages: Sequence[str], p: float = 1.0, share: float = 1.0, max_tokens: int = 3
) -> tuple[Switched, list[str]]:
    return switch_titles(shown, TITLES, languages, p, share, max_tokens, KEY)


def brute_force(words: Sequence[str], titles: Mapping[str, str], max_tokens: int) -> list[Match]:
    """All spans, sorted by length then place, taken greedily."""
    spans = [(first, last) for first in range(len(words)) for last in range(first, len(words))]
    taken: set[int] = set()
    found = []
    for first, last in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        text, places = " ".join(words[first : last + 1]), set(range(first, last + 1))
        if last - first < max_tokens and text in titles and not places & taken:
            taken |= places
            found.append(Match(first, last, titles[text]))
    return sorted(found)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "свет"]), max_size=9),
    st.sets(st.lists(st.sampled_from(["a", "b", "c", "свет"]), min_size=1, max_size=4).map(" ".join), max_size=8),
    st.integers(1, 5),
)
def test_matches_are_those_of_brute_force(words: list[str], keys: set[str], max_tokens: int) -> None:
    titles = {key: key.upper() for key in sorted(keys)}
    assert longest_matches(words, titles, max_tokens) == brute_force(words, titles, max_tokens)


def test_the_longest_title_wins_then_the_leftmost() -> None:
    titles = {"a b": "AB", "b c d": "BCD", "a": "A", "d": "D", "c": "C"}
    assert longest_matches(list("abcd"), titles, 3) == [Match(0, 0, "A"), Match(1, 3, "BCD")]
    assert longest_matches(list("abcd"), titles, 2) == [Match(0, 1, "AB"), Match(2, 2, "C"), Match(3, 3, "D")]
    assert longest_matches(["a", "a", "a"], {"a a": "AA", "a": "A"}, 2) == [Match(0, 1, "AA"), Match(2, 2, "A")]
    assert longest_matches([], titles, 3) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Küchenlicht and Wassertemperatur; Tür handle, doorbell"),
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
    shown = make_side(0, tokens({"q": text}), instances([(1, "q", "d", 1)]))
    found, languages = switch(shown, [language])
    wanted = expected.replace("Tür", "TÜR").replace("свет", "Свет")
    assert (found.texts, languages) == ([wanted], [language])


def test_counts_are_tokens_of_titles() -> None:
    shown = make_side(
        0, tokens({"q": "Front door, water pressure, the kitchen, light bulb"}), instances([(1, "q", "d", 1)])
    )
    found, _ = switch(shown, ["ru"])
    assert found.texts == ["Входная дверь, давление воды, кухня, Свет bulb"]
    assert (found.known.tolist(), found.switched.tolist()) == ([7], [7])
    short, _ = switch(shown, ["ru"], max_tokens=1)
    assert short.texts == ["Front door, water pressure, the kitchen, Свет bulb"]
    assert (short.known.tolist(), short.switched.tolist()) == ([1], [1])


def test_english_leaves_the_text_as_it_is() -> None:
    shown = side()
    found, languages = switch(shown, ALL)
    assert set(languages) == set(ALL)
    changed = 0
    for row, language in enumerate(languages):
        original = shown.texts[shown.text_of[row]]
        if language == "en":
            assert found.texts[row] == original
            assert found.known[row] == found.switched[row] == 0
        else:
            words = [shown.vocabulary[word] for word in shown.words[slice(*shown.offsets[shown.text_of[row] :][:2])]]
            matches = brute_force(words, TITLES[language], 3)
            assert found.switched[row] == sum(match.last - match.first + 1 for match in matches)
            assert (found.texts[row] != original) == bool(matches)
            changed += bool(matches)
    assert changed > 5


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_titles_switched_at_p_are_switched_at_every_larger_p(one: float, other: float, share: float) -> None:
    shown, (low, high) = side(), sorted([one, other])
    (less, before), (more, after) = switch(shown, SCRIPTS, low, share), switch(shown, SCRIPTS, high, share)
    assert before == after, "the language does not depend on p"
    assert less.known.tolist() == more.known.tolist()
    assert (less.switched <= more.switched).all()
    for row in np.flatnonzero(less.switched == more.switched):
        assert less.texts[row] == more.texts[row]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(25)), st.integers(1, 25))
def test_shards_in_any_order_give_the_same_texts(order: list[int], size: int) -> None:
    everything = every_pair()
    shown = side()
    found, languages = switch(shown, ALL, 0.6, 0.8)
    expected = {
        int(instance): (text, language)
        for instance, text, language in zip(shown.instances, found.texts, languages, strict=True)
    }
    for shard in (everything[order[:size]], everything[order[size:]]):
        part = make_side(1, both_sides()[1], shard)
        again, drawn = switch(part, ALL, 0.6, 0.8)
        assert list(zip(again.texts, drawn, strict=True)) == [expected[int(instance)] for instance in part.instances]


def test_p_zero_and_no_share_change_nothing() -> None:
    shown = side()
    original = [shown.texts[text] for text in shown.text_of]
    for found, _ in (switch(shown, SCRIPTS, p=0.0), switch(shown, SCRIPTS, share=0.0)):
        assert found.texts == original and found.switched.sum() == 0 < found.known.sum()


def test_rates_and_languages_of_many_instances() -> None:
    text = tokens({"d": "light: water, light; water"})
    shown = make_side(1, text, instances([(number, "q", "d", 1) for number in range(6_000)]))
    lexicons = {code: {"light": f"⟦{code}⟧", "water": f"⟦{code}⟧"} for code in SCRIPTS}
    found, languages = switch_titles(shown, lexicons, ALL, 0.4, 0.5, 1, KEY)
    assert stats.chisquare([languages.count(code) for code in ALL]).pvalue > 1e-4
    not_english = np.array([language != "en" for language in languages])
    tokens_shown = int(not_english.sum()) * 4
    assert abs(found.switched.sum() / tokens_shown - 0.4 * 0.5) < 0.01
    assert found.known.sum() == tokens_shown
    for switched, language in zip(found.texts, languages, strict=True):
        assert set(switched.replace(f"⟦{language}⟧", "").split()) <= {
            ":",
            ",",
            ";",
            "light:",
            "water,",
            "light;",
            "water",
        }
    assert stats.binomtest(int((found.switched > 0).sum()), int(not_english.sum()), 0.5 * (1 - 0.6**4)).pvalue > 1e-4
