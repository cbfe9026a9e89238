"""Training texts as tokens: spans in bytes, words in a vocabulary, a row an instance."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank import tables
from switchrank.corpus.text_arrays import text_arrays
from switchrank.corpus.tokens import tokenize_instances
from switchrank.errors import SwitchRankError
from switchrank.words import words
from tests.unit.corpus.samples import PASSAGES, QUERIES, every_pair, instances, texts, tokenized


def test_tokens_are_spans_of_bytes_with_numbers_of_words(tmp_path: Path) -> None:
    tokens, vocabulary = tokenized(every_pair())
    names = vocabulary.column("word").to_pylist()
    for row in tokens.to_pylist():
        for side, shown in (("query", QUERIES[row["query_id"]]), ("passage", PASSAGES[row["doc_id"]])):
            assert row[side] == shown
            spans = zip(row[f"{side}_start"], row[f"{side}_end"], strict=True)
            pieces = [shown.encode()[start:end].decode().lower() for start, end in spans]
            assert pieces == [names[number] for number in row[f"{side}_word"]] == words(shown, "en")
    tables.write(tokens, tmp_path / "tokens.parquet", tables.TOKENS)
    tables.write(vocabulary, tmp_path / "vocabulary.parquet", tables.VOCABULARY)


def test_the_vocabulary_counts_each_text_once_however_often_it_is_shown() -> None:
    _, vocabulary = tokenized(
        instances([(1, "q1", "d1", 1), (2, "q1", "d2", 0), (3, "q1", "d1", 0)]),
        {"q1": "light Light", "q9": "never shown"},
        {"d1": "the light", "d2": "свет"},
    )
    counts = {row["word"]: (row["query_count"], row["passage_count"]) for row in vocabulary.to_pylist()}
    assert counts == {"light": (2, 1), "the": (0, 1), "свет": (0, 1)}


def test_forms_of_one_word_are_one_word_of_the_vocabulary() -> None:
    queries = {"q1": "Don’t touch the cafe\u0301\u00ad", "q2": "don't DON\u02bcT Café ca\u00adfé"}
    tokens, vocabulary = tokenized(
        instances([(1, "q1", "d1", 1), (2, "q2", "d1", 0)]), queries, {"d1": "\ufeffThe lamp"}
    )
    assert vocabulary.column("word").to_pylist() == ["don't", "touch", "the", "café", "lamp"]
    assert vocabulary.column("query_count").to_pylist() == [3, 1, 1, 3, 0]
    assert tokens.column("query").to_pylist() == list(queries.values())


def test_training_text_is_english() -> None:
    queries = pl.DataFrame({"query_id": ["q1", "q2"], "language": ["en", "ru"], "text": ["light", "свет"]})
    with pytest.raises(SwitchRankError, match="query_id 'q2' is in 'ru'; training texts are English"):
        tokenize_instances(instances([(1, "q1", "d1", 1)]), queries, texts("doc_id", PASSAGES))


def test_a_text_that_is_missing_is_named() -> None:
    with pytest.raises(SwitchRankError, match="instances: doc_id 'd9' has no text; texts of 1 are given"):
        tokenized(instances([(1, "q1", "d1", 1), (2, "q1", "d9", 0)]))


def test_pieces_are_row_groups_in_the_order_of_the_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchrank.corpus.tokens.STREAMED_ROWS", 10)
    shuffled = every_pair().sample(fraction=1.0, shuffle=True, seed=3)
    _, pieces = tokenize_instances(shuffled, texts("query_id", QUERIES), texts("doc_id", PASSAGES))
    made = list(pieces)
    assert [piece.num_rows for piece in made] == [10, 10, 5]
    whole, _ = tokenized(every_pair())
    assert pa.concat_tables(made).equals(whole)


def test_no_instance_gives_one_empty_piece() -> None:
    tokens, vocabulary = tokenized(instances([]))
    assert tokens.num_rows == vocabulary.num_rows == 0
    assert text_arrays(0, tokens).token_counts().tolist() == []


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 24), st.integers(0, 25))
def test_a_side_of_a_slice_is_that_slice_of_the_side(first: int, length: int) -> None:
    tokens, _ = tokenized(every_pair())
    for number in (0, 1):
        whole, part = text_arrays(number, tokens), text_arrays(number, tokens.slice(first, length))
        rows = range(first, min(first + length, 25))
        assert part.instances.tolist() == [whole.instances[row] for row in rows]
        assert part.token_counts().tolist() == [whole.token_counts()[row] for row in rows]
        for at, row in enumerate(rows):
            assert _text(part, at) == _text(whole, row)
            for name in ("start", "end", "word", "case"):
                assert (
                    getattr(part, name)[part.offsets[at] : part.offsets[at + 1]].tolist()
                    == getattr(whole, name)[whole.offsets[row] : whole.offsets[row + 1]].tolist()
                )


def _text(side, row):  # type: ignore[no-untyped-def]
    return bytes(side.text[side.text_offsets[row] : side.text_offsets[row + 1]])
