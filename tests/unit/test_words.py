"""Words of real sentences, and everything between them untouched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.languages import Language, known_languages
from switchrank.normalising import fold
from switchrank.words import Case, carry_case, case_of, entry_key, has_letter, is_copy, key, spans, words

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
    assert words(text, language) == expected.lower().replace("’", "'").split(" ")


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
    khmer = Language("km", "Khmer", "Khmer", "ltr", False, False, "Austro-Asiatic", "Khmer")
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
        # Dutch: ij is one letter
        ("Ice", "ijs", "nl", "IJs"),
        ("ICE", "ijs", "nl", "IJS"),
        ("Ice", "ijs", "de", "Ijs"),
        ("Isle", "i", "nl", "I"),
        # a Greek final sigma has the same capital
        ("LIGHT", "φως", "el", "ΦΩΣ"),
        # one letter in two code points is one capital, and what nobody sees is no letter
        ("E\u0301", "licht", "de", "Licht"),
        ("\u00adL", "licht", "de", "Licht"),
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


@pytest.mark.parametrize(
    ("language", "forms", "expected"),
    [
        (
            "de",
            ["Grüne", "Gru\u0308ne", "GRÜNE", "Grü\u00adne", "Gr\u200büne", "\ufeffgrüne", "\u200egrüne\u200f"],
            "grüne",
        ),
        ("de", ["Straße", "STRAẞE"], "straße"),
        ("en", ["don't", "don’t", "Donʼt", "don＇t", "DON‘T", "don´t", "don`t", "do\u00adn’\u00adt"], "don't"),
        ("uk", ["п'ять", "п’ять", "пʼять", "П’ЯТЬ"], "п'ять"),
        ("he", ["ג'ירפה", "ג׳ירפה", "\u200fג׳ירפה"], "ג'ירפה"),
        ("tr", ["Işık", "IŞIK", "ışık", "Is\u0327ık"], "ışık"),
        ("tr", ["İstanbul", "I\u0307stanbul", "istanbul", "İSTANBUL"], "istanbul"),
        ("en", ["İstanbul", "ISTANBUL", "I\u0307stanbul"], "istanbul"),
        ("el", ["ΦΩΣ", "Φως"], "φως"),
        ("nl", ["ĳs", "IJs", "Ĳs"], "ijs"),
        ("ru", ["Май", "Маи\u0306", "МА\u00adЙ"], "май"),
        ("ar", ["مطبخ", "\u200fمطبخ", "مط\u061cبخ"], "مطبخ"),
        ("hi", ["क़लम", "क\u093cलम"], "क\u093cलम"),
        ("ko", ["부엌", "부엌".encode().decode(), "\u1107\u116e\u110b\u1165\u11bf"], "부엌"),
        ("vi", ["Đèn", "đe\u0300n"], "đèn"),
        ("ja", ["ドア", "ト\u3099ア", "ド\u200dア"], "ドア"),
        ("zh", ["照明", "照\u2060明", "\ufeff照明"], "照明"),
        ("th", ["ประตู", "ประ\u00adตู"], "ประตู"),
        ("en", ["of\u200cfice", "office"], "office"),
        # between two Persian letters, and in a Bengali cluster, the joiners are spelling
        ("fa", ["نمی\u200cخواهم"], "نمی\u200cخواهم"),
        ("bn", ["র\u200d্যাম"], "র\u200d্যাম"),
        ("en", ["❤\ufe0f light", "light 👨\u200d👩\u200d👧"], "light"),
    ],
)
def test_one_word_has_one_key(language: str, forms: list[str], expected: str) -> None:
    assert [key(form, language) for form in forms] == [expected] * len(forms)


def test_azerbaijani_has_the_turkish_letters() -> None:
    assert fold("İŞIQ", "az") == "işıq" and fold("İŞIQ", "en") == "işiq"


def test_a_zero_width_space_parts_words_of_a_script_without_spaces() -> None:
    assert key("ประตู\u200bห้อง", "th") == "ประตู ห้อง"


@pytest.mark.parametrize(
    ("text", "language"),
    [("Das Wort Gru\u0308ne", "de"), ("台所のト\u3099ア", "ja"), ("เปิด\u00adไฟ", "th"), ("照\u2060明a\u00adb", "zh")],
)
def test_spans_of_other_forms_cover_the_same_words(text: str, language: str) -> None:
    found = spans(text, language)
    assert "".join(text[start:end] for start, end in found) == text.replace(" ", "")
    assert words(text, language) == words(
        unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u2060", ""), language
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wi-Fi", "wi fi"),
        ("Wi‑Fi", "wi fi"),
        ("Help!", "help"),
        ("AC/DC", "ac dc"),
        ("%", "%"),
        ("  ", ""),
        ("„Tür“", "tür"),
    ],
)
def test_keys_are_words_alone(text: str, expected: str) -> None:
    assert key(text, "de") == expected


@pytest.mark.parametrize(
    "text", ["-ness", "un-", "‐ly", "…heit", "un...", "%", "&c.", "C++", "C#", "50 %", "€", "* foo", "", "!", "–"]
)
def test_affixes_and_symbols_are_no_entries(text: str) -> None:
    assert entry_key(text, "en") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rock & Roll", "rock roll"),
        ("AT&T", "at t"),
        ("Help!", "help"),
        ("don’t", "don't"),
        ("Temp (°C)", "temp c"),
        ("2nd", "2nd"),
    ],
)
def test_symbols_within_an_entry_part_its_words(text: str, expected: str) -> None:
    assert entry_key(text, "en") == expected


@pytest.mark.parametrize(
    ("source", "target", "languages", "expected"),
    [
        ("wi fi", "Wi-Fi", ("en", "de"), True),
        ("wi fi", "Wi-Fi", ("en", "zh"), True),
        ("wifi", "WIFI", ("en", "tr"), True),
        ("istanbul", "İstanbul", ("en", "tr"), True),
        ("help", "Help!", ("en", "ja"), True),
        ("café", "Cafe\u0301", ("en", "fr"), True),
        ("can't", "can’t", ("en", "de"), True),
        ("照明", "照明", ("zh", "ja"), True),
        ("lamp", "Lampe", ("en", "de"), False),
        ("wi fi", "WLAN", ("en", "de"), False),
        ("light", "свет", ("en", "ru"), False),
    ],
)
def test_copies_are_told_by_key(source: str, target: str, languages: tuple[str, str], expected: bool) -> None:
    assert is_copy(source, target, *languages) is expected


def test_the_case_of_one_letter_in_two_code_points() -> None:
    assert case_of("E\u0301") == Case.CAPITALISED and case_of("É") == Case.CAPITALISED
    assert case_of("E\u0301TE\u0301") == Case.UPPER and case_of("\u200eÉté") == Case.CAPITALISED
