"""Words of real sentences, and everything between them untouched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.languages import Language, known_languages
from switchrank.words import carry_case, has_letter, spans, words

SENTENCES = {
    "en": ("Don’t turn the kitchen's 2nd light on (again)!", "Don’t turn the kitchen's 2nd light on again"),
    "de": (
        "Überprüfe, ob die Straßenbeleuchtung – außen – läuft.",
        "Überprüfe ob die Straßenbeleuchtung außen läuft",
    ),
    "fr": ("L'éclairage « extérieur » n’est pas allumé.", "L'éclairage extérieur n’est pas allumé"),
    "ru": ("Включите свет на кухне, пожалуйста!", "Включите свет на кухне пожалуйста"),
    "ar": ("أَضِئْ مصباحَ المطبخِ، من فضلك؟", "أَضِئْ مصباحَ المطبخِ من فضلك"),
    "fa": ("چراغ آشپزخانه را نمی‌خواهم.", "چراغ آشپزخانه را نمی‌خواهم"),
    "hi": ("रसोई की बत्ती जला दो। क्‍या?", "रसोई की बत्ती जला दो क्‍या"),
    "ko": ("부엌 불을 켜 주세요.", "부엌 불을 켜 주세요"),
    "ja": ("台所の照明をつけてください。Wi-Fiは5GHzです。", "台所 の 照明 を つけ て ください Wi Fi は 5GHz です"),
    "th": ("เปิดไฟ LED ในห้องครัว 24 องศา", "เปิดไฟ LED ใน ห้องครัว 24 องศา"),
    "zh": ("请打开厨房的灯,使用Wi-Fi连接。", "请 打开 厨房 的 灯 使用 Wi Fi 连接"),
}
SCRIPTS = "ไฟ้ๆ๒aÉßIıİжЯعָمिक़台所のカー´ーﾞが한글0９_'’-. \u200c\u200d\u0301\n、。"
LANGUAGES = sorted(known_languages())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_words_of_a_real_sentence(language: str) -> None:
    text, expected = SENTENCES[language]
    assert [text[start:end] for start, end in spans(text, language)] == expected.split(" ")
    assert words(text, language) == expected.lower().split(" ")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(SCRIPTS, max_size=30), st.text(max_size=30)), st.sampled_from(LANGUAGES))
def test_spans_ascend_and_lie_within_the_text(text: str, language: str) -> None:
    at = 0
    for start, end in spans(text, language):
        assert at <= start < end <= len(text)
        at = end


@settings(max_examples=150, deadline=None)
@given(st.text(SCRIPTS, max_size=30), st.sampled_from(["en", "ru", "ar", "hi", "ja", "th", "zh"]))
def test_putting_every_word_back_gives_the_text(text: str, language: str) -> None:
    parts, done = [], 0
    for start, end in spans(text, language):
        parts += [text[done:start], text[start:end]]
        done = end
    rebuilt = "".join([*parts, text[done:]])
    assert rebuilt.encode() == text.encode()
    between = [part for part in (*parts[::2], text[done:]) if part]
    assert not any(has_letter(part) for part in between), "a letter outside every word"


def test_a_language_without_spaces_needs_a_segmenter(monkeypatch: pytest.MonkeyPatch) -> None:
    khmer = Language("km", "Khmer", "Khmer", "ltr", cased=False, spaced=False)
    monkeypatch.setattr("switchrank.words.language_of", lambda code: khmer)
    with pytest.raises(SwitchRankError, match=r"'km' is written without spaces .* those with one: ja, th, zh"):
        spans("បើកភ្លើង", "km")
    monkeypatch.undo()
    with pytest.raises(SwitchRankError, match="unknown language 'xx'"):
        spans("light", "xx")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("свет", True),
        ("灯", True),
        ("बत्ती", True),
        ("5GHz", True),
        ("2026", False),
        ("_", False),
        ("٣", False),
        ("", False),
    ],
)
def test_numbers_have_no_letter(word: str, expected: bool) -> None:
    assert has_letter(word) is expected


@pytest.mark.parametrize(
    ("source", "target", "language", "expected"),
    [
        ("light", "Licht", "de", "Licht"),
        ("light", "свет", "ru", "свет"),
        ("Light", "свет", "ru", "Свет"),
        ("LIGHT", "свет", "ru", "СВЕТ"),
        ("Street", "straße", "de", "Straße"),
        ("STREET", "straße", "de", "STRASSE"),
        ("Light", "φως", "el", "Φως"),
        ("A", "eine", "de", "Eine"),
        ("I", "я", "ru", "Я"),
        ("USB", "usb-anschluss", "de", "USB-ANSCHLUSS"),
        ("WiFi", "wlan", "de", "Wlan"),
        ("iPhone", "телефон", "ru", "телефон"),
        ("2nd", "zweite", "de", "zweite"),
        ("Home Assistant", "домашний помощник", "ru", "Домашний помощник"),
        # Turkish: the capital of the dotted i keeps its dot, that of the dotless one has none
        ("Permission", "izin", "tr", "İzin"),
        ("LIGHT", "ışık ikinci", "tr", "IŞIK İKİNCİ"),
        # no upper case to carry into
        ("LIGHT", "ضوء", "ar", "ضوء"),
        ("Light", "照明", "ja", "照明"),
        ("Wifi", "wi-fi 网络", "zh", "wi-fi 网络"),
        ("Light", "बत्ती", "hi", "बत्ती"),
        ("Light", "", "de", ""),
    ],
)
def test_casing_is_carried_where_the_script_has_case(source: str, target: str, language: str, expected: str) -> None:
    assert carry_case(source, target, language) == expected
