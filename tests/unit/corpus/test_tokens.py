"""Tokens, sides and rebuilding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank import tables
from switchrank.corpus.rebuild import Replacement, rebuild
from switchrank.corpus.side import make_side, occurrences
from switchrank.corpus.tokens import tokenize
from switchrank.errors import SwitchRankError
from tests.unit.corpus.samples import PASSAGES, QUERIES, both_sides, every_pair, instances, tokens


def test_tokens_are_spans_with_lower_case_words(tmp_path: Path) -> None:
    found = tokens(QUERIES)
    row = found.row(0, named=True)
    assert row["word"] == ["turn", "on", "the", "kitchen", "light"]
    assert [row["text"][start:end] for start, end in zip(row["start"], row["end"], strict=True)] == [
        "Turn", "ON", "the", "Kitchen", "light",
    ]  # fmt: skip
    assert found["word"].list.len().to_list() == [5, 5, 6, 2, 0]
    tables.write(found, tmp_path / "tokens.parquet", tables.TOKENS)
    assert tables.read(tmp_path / "tokens.parquet", tables.TOKENS).rows() == found.rows()


def test_training_text_is_english() -> None:
    texts = pl.DataFrame({"query_id": ["q1", "q2"], "language": ["en", "ru"], "text": ["light", "свет"]})
    with pytest.raises(SwitchRankError, match="query_id 'q2' is in 'ru'; training texts are English"):
        tokenize(texts, "query_id")


def test_a_side_is_flat_arrays() -> None:
    side = make_side(
        1, tokens({"d1": "The light", "d2": "", "d3": "a light!"}), instances([(5, "q", "d3", 1), (9, "q", "d1", 0)])
    )
    assert side.vocabulary == ["a", "light", "the"]
    assert side.words.tolist() == [2, 1, 0, 1] and side.offsets.tolist() == [0, 2, 2, 4]
    assert side.starts.tolist() == [0, 4, 0, 2] and side.ends.tolist() == [3, 9, 1, 7]
    assert side.text_of.tolist() == [2, 0] and side.instances.tolist() == [5, 9]
    assert side.token_counts().tolist() == [2, 2]


def test_a_text_that_is_missing_is_named() -> None:
    with pytest.raises(SwitchRankError, match="instances: doc_id 'd9' has no text; tokens of 5 texts are at hand"):
        make_side(1, tokens(PASSAGES), instances([(1, "q1", "d1", 1), (2, "q1", "d9", 0)]))


def test_a_side_without_any_word() -> None:
    side = make_side(0, tokens({"q1": "…", "q2": ""}), instances([(1, "q1", "d", 1), (2, "q2", "d", 1)]))
    assert side.token_counts().tolist() == [0, 0]
    assert len(occurrences(side).row) == 0
    assert rebuild(side, []) == ["…", ""]


def test_occurrences_unroll_the_tokens_of_every_instance() -> None:
    side = make_side(0, both_sides()[0], every_pair())
    found = occurrences(side)
    counts = side.token_counts()
    assert len(found.row) == counts.sum()
    assert np.bincount(found.row, minlength=len(counts)).tolist() == counts.tolist()
    for row, position, token in zip(found.row, found.position, found.token, strict=True):
        text = side.text_of[row]
        assert side.offsets[text] + position == token < side.offsets[text + 1]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_rebuilding_replaces_the_spans_and_nothing_else(data: st.DataObject) -> None:
    side = make_side(1, both_sides()[1], every_pair())
    chosen = data.draw(st.sets(st.integers(0, len(occurrences(side).row) - 1), max_size=20))
    flat = occurrences(side)
    replacements = [
        Replacement(
            int(flat.row[at]), int(side.starts[flat.token[at]]), int(side.ends[flat.token[at]]), f"⟦{at}⟧", "ja"
        )
        for at in sorted(chosen)
    ]
    found = rebuild(side, replacements)
    for row, text in enumerate(found):
        for item in (item for item in replacements if item.row == row):
            text = text.replace(item.target, side.texts[side.text_of[row]][item.start : item.end], 1)
        assert text.encode() == side.texts[side.text_of[row]].encode()
    assert sum(text.count("⟦") for text in found) == len(chosen)
