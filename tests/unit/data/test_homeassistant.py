"""The reader of the wheel and the filters, on the toy wheel and on hand-written trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.readers.homeassistant.filters import collection, eligible, translated
from switchrank.data.readers.homeassistant.settings import Filter
from switchrank.data.readers.homeassistant.texts import list_documents, passages, queries, titles
from switchrank.data.readers.homeassistant.wheel import Pair, Wheel
from switchrank.errors import SwitchRankError
from tests.toy import homeassistant as made

REGULAR = {f"{c}/services/service_{s}" for c in made.COMPONENTS for s in range(made.SERVICES)}


def gate_tree() -> dict[str, Any]:
    """Seven services that pass or fail for one reason each."""
    return {
        "services": {
            "a": {"name": "Open gate", "description": "Opens the big gate of the house."},
            "b": {"name": "Close gate", "description": "Closes it."},
            "c": {"name": "open Gate", "description": "Opens the small gate of the garden."},
            "d": {"name": "Greet", "description": "Greets everyone in the whole big house."},
            "e": {"name": "Say {x}", "description": "Says the given words in the house."},
            "f": {"title": "Check pump", "description": "Opens the BIG gate of the house."},
            "g": {"name": "Close gate", "description": "Closes the heavy gate of the garden."},
        }
    }


@pytest.mark.parametrize(
    ("words", "repeats", "expected"),
    [
        (2, 1, "g"),  # a and f share a description; a and c a title; b is too short to count against g
        (2, 2, "cg"),
        (1, 2, "cdg"),
    ],
)
def test_filters_by_hand(write_wheel: Any, words: int, repeats: int, expected: str) -> None:
    pairs = write_wheel({"gate/en": gate_tree()}).pairs("en")
    rule = Filter(min_query_words=words, min_passage_words=6, max_query_repeats=repeats)
    assert eligible(pairs, rule) == {f"gate/services/{letter}" for letter in expected}


def test_a_pair_needs_two_texts_and_prefers_the_title(write_wheel: Any) -> None:
    tree = {
        "config": {
            "step": {"user": {"title": " Titre ", "name": "Nom", "description": " Texte. ", "data": {"host": "Hôte"}}}
        },
        "only_name": {"name": "Nom seul"},
        "title_is_a_node": {"title": {"name": "profond"}, "name": "Nom", "description": "Texte deux."},
    }
    assert write_wheel({"maison/en": tree}).pairs("en") == {
        "maison/config/step/user": Pair("maison", "Titre", "Texte."),
        "maison/title_is_a_node": Pair("maison", "Nom", "Texte deux."),
    }


def test_the_toy_collection_is_what_was_put_in(toy: Wheel, filters: tuple[Filter, Filter]) -> None:
    train, judged = filters
    pairs = toy.pairs("en")
    assert len(pairs) == 96 + 5
    assert eligible(pairs, train) == REGULAR | {*made.SAME_TITLE, made.UNTRANSLATED}
    assert eligible(pairs, judged) == REGULAR | {made.UNTRANSLATED}
    assert collection(pairs, train, judged) == eligible(pairs, train)


@pytest.mark.parametrize(
    ("language", "has_untranslated"), [("en", True), ("de", False), ("ru", False), ("ja", False), ("ar", True)]
)
def test_passages_leave_out_what_is_not_translated(
    toy: Wheel, filters: tuple[Filter, Filter], language: str, has_untranslated: bool
) -> None:
    found = passages(toy, language, *filters)
    expected = REGULAR | {*made.SAME_TITLE} | ({made.UNTRANSLATED} if has_untranslated else set())
    assert found["doc_id"].to_list() == sorted(expected)
    texts = dict(found.iter_rows())
    assert texts["cabin_05/services/service_2"] == made.pair(5, 2, language)["description"]


def test_queries_are_the_titles_that_pass_the_filter_of_the_split(toy: Wheel, filters: tuple[Filter, Filter]) -> None:
    train, judged = (queries(toy, "ru", rule) for rule in filters)
    assert train["query_id"].to_list() == sorted(REGULAR | {*made.SAME_TITLE})
    assert judged["query_id"].to_list() == sorted(REGULAR)
    texts = dict(judged.iter_rows())
    assert texts["cabin_02/services/service_0"] == made.pair(2, 0, "ru")["name"]


def test_a_translation_must_differ_in_both_texts_and_hold_no_placeholder(write_wheel: Any) -> None:
    english = {key: {"name": f"Name {key}", "description": f"Text {key}."} for key in "abcdef"}
    hindi = {
        "a": {"name": "नाम क", "description": "पाठ क।"},
        "b": {"name": "Name b", "description": "पाठ ख।"},
        "c": {"name": "नाम ग", "description": " Text c. "},
        "d": {"name": "नाम {x}", "description": "पाठ घ।"},
        "e": {"name": "", "description": "पाठ ङ।"},
        "g": {"name": "नाम", "description": "अंग्रेज़ी में नहीं।"},
    }
    wheel = write_wheel({"घर/en": english, "घर/hi": hindi})
    assert translated(wheel, "hi") == {"घर/a": Pair("घर", "नाम क", "पाठ क।")}


def test_chinese_is_read_from_its_simplified_file(write_wheel: Any, filters: tuple[Filter, Filter]) -> None:
    english = {"open": {"name": "Open gate", "description": "Opens the big gate of the house."}}
    simplified = {"open": {"name": "打开大门", "description": "打开房子的大门。"}}
    traditional = {"open": {"name": "打開大門", "description": "打開房子的大門。"}}
    wheel = write_wheel({"gate/en": english, "gate/zh-Hans": simplified, "gate/zh-Hant": traditional})
    assert wheel.languages() == ["en", "zh"]
    assert passages(wheel, "zh", *filters).rows() == [("gate/open", "打开房子的大门。")]


def test_titles_are_the_other_strings_with_their_component(toy: Wheel) -> None:
    found = titles(toy, "ja").filter(pl.col("group").is_in(["cabin_07", "cabin_00"]))
    expected = {
        f"cabin_{c:02d}/entity/sensor/state/{key}": text for c in (0, 7) for key, text in made.strings(c, "ja").items()
    }
    assert dict(found.select("title_id", "text").iter_rows()) == expected
    assert found["title_id"].to_list() == sorted(expected)


def test_titles_leave_out_pairs_placeholders_references_addresses_and_long_strings(write_wheel: Any) -> None:
    english = {
        "title": "House",
        "step": {"title": "Pair", "description": "Its passage.", "data": {"host": "Host"}},
        "state": {
            "on": " On ",
            "off": "Off",
            "hello": "Hello {name}",
            "shared": "[%key:common::state::on%]",
            "page": "See https://example.org",
            "edge": "x" * 80,
            "long": "x" * 81,
            "empty": " ",
        },
    }
    german = {
        "title": "Haus",
        "step": {"title": "Paar", "description": "Sein Text.", "data": {"host": "Host"}},
        "state": {"on": "Ein", "off": "Aus {x}", "hello": "Hallo", "edge": "y" * 81, "extra": "Mehr"},
    }
    wheel = write_wheel({"haus/en": english, "haus/de": german, "nest/en": {"title": "Nest"}})
    assert titles(wheel, "en").filter(pl.col("group") == "haus").select("title_id", "text").rows() == [
        ("haus/state/edge", "x" * 80),
        ("haus/state/off", "Off"),
        ("haus/state/on", "On"),
        ("haus/step/data/host", "Host"),
        ("haus/title", "House"),
    ]
    assert titles(wheel, "de").rows() == [
        ("haus/state/on", "haus", "Ein"),
        ("haus/title", "haus", "Haus"),
    ]


def test_a_missing_language_is_named_with_those_there_are(toy: Wheel, filters: tuple[Filter, Filter]) -> None:
    with pytest.raises(SwitchRankError, match="no translations in 'fr'; available: ar, de, en, ja, ru"):
        passages(toy, "fr", *filters)


def test_a_language_that_only_repeats_the_english_is_missing(write_wheel: Any, filters: tuple[Filter, Filter]) -> None:
    wheel = write_wheel({"gate/en": gate_tree(), "gate/nl": gate_tree()})
    with pytest.raises(SwitchRankError, match="no document is translated in 'nl'; available: en, nl"):
        passages(wheel, "nl", *filters)


def test_a_collection_without_documents_is_an_error(write_wheel: Any, filters: tuple[Filter, Filter]) -> None:
    wheel = write_wheel({"gate/en": {"a": {"name": "Short", "description": "Too short."}}})
    with pytest.raises(SwitchRankError, match="none of 1 English pairs passes"):
        list_documents(wheel, *filters)


@pytest.mark.parametrize(
    ("text", "reason"), [('{"a": ', "not valid JSON"), ("[1]", "found a JSON list, expected an object")]
)
def test_a_broken_member_is_named(write_wheel: Any, text: str, reason: str) -> None:
    wheel = write_wheel({"gate/en": gate_tree(), "gate/de": text})
    with pytest.raises(SwitchRankError, match=f"member homeassistant/components/gate/translations/de.json: {reason}"):
        wheel.pairs("de")


def test_a_file_that_is_no_wheel_is_named(tmp_path: Path, write_wheel: Any) -> None:
    path = tmp_path / "text"
    path.write_text("no archive", encoding="utf-8")
    with pytest.raises(SwitchRankError, match="text: not a zip archive"):
        Wheel(path)
    with pytest.raises(SwitchRankError, match="absent: no such file"):
        Wheel(tmp_path / "absent")
    with pytest.raises(SwitchRankError, match=r"no homeassistant/components/\*/translations/en.json inside"):
        write_wheel({"gate/de": gate_tree()})


def test_the_toy_wheel_is_the_same_bytes_every_time(tmp_path: Path, toy_path: Path) -> None:
    made.build_wheel(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == toy_path.read_bytes()


@pytest.mark.parametrize(
    ("codec", "message"),
    [
        ("utf-16", "the text is UTF-16; expected UTF-8"),
        ("utf-32", "the text is UTF-32; expected UTF-8"),
        ("utf-16-le", "the text is UTF-16; expected UTF-8"),
        ("latin-1", "line 2: not UTF-8 at byte"),
    ],
)
def test_a_member_in_another_encoding_is_named(codec: str, message: str, write_wheel: Any) -> None:
    good = {"a": {"name": "Open gate", "description": "Opens the gate."}}
    bad = '{"a": {\n"name": "Tür öffnen", "description": "Öffnet."}}\n'
    wheel = write_wheel({"gate/en": good, "gate/de": bad.encode(codec)})
    with pytest.raises(
        SwitchRankError, match=rf"wheel, member homeassistant/components/gate/translations/de\.json.* {message}"
    ):
        wheel.pairs("de")


def test_a_byte_order_mark_in_a_member_is_dropped(write_wheel: Any) -> None:
    tree = '\ufeff{"a": {"name": "Tür öffnen", "description": "Öffnet."}}'
    assert write_wheel({"gate/en": tree}).pairs("en") == {"gate/a": Pair("gate", "Tür öffnen", "Öffnet.")}


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00 \\ud83d", "x\\u0000"])
def test_half_of_a_surrogate_pair_in_a_member_is_named_with_its_line(half: str, write_wheel: Any) -> None:
    tree = '{"a": {\n"name": "Open \\ud83d\\ude00", "description": "DESCRIPTION"}}'
    with pytest.raises(
        SwitchRankError, match=r"member \S*gate/translations/en\.json, line 2: .* half of a surrogate pair"
    ) as caught:
        write_wheel({"gate/en": tree.replace("DESCRIPTION", half)}).pairs("en")
    assert "\n" not in str(caught.value) and str(caught.value).isascii()
    whole = write_wheel({"gate/en": tree.replace("DESCRIPTION", "a \\\\ud83d")}).pairs("en")
    assert whole["gate/a"].title == "Open 😀"
