"""Languages and pairs."""

from __future__ import annotations

import unicodedata

import pytest

from switchrank.errors import SwitchRankError
from switchrank.languages import Pair, known_languages, language, parse_pair

# a word for "light" in each language, written in its script
LIGHT = {
    "ar": "ضوء", "bn": "আলো", "cs": "světlo", "de": "Licht", "el": "φως", "en": "light", "es": "luz",
    "fa": "نور", "fi": "valo", "fr": "lumière", "he": "אור", "hi": "प्रकाश", "hu": "fény",
    "id": "lampu", "it": "luce", "ja": "ひかり",
    "ko": "빛", "nl": "licht", "pl": "światło", "pt": "luz", "ru": "свет", "sv": "ljus", "th": "แสง", "tr": "ışık",
    "sw": "mwanga", "te": "కాంతి", "uk": "світло", "vi": "ánh sáng", "yo": "ìmọ́lẹ̀", "zh": "光",
    "da": "lys", "kk": "жарық", "lt": "šviesa", "sr": "svetlo",
}  # fmt: skip
UNICODE_NAME = {"Han": "CJK UNIFIED", "Japanese": "HIRAGANA"}


@pytest.mark.parametrize("code", sorted(LIGHT))
def test_facts_agree_with_the_characters_of_the_script(code: str) -> None:
    entry, letter = language(code), LIGHT[code][0]
    assert unicodedata.name(letter).startswith(UNICODE_NAME.get(entry.script, entry.script.upper()))
    assert entry.cased == (letter.upper() != letter or letter.lower() != letter)
    assert entry.direction == ("rtl" if unicodedata.bidirectional(letter) in {"R", "AL"} else "ltr")
    assert entry.spaced == (code not in {"ja", "zh", "th"})


def test_every_language_is_covered_here() -> None:
    assert set(known_languages()) == set(LIGHT)


def test_an_unknown_language_lists_the_known_ones() -> None:
    with pytest.raises(
        SwitchRankError, match=r"unknown language 'xy': allowed are ar, bn, .*, zh \(.*languages\.csv\)"
    ):
        language("xy")


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("en-en", "MoIR"),
        ("ja-ja", "MoIR"),
        ("en-de", "CLIR"),
        ("ru-zh", "CLIR"),
        ("xx-en", "MLIR"),
        ("ar-xx", "MLIR"),
        ("xx-xx", "MLIR"),
    ],
)
def test_pairs_and_their_regimes(text: str, regime: str) -> None:
    pair = parse_pair(text)
    assert pair == Pair(*text.split("-"))
    assert str(pair) == text
    assert pair.regime == regime


@pytest.mark.parametrize("text", ["en", "en_de", "en-de-fr", "", "-"])
def test_a_malformed_pair_says_the_form(text: str) -> None:
    with pytest.raises(SwitchRankError, match=r"expected QUERY-PASSAGE|unknown language ''"):
        parse_pair(text)


@pytest.mark.parametrize("text", ["en-xy", "EN-de", "en- de"])
def test_a_pair_of_an_unknown_language_is_refused(text: str) -> None:
    with pytest.raises(SwitchRankError, match="unknown language"):
        parse_pair(text)
