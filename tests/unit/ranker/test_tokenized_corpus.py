"""A corpus as token ids, read again, is the corpus tokenised on the spot, at every length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.tokenized_corpus import read_encoded, tokenize_corpus

CPU = torch.device("cpu")


@pytest.fixture
def corpus_file(tmp_path: Path, corpus: pl.DataFrame) -> Path:
    """The toy corpus as a CORPUS table of two row groups."""
    filled = corpus.with_columns(
        *(
            pl.lit("x").alias(name)
            for name, kind in tables.CORPUS.columns.items()
            if str(kind) == "string" and name not in corpus.columns
        ),
        *(pl.lit(0, pl.Int32).alias(name) for name, kind in tables.CORPUS.columns.items() if str(kind) == "int32"),
    )
    with tables.stream(tmp_path / "corpus.parquet", tables.CORPUS) as append:
        append(filled[:50].to_arrow())
        append(filled[50:].to_arrow())
    return tmp_path / "corpus.parquet"


@pytest.mark.parametrize("max_length", [8, 12, 128])
def test_pairs_of_the_file_are_those_of_the_texts(
    tmp_path: Path, corpus_file: Path, corpus: pl.DataFrame, encoder_folder: Path, max_length: int
) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenize_corpus(corpus_file, tokenizer, tmp_path / "ids.parquet", "test")
    instances, pairs = read_encoded(tmp_path / "ids.parquet", tokenizer, max_length)
    expected = encode_pairs(tokenizer, corpus["query"].to_list(), corpus["passage"].to_list(), max_length)
    assert instances.select("instance_id", "label").equals(corpus.select("instance_id", "label"))
    rows = np.arange(corpus.height)
    for name, tensor in expected.batch(rows, CPU).items():
        assert torch.equal(pairs.batch(rows, CPU)[name], tensor)
    assert pairs.lengths.tolist() == expected.lengths.tolist()


def test_same_bytes_and_a_row_group_for_each(tmp_path: Path, corpus_file: Path, encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    for name in ("a", "b"):
        tokenize_corpus(corpus_file, tokenizer, tmp_path / f"{name}.parquet", "test")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert tables.group_count(tmp_path / "a.parquet", tables.ENCODED) == 2
    first = tables.read(tmp_path / "a.parquet", tables.ENCODED).row(0, named=True)
    text = tables.read(corpus_file, tables.CORPUS).row(0, named=True)
    assert first["passage_ids"] == tokenizer(text["passage"], add_special_tokens=False)["input_ids"]


def test_ids_of_another_tokenizer(tmp_path: Path, corpus_file: Path, encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenizer.add_tokens(["Turn"])
    tokenize_corpus(corpus_file, tokenizer, tmp_path / "ids.parquet", "test")
    other = read_hugging_face_tokenizer(encoder_folder)
    with pytest.raises(
        SwitchRankError, match=rf"ids\.parquet: found token id {len(other)}, but .* has {len(other)} tokens"
    ):
        read_encoded(tmp_path / "ids.parquet", other, 64)
