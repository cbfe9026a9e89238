"""A corpus as token ids, read again, is the corpus tokenised on the spot, at every length."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.settings import Training
from switchrank.ranker.stored_pairs import stored_corpus
from switchrank.ranker.tokenized_corpus import tokenize_corpus
from switchrank.ranker.training import train_ranker
from tests.toy.training import toy_training

CPU = torch.device("cpu")


@pytest.fixture
def corpus_file(tmp_path: Path, corpus: pl.DataFrame) -> Path:
    """The toy corpus as a CORPUS table of two row groups."""
    write_corpus(corpus, tmp_path / "corpus.parquet")
    return tmp_path / "corpus.parquet"


def write_corpus(corpus: pl.DataFrame, path: Path) -> None:
    filled = corpus.with_columns(
        *(
            pl.lit("x").alias(name)
            for name, kind in tables.CORPUS.columns.items()
            if str(kind) == "string" and name not in corpus.columns
        ),
        *(pl.lit(0, pl.Int32).alias(name) for name, kind in tables.CORPUS.columns.items() if str(kind) == "int32"),
    )
    with tables.stream(path, tables.CORPUS) as append:
        append(filled[:50].to_arrow())
        append(filled[50:].to_arrow())


@pytest.mark.parametrize("max_length", [8, 12, 128])
def test_pairs_of_the_file_are_those_of_the_texts(
    tmp_path: Path, corpus_file: Path, corpus: pl.DataFrame, encoder_folder: Path, max_length: int
) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenize_corpus(corpus_file, tokenizer, tmp_path / "ids.parquet", "test")
    expected = encode_pairs(tokenizer, corpus["query"].to_list(), corpus["passage"].to_list(), max_length)
    with stored_corpus(tmp_path / "ids.parquet", tokenizer, max_length, whole_queries=True) as (instances, pairs):
        assert instances.columns == ["instance_id", "label", "query_id"]
        assert instances.cast({"query_id": pl.String}).equals(corpus.select(instances.columns))
        for rows in (np.arange(corpus.height), np.asarray([146, 3, 60, 3, 0])):  # both row groups, out of order
            for name, tensor in expected.batch(rows, CPU).items():
                assert torch.equal(pairs.batch(rows, CPU)[name], tensor)
        assert pairs.lengths.tolist() == expected.lengths.tolist()


def test_texts_that_lose_their_start(
    tmp_path: Path, corpus_file: Path, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenizer.truncation_side = "left"
    tokenize_corpus(corpus_file, tokenizer, tmp_path / "ids.parquet", "test")
    expected = encode_pairs(tokenizer, corpus["query"].to_list(), corpus["passage"].to_list(), 9)
    rows = np.arange(corpus.height)
    with stored_corpus(tmp_path / "ids.parquet", tokenizer, 9, whole_queries=False) as (instances, pairs):
        assert instances.columns == ["instance_id", "label"]
        assert torch.equal(pairs.batch(rows, CPU)["input_ids"], expected.batch(rows, CPU)["input_ids"])


@pytest.mark.parametrize("loss", ["pointwise", "lce"])
def test_a_training_from_the_file_gives_the_weights_of_one_in_memory(
    tmp_path: Path, corpus_file: Path, corpus: pl.DataFrame, encoder_folder: Path, loss: str
) -> None:
    """The same batches in the same order, whose ids are numbered alike: every bit of the weights is equal."""
    rows = corpus.sample(fraction=1, shuffle=True, seed=3).with_columns(instance_id=pl.Series(corpus["instance_id"]))
    values = {"loss": loss, "batch_size": 43, "learning_rate": 5e-3, "epochs": 2, "dropout": 0.1}
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    write_corpus(rows, tmp_path / "shuffled.parquet")
    tokenize_corpus(tmp_path / "shuffled.parquet", tokenizer, tmp_path / "ids.parquet", "test")
    expected = toy_training(rows, encoder_folder, **values)
    settings = Training.model_validate({"precision": "fp32", **values})
    with stored_corpus(tmp_path / "ids.parquet", tokenizer, settings.max_length, loss != "pointwise") as stored:
        found = train_ranker(*stored, encoder_folder, settings, 1, 1, "test")
    for name, weight in expected.model.state_dict().items():
        assert torch.equal(found.model.state_dict()[name], weight), name
    columns = ["step", "loss", "gradient_norm", "padding"]
    assert found.training.select(columns).equals(expected.training.select(columns))


def test_a_copy_in_another_process_reads_the_same_files(
    tmp_path: Path, corpus_file: Path, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `launch` does with its arguments; the files are gone after the block, the corpus is not."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    tokenizer, rows = read_hugging_face_tokenizer(encoder_folder), np.asarray([5, 0, 120])
    tokenize_corpus(corpus_file, tokenizer, tmp_path / "ids.parquet", "test")
    with stored_corpus(tmp_path / "ids.parquet", tokenizer, 64, whole_queries=False) as (_, pairs):
        copy = pickle.loads(pickle.dumps(pairs))  # noqa: S301
        assert torch.equal(copy.batch(rows, CPU)["input_ids"], pairs.batch(rows, CPU)["input_ids"])
        copy.texts.close()
        assert len(list((tmp_path / "scratch").iterdir())) == 1
    assert list((tmp_path / "scratch").iterdir()) == []


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
    stored = stored_corpus(tmp_path / "ids.parquet", other, 64, whole_queries=False)
    with pytest.raises(
        SwitchRankError, match=rf"ids\.parquet: found token id {len(other)}, but .* has {len(other)} tokens"
    ):
        stored.__enter__()
