"""Texts as a pair of languages shows them."""

from __future__ import annotations

import polars as pl
import pytest

from switchrank.errors import SwitchRankError
from switchrank.evaluation.drawn_texts import shown

TEXTS = {
    "en": pl.DataFrame({"doc_id": ["d1", "d2", "d3"], "language": "en", "text": ["light", "door", "water"]}),
    "ru": pl.DataFrame({"doc_id": ["d1", "d2", "d3"], "language": "ru", "text": ["свет", "дверь", "вода"]}),
    "ja": pl.DataFrame({"doc_id": ["d1", "d3"], "language": "ja", "text": ["照明", "水"]}),
    # a translated table (Translate Test) says English, but stands for Hindi
    "hi": pl.DataFrame({"doc_id": ["d2"], "language": "en", "text": ["the door"]}),
}


def mixed(**languages: str) -> pl.DataFrame:
    return pl.DataFrame({"id": list(languages), "language": list(languages.values())})


def test_one_language_is_its_table() -> None:
    assert shown(TEXTS, "ru", None, "doc_id").rows() == [("d1", "свет"), ("d2", "дверь"), ("d3", "вода")]
    assert shown(TEXTS, "ja", mixed(d1="ru"), "doc_id").rows() == [("d1", "照明"), ("d3", "水")]


def test_a_mixed_side_has_each_text_in_the_language_drawn_for_it() -> None:
    found = shown(TEXTS, "xx", mixed(d3="ja", d1="ru", d2="hi"), "doc_id")
    assert found.columns == ["doc_id", "text"]
    assert found.rows() == [("d3", "水"), ("d1", "свет"), ("d2", "the door")], "in the order of the mix"


def test_ids_that_were_not_drawn_are_left_out() -> None:
    assert shown(TEXTS, "xx", mixed(d2="en"), "doc_id").rows() == [("d2", "door")]


def test_a_drawn_language_without_text_is_named() -> None:
    with pytest.raises(SwitchRankError, match="doc_id 'd2' has no text in 'ja', the language drawn for it"):
        shown(TEXTS, "xx", mixed(d1="ja", d2="ja"), "doc_id")


def test_queries_have_their_own_key() -> None:
    queries = {code: table.rename({"doc_id": "query_id"}) for code, table in TEXTS.items()}
    assert shown(queries, "xx", mixed(d1="ja"), "query_id").rows() == [("d1", "照明")]


def test_without_drawn_languages_a_mixed_side_is_all_texts() -> None:
    own = {"ru": TEXTS["ru"].head(1), "en": TEXTS["en"].slice(1, 1)}
    assert shown(own, "xx", None, "doc_id").rows() == [("d2", "door"), ("d1", "свет")]
