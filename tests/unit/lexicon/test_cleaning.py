"""What is cut off titles."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.lexicon.settings import Cleaning
from switchrank.lexicon.titles.cleaning import clean_pairs


def frame(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"source": pl.String, "target": pl.String}, orient="row")


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("Kategorie:Physik", "Physik"),
        ("Категория: Физика", "Физика"),
        ("تصنيف:فيزياء", "فيزياء"),
        ("श्रेणी:भौतिकी", "भौतिकी"),
        ("Category：物理学", "物理学"),
        ("Star Trek: Nemesis: Das Buch", "Nemesis: Das Buch"),
        ("Java (Insel)", "Java"),
        ("Ява (остров)", "Ява"),
        ("جاوة (جزيرة)", "جاوة"),
        ("ジャワ島（インドネシア）", "ジャワ島"),
        ("爪哇 （岛）[1]", "爪哇"),
        ("Vorlage:Java (Insel) (alt", "Java"),
        ("  Physik ", "Physik"),
        ("Physik", "Physik"),
        ("Insel (a:b)", "b)"),
    ],
)
def test_namespace_and_parenthesis_go(title: str, cleaned: str) -> None:
    found, emptied = clean_pairs(frame(("Physics (Category: A)", title)), Cleaning(), ("en", "de"))
    assert found.rows() == [("Physics (Category: A)", cleaned)] and emptied == 0, "the source is left as it is"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"namespace": False}, ("Help:About (EN)", "Hilfe:Über")),
        ({"parenthesis": False}, ("Help:About (EN)", "Über (DE)")),
        ({"case": "lower"}, ("Help:About (EN)", "über")),
        ({"sides": "both"}, ("About", "Über")),
        ({"sides": "both", "case": "lower", "parenthesis": False}, ("about (en)", "über (de)")),
    ],
)
def test_every_step_is_a_setting(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    found, _ = clean_pairs(frame(("Help:About (EN)", "Hilfe:Über (DE)")), Cleaning(**changed), ("en", "de"))
    assert found.rows() == [expected]


def test_what_is_left_empty_goes_with_its_pair_and_is_counted() -> None:
    pairs = frame(("(What)", "(Was)"), ("Light", "Свет"), ("Template:", "Vorlage:"), ("Door", "（扉）"))
    found, emptied = clean_pairs(pairs, Cleaning(), ("en", "de"))
    assert found.rows() == [("Light", "Свет")] and emptied == 3
    assert clean_pairs(frame(("(What)", "Was")), Cleaning(sides="both"), ("en", "de"))[1] == 1


def test_without_settings_nothing_changes() -> None:
    pairs = frame(("Help:About ", " (Über)"), ("", ""))
    found, emptied = clean_pairs(pairs, None, ("en", "de"))
    assert found.equals(pairs) and emptied == 0


@given(st.lists(st.text(alphabet="aЖ光ع:：(（) \n", max_size=12), max_size=8))
def test_equal_to_the_rules_in_python(titles: list[str]) -> None:
    def rule(title: str) -> str:
        at = min((title.find(colon) for colon in ":：" if colon in title), default=-1)
        title = title[at + 1 :]
        cut = min((title.find(bracket) for bracket in "(（" if bracket in title), default=len(title))
        return title[:cut].strip()

    found, emptied = clean_pairs(frame(*[("x", title) for title in titles]), Cleaning(), ("en", "de"))
    expected = [rule(title) for title in titles]
    assert found["target"].to_list() == [title for title in expected if title]
    assert emptied == expected.count("")


def test_lower_case_is_that_of_each_language() -> None:
    pairs = frame(("IŞIK (oda)", "IKEA İstanbul"))
    settings = Cleaning(case="lower", sides="both")
    assert clean_pairs(pairs, settings, ("tr", "en"))[0].rows() == [("ışık", "ikea istanbul")]
    assert clean_pairs(pairs, settings, ("en", "tr"))[0].rows() == [("işik", "ıkea istanbul")]
