"""Translate Test: word by word into English."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.evaluation.translate import translate_table, translate_words

LEXICONS = {
    "de": {"licht": "light", "küche": "kitchen", "straße": "street", "der": "the", "in": "in"},
    "ru": {"свет": "light", "кухне": "kitchen", "на": "on", "включите": "turn"},
    "ar": {"ضوء": "light", "المطبخ": "kitchen"},
    "hi": {"बत्ती": "light", "रसोई": "kitchen", "की": "of"},
    "ja": {"台所": "kitchen", "の": "of", "照明": "light", "オン": "on", "水": "water"},
    "zh": {"厨房": "kitchen", "的": "of", "灯": "light", "打开": "open"},
}


@pytest.mark.parametrize(
    ("language", "text", "lexicon", "expected"),
    [
        ("de", "Gru\u0308ne Lam\u00adpe", {"grüne": "green", "lampe": "lamp"}, "Green Lamp"),
        ("tr", "Işık İSTANBUL I", {"ışık": "light", "istanbul": "city"}, "Light CITY I"),
        ("fr", "l’heure lʼheure L'heure", {"l'heure": "hour"}, "hour hour Hour"),
        ("ru", "Маи\u0306", {"май": "may"}, "May"),
        ("nl", "IJs", {"ijs": "ice"}, "Ice"),
    ],
)
def test_words_are_found_in_any_of_their_forms(
    language: str, text: str, lexicon: dict[str, str], expected: str
) -> None:
    assert translate_words(text, language, lexicon) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Licht in der KÜCHE – (Straße)!", "Light in the KITCHEN – (Street)!"),
        ("ru", "Включите  свет\tна кухне, пожалуйста.", "Turn  light\ton kitchen, пожалуйста."),
        ("ar", "ضوء المطبخ، الآن؟", "light kitchen، الآن؟"),
        ("hi", "रसोई की बत्ती।", "kitchen of light।"),
        ("de", "", ""),
        ("ru", "… 24 °C", "… 24 °C"),
        ("de", "Lichtschalter, Nachtlicht", "Lichtschalter, Nachtlicht"),
    ],
)
def test_known_words_change_and_all_else_stays(language: str, text: str, expected: str) -> None:
    assert translate_words(text, language, LEXICONS[language]) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "台所の照明をオンにする。", "kitchen of light を on に する。"),
        ("ja", "「水」、5GHz照明", "「water」、5GHz light"),
        ("ja", "  照明 台所  ", "  light kitchen  "),
        ("zh", "打开厨房的灯!", "open kitchen of light!"),
        ("zh", "厨房的Wi-Fi,灯", "kitchen of Wi-Fi,light"),
    ],
)
def test_words_of_a_script_without_spaces_are_set_apart(language: str, text: str, expected: str) -> None:
    assert translate_words(text, language, LEXICONS[language]) == expected


@given(st.text("Licht der свет台照明灯, .!?-\n", max_size=25), st.sampled_from(["de", "ru", "ja", "zh"]))
def test_without_a_lexicon_only_spaces_are_added(text: str, language: str) -> None:
    found = translate_words(text, language, {})
    if language in {"de", "ru"}:
        assert found == text
    assert found.replace(" ", "") == text.replace(" ", "")


def test_a_table_becomes_english(tmp_path: Path) -> None:
    texts = pl.DataFrame({"doc_id": ["d1", "d2"], "language": ["ja", "ja"], "text": ["台所の照明", "水"]})
    found = translate_table(texts, "ja", LEXICONS["ja"])
    assert found.rows() == [("d1", "en", "kitchen of light"), ("d2", "en", "water")]
    tables.write(found, tmp_path / "ja.parquet", tables.PASSAGES)
    tables.write(translate_table(texts.clear(), "ja", {}), tmp_path / "none.parquet", tables.PASSAGES)
