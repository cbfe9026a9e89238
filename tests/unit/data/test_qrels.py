"""Qrels: what every language can ask and answer."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.qrels import build_qrels
from switchrank.data.settings import Filter
from switchrank.data.texts import build_passages, build_queries
from switchrank.errors import SwitchRankError
from tests.toy import homeassistant as made

SPLITS = pl.DataFrame({"doc_id": list("abcdef"), "group": ["g"] * 6, "split": ["test"] * 5 + ["train"]})


def texts(key: str, language: str, ids: str) -> pl.DataFrame:
    columns = {key: [*ids], "language": [language] * len(ids), "text": [f"{language} {name}" for name in ids]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def test_only_ids_that_every_language_has_on_both_sides() -> None:
    queries = [texts("query_id", "en", "abcdf"), texts("query_id", "ja", "abdf")]
    passages = [texts("doc_id", "en", "abcdef"), texts("doc_id", "ja", "bcdef")]
    assert build_qrels(queries, passages, SPLITS, "test").rows() == [("b", "b", 1), ("d", "d", 1)]


def test_train_asks_for_english_only() -> None:
    found = build_qrels([texts("query_id", "en", "f")], [texts("doc_id", "en", "abcdef")], SPLITS, "train")
    assert found.rows() == [("f", "f", 1)]
    assert found.schema == {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}


def test_nothing_in_common_is_an_error_with_counts() -> None:
    queries = [texts("query_id", "en", "abc"), texts("query_id", "ru", "d")]
    passages = [texts("doc_id", "en", "abcd"), texts("doc_id", "ru", "abcd")]
    with pytest.raises(SwitchRankError, match=r"no test query is translated in all languages \(queries: en 3, ru 1\)"):
        build_qrels(queries, passages, SPLITS, "test")


def test_the_page_about_languages_quotes_the_message() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/add-a-language.md").read_text(encoding="utf-8")
    (quoted,) = re.findall(r'stops\s+with "([^"]+)"', page)
    texts_of_none = [texts("query_id", "en", "abc"), texts("query_id", "ar", "d")]
    with pytest.raises(SwitchRankError, match=quoted):
        build_qrels(texts_of_none, [texts("doc_id", "en", "abcd")], SPLITS, "test")


def test_an_empty_split_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="no document is in the split dev"):
        build_qrels([texts("query_id", "en", "")], [texts("doc_id", "en", "abc")], SPLITS, "dev")


def test_the_toy_benchmark_is_large_enough(
    toy: Wheel, toy_splits: pl.DataFrame, filters: tuple[Filter, Filter]
) -> None:
    passages = {code: build_passages(toy, code, *filters) for code in made.LANGUAGES}
    found = {}
    for split, rule in (("train", filters[0]), ("dev", filters[1]), ("test", filters[1])):
        ids = toy_splits.filter(pl.col("split") == split)["doc_id"]
        codes = ["en"] if split == "train" else list(made.LANGUAGES)
        queries = [build_queries(toy, code, ids, rule) for code in codes]
        qrels = build_qrels(queries, [passages[code] for code in codes], toy_splits, split)
        assert set(qrels["doc_id"]) <= set(ids)
        assert list(qrels.columns) == list(tables.QRELS.columns)
        found[split] = qrels.height
    assert found["train"] >= 30 and found["dev"] >= 4 and found["test"] >= 8
