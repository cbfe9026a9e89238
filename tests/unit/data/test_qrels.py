"""Qrels: what every language can ask and answer."""

from __future__ import annotations

import polars as pl
import pytest

from switchrank import tables
from switchrank.data.qrels import build_qrels
from switchrank.data.readers.homeassistant import Reader
from switchrank.data.reading import SPLITS, joined
from switchrank.data.splits import in_split
from switchrank.data.texts import build_passages, build_queries
from switchrank.errors import SwitchRankError
from tests.toy import homeassistant as made


def texts(key: str, language: str, ids: str) -> pl.DataFrame:
    columns = {key: [*ids], "language": [language] * len(ids), "text": [f"{language} {name}" for name in ids]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def judged(ids: str) -> pl.DataFrame:
    rows = [(name, name, 1) for name in ids]
    return pl.DataFrame(rows, schema={"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}, orient="row")


def test_only_ids_that_every_language_has_on_both_sides() -> None:
    queries = [texts("query_id", "en", "abcdf"), texts("query_id", "ja", "abdf")]
    passages = [texts("doc_id", "en", "abcde"), texts("doc_id", "ja", "bcde")]
    assert build_qrels(judged("abcdef"), queries, passages, "test").rows() == [("b", "b", 1), ("d", "d", 1)]


def test_grades_and_several_passages_of_a_query_stay() -> None:
    given = pl.DataFrame({"query_id": ["q", "q", "q"], "doc_id": ["b", "a", "x"], "relevance": [0, 2, 1]})
    found = build_qrels(given, [texts("query_id", "hi", "q")], [texts("doc_id", "hi", "ab")], "test")
    assert found.rows() == [("q", "a", 2), ("q", "b", 0)]
    assert found.schema == {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}


def test_nothing_in_common_is_an_error_with_counts() -> None:
    queries = [texts("query_id", "en", "abc"), texts("query_id", "ru", "d")]
    passages = [texts("doc_id", "en", "abcd"), texts("doc_id", "ru", "abcd")]
    message = r"no test query is left .* \(judgements: 4; queries: en 3, ru 1; passages of the split: 4\)"
    with pytest.raises(SwitchRankError, match=message):
        build_qrels(judged("abcd"), queries, passages, "test")


def test_the_toy_benchmark_is_large_enough(toy_reader: Reader, toy_splits: pl.DataFrame) -> None:
    every = {code: build_passages(toy_reader, code) for code in made.LANGUAGES}
    found = {}
    for split in SPLITS:
        documents = in_split(toy_splits, split)
        codes = ["en"] if split == "train" else list(made.LANGUAGES)
        passages = [every[code].join(documents, on="doc_id", how="semi") for code in codes]
        queries = [build_queries(toy_reader, split, code, toy_splits, ["en"]) for code in codes]
        given = joined(toy_reader.qrels(split, "en"), "query_id", "doc_id", "relevance")
        qrels = build_qrels(given, queries, passages, split)
        assert set(qrels["doc_id"]) <= set(documents["doc_id"])
        assert list(qrels.columns) == list(tables.QRELS.columns)
        found[split] = qrels.height
    assert found["train"] >= 30 and found["dev"] >= 4 and found["test"] >= 8
