"""Lexicons from parallel titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import Cleaning, TitleLexicon
from switchrank.lexicon.titles.cleaning import clean_pairs
from switchrank.lexicon.titles.induction import parallel_titles, title_lexicon

PARALLEL = {
    "de": {"Living Room Light": "Wohnzimmerlicht", "Light": "Licht", "Wi-Fi Network": "WLAN-Netzwerk"},
    "ru": {"Living Room Light": "Свет в гостиной", "Light": "Свет", "Wi-Fi Network": "Сеть Wi-Fi"},
    "ar": {"Living Room Light": "ضوء غرفة المعيشة", "Light": "ضوء", "Wi-Fi Network": "شبكة واي فاي"},
    "hi": {"Living Room Light": "बैठक की बत्ती", "Light": "बत्ती", "Wi-Fi Network": "वाई-फ़ाई नेटवर्क"},
    "ja": {"Living Room Light": "リビングの照明", "Light": "照明", "Wi-Fi Network": "Wi-Fiネットワーク"},
    "zh": {"Living Room Light": "客厅灯", "Light": "灯", "Wi-Fi Network": "Wi-Fi网络"},
}


def titles(language: str, texts: list[str]) -> pl.DataFrame:
    ids = [f"t{number:02}" for number in range(len(texts))]
    return pl.DataFrame(
        {"title_id": ids, "group": ids, "language": [language] * len(texts), "text": texts},
        schema=dict.fromkeys(tables.TITLES.columns, pl.String),
    )


def lexicon(pairs: list[tuple[str, str]], language: str = "de", **changed: Any) -> pl.DataFrame:
    settings = TitleLexicon(method="titles", benchmark="home", **changed)
    source, target = titles("en", [left for left, _ in pairs]), titles(language, [right for _, right in pairs])
    return title_lexicon(parallel_titles(source, target, f"en-{language}"), "en", language, settings).sort(
        "source", "choice"
    )


def entries(found: pl.DataFrame) -> list[tuple[str, str]]:
    return found.select("source", "target").rows()


# -- phrases ------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", sorted(PARALLEL))
def test_phrases_are_matched_by_lower_case_words(language: str, tmp_path: Path) -> None:
    parallel = PARALLEL[language]
    found = lexicon(list(parallel.items()), language, max_tokens=3)
    keys = {"Living Room Light": "living room light", "Light": "light", "Wi-Fi Network": "wi fi network"}
    assert dict(entries(found)) == {keys[title]: translation for title, translation in parallel.items()}
    assert set(found["method"]) == {"titles-phrase"} and set(found["score"]) == {1.0} == set(found["margin"])
    tables.write(found, tmp_path / "l.parquet", tables.LEXICON)


def test_the_most_frequent_translation_comes_first() -> None:
    pairs = [("Light", "Licht"), ("Light", "Lampe"), ("LIGHT", "Licht"), ("light!", " Licht "), ("Door", "Tür")]
    found = lexicon(pairs, choices=5)
    assert found.select("source", "choice", "target", "score", "margin", "source_rank", "target_rank").rows() == [
        ("door", 1, "Tür", 1.0, 1.0, 1, 2),
        ("light", 1, "Licht", 0.75, 0.5, 0, 0),
        ("light", 2, "Lampe", 0.25, 0.25, 0, 1),
    ]
    assert entries(lexicon(pairs)) == [("door", "Tür"), ("light", "Licht")]
    assert lexicon(pairs)["margin"].to_list() == [1.0, 0.5], "the distance to what was left out"


def test_ties_go_by_code_point_whatever_the_order() -> None:
    pairs = [("Light", "свет"), ("Light", "照明"), ("Light", "Licht"), ("Light", "luz"), ("Light", "😀")]
    expected = ["Licht", "luz", "свет", "照明", "😀"]
    for shift in range(5):
        turned = pairs[shift:] + pairs[:shift]
        assert lexicon(turned, choices=5)["target"].to_list() == expected
        assert lexicon(turned[::-1], choices=2)["target"].to_list() == expected[:2]


def test_the_longest_title_is_a_setting() -> None:
    pairs = [("One two three four", "eins zwei drei vier"), ("One two", "eins zwei"), ("One", "eins")]
    assert [key for key, _ in entries(lexicon(pairs, max_tokens=2))] == ["one", "one two"]
    assert [key for key, _ in entries(lexicon(pairs, max_tokens=4))] == ["one", "one two", "one two three four"]


def test_function_words_and_numbers_are_no_titles() -> None:
    pairs = [
        ("On", "An"),
        ("The", "Die"),
        ("On air", "Auf Sendung"),
        ("2.4", "2,4"),
        ("24 h", "24 Std."),
        ("Off", "Aus"),
    ]
    assert entries(lexicon(pairs)) == [("24 h", "24 Std."), ("off", "Aus"), ("on air", "Auf Sendung")]


def test_copies_are_dropped_in_any_casing() -> None:
    pairs = [("Bluetooth", "bluetooth"), ("Name", "Name"), ("Light", "Licht")]
    assert entries(lexicon(pairs)) == [("light", "Licht")]
    assert [key for key, _ in entries(lexicon(pairs, drop_copies=False))] == ["bluetooth", "light", "name"]


def test_a_title_without_translation_is_left_out() -> None:
    settings = TitleLexicon(method="titles", benchmark="home")
    source, target = titles("en", ["Light", "Door", "Window"]), titles("de", ["Licht", "   ", "Fenster"])
    found = title_lexicon(parallel_titles(source, target.head(2), "en-de"), "en", "de", settings)
    assert entries(found) == [("light", "Licht")]


def test_titles_into_english_are_keyed_in_their_own_language() -> None:
    settings = TitleLexicon(method="titles", benchmark="home")
    found = title_lexicon(
        parallel_titles(titles("ja", ["リビングの照明", "照明"]), titles("en", ["Living Room Light", "On"]), "ja-en"),
        "ja",
        "en",
        settings,
    )
    assert dict(entries(found)) == {"リビング の 照明": "Living Room Light", "照明": "On"}


# -- words --------------------------------------------------------------------------------------
WORDS = [
    ("Light color", "Lichtfarbe"), ("Light", "Licht"), ("Red light", "Rotes Licht"), ("Red", "Rotes"),
    ("Light 2", "Licht 2"), ("Door", "Tür"), ("Red door", "Rotes Tür"), ("Rare word", "Seltenes Wort"),
]  # fmt: skip


def test_words_are_aligned_and_scored_in_both_directions() -> None:
    found = lexicon(WORDS, unit="word", iterations=12)
    assert dict(entries(found)) | {"color": ""} == {"color": "", "door": "tür", "light": "licht", "red": "rotes"}
    assert set(found["method"]) == {"titles-word"}
    assert found.filter(pl.col("source") == "light")["source_rank"].item() == 0, "the most frequent word"
    assert found["score"].is_between(0.2, 1.0).all()


def test_the_score_is_the_geometric_mean_of_both_directions() -> None:
    """One text pair, one step: t(a | x) = t(b | x) = 1/2 forward; backward x has weight 1/3 from a and b each:
    t(x | a) = 1. Score √(1/2)."""
    found = lexicon([("light", "rotes licht")], unit="word", iterations=1, min_count=1, choices=2)
    assert entries(found) == [("light", "licht"), ("light", "rotes")]
    assert found["score"].to_list() == pytest.approx([0.5**0.5] * 2)
    assert found["margin"].to_list() == pytest.approx([0.0, 0.5**0.5])


def test_rare_words_and_weak_translations_are_left_out() -> None:
    assert "rare" in dict(entries(lexicon(WORDS, unit="word", min_count=1)))
    assert "rare" not in dict(entries(lexicon(WORDS, unit="word", min_count=2)))
    repeated = [("rare rare", "selten"), ("Light", "Licht"), ("Light", "Licht")]
    assert "rare" not in dict(entries(lexicon(repeated, unit="word", min_count=2))), "twice, but in one title"
    strict = lexicon(WORDS, unit="word", min_score=0.9, iterations=30)
    assert 0 < strict.height < lexicon(WORDS, unit="word", min_score=0.0, iterations=30, choices=100).height


def test_words_of_a_language_without_spaces() -> None:
    pairs = [
        ("Light color", "照明の色"),
        ("Light", "照明"),
        ("Color", "色"),
        ("Door color", "ドアの色"),
        ("Door", "ドア"),
    ]
    assert dict(entries(lexicon(pairs, "ja", unit="word"))) == {"light": "照明", "color": "色", "door": "ドア"}


# -- pairs --------------------------------------------------------------------------------------
def test_parallel_titles_come_in_the_order_of_their_ids() -> None:
    source = titles("en", ["Light", "Door", "Window"]).reverse()
    found = parallel_titles(source, titles("ru", ["Свет", "Дверь"]), "en-ru")
    assert found.rows() == [("Light", "Свет"), ("Door", "Дверь")] and found.columns == ["source", "target"]


def test_cleaned_titles_make_one_entry() -> None:
    pairs = [("Java", "Java (Programmiersprache)"), ("Physics", "Kategorie:Physik"), ("Physics", "Physik (Schulfach)")]
    settings = TitleLexicon(method="titles", benchmark="home", choices=3, drop_copies=False)
    raw = pl.DataFrame(pairs, schema=["source", "target"], orient="row")
    cleaned, _ = clean_pairs(raw, Cleaning(), ("en", "de"))
    assert title_lexicon(raw, "en", "de", settings).filter(pl.col("source") == "physics").height == 2
    found = title_lexicon(cleaned, "en", "de", settings).sort("source")
    assert entries(found) == [("java", "Java"), ("physics", "Physik")] and found["score"].to_list() == [1.0, 1.0]


@pytest.mark.parametrize("unit", ["phrase", "word"])
def test_into_english_copies_are_translations(unit: str) -> None:
    """For Translate Test: `system` and `status` are right in English; out of English a copy would switch nothing."""
    pairs = [("System", "System"), ("Status", "Status"), ("Licht", "Light")]
    settings = TitleLexicon(method="titles", benchmark="home", unit=unit, min_count=1)  # type: ignore[arg-type]
    raw = pl.DataFrame(pairs, schema=["source", "target"], orient="row")
    found = dict(entries(title_lexicon(raw, "de", "en", settings)))
    assert {word: found[word].lower() for word in ("system", "status", "licht")} == {
        "system": "system", "status": "status", "licht": "light",
    }  # fmt: skip
    assert dict(entries(title_lexicon(raw, "en", "de", settings))).keys() == {"licht"}


def test_affixes_and_symbols_are_no_titles() -> None:
    pairs = [
        ("-ness", "-heit"),
        ("%", "Prozent"),
        ("Battery %", "Batterie %"),
        ("C++", "C++"),
        ("Rock & Roll", "Musik"),
    ]
    assert entries(lexicon(pairs, "de")) == [("rock roll", "Musik")]


# -- errors -------------------------------------------------------------------------------------
def test_no_common_title_is_an_error() -> None:
    other = titles("hi", ["बत्ती"]).with_columns(title_id=pl.lit("elsewhere"))
    with pytest.raises(SwitchRankError, match=r"titles en-hi: no title_id is in both tables \(2 and 1 titles\)"):
        parallel_titles(titles("en", ["Light", "Door"]), other, "en-hi")


@pytest.mark.parametrize("unit", ["phrase", "word"])
@pytest.mark.parametrize("pairs", [[("Name", "name")], [("1 2", "3")], [("...", "。")], [("Light", "")]])
def test_an_empty_lexicon_is_an_error(unit: str, pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(SwitchRankError, match="titles en-ja: empty lexicon from 1 parallel titles; loosen"):
        lexicon(pairs, "ja", unit=unit, min_count=1)
