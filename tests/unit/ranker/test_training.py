"""Training of the toy ranker."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

from switchrank import tables
from switchrank.batching import bucketed_batches
from switchrank.encoder.embedding import load_encoder
from switchrank.errors import SwitchRankError
from switchrank.model_folder import read_hugging_face_tokenizer, save_model
from switchrank.randomness import key_of
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.model import new_ranker

TrainToy = Callable[..., tuple[PreTrainedModel, pl.DataFrame]]


def test_it_learns(tmp_path: Path, train_toy: TrainToy, corpus: pl.DataFrame) -> None:
    _, training = train_toy(epochs=6)
    tables.write(training, tmp_path / "training.parquet", tables.TRAINING)
    steps = math.ceil(corpus.height / 8)
    assert training.height == 6 * steps
    loss = training["loss"].to_list()
    assert sum(loss[-steps:]) < 0.3 * sum(loss[:steps])


def test_the_schedule_is_as_long_as_the_training(train_toy: TrainToy) -> None:
    _, training = train_toy(epochs=2, warmup=0.1, learning_rate=1e-3)
    rates = training["learning_rate"].to_list()
    # 147 instances: 19 steps an epoch, 38 in all, 4 of them rising, then 35ths
    assert len(rates) == 38
    assert rates[:4] == pytest.approx([2.5e-4, 5e-4, 7.5e-4, 1e-3])
    assert rates[-1] == pytest.approx(1e-3 / 35)


def test_the_first_loss_is_the_cross_entropy_of_the_first_batch(
    train_toy: TrainToy, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    _, training = train_toy(seed=3)
    torch.manual_seed(3)
    model = new_ranker(encoder_folder, 0.0, "cls", float(corpus["label"].mean())).eval()
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    encoded = [tokenizer(query, passage)["input_ids"] for query, passage in corpus.select("query", "passage").rows()]
    lengths = np.asarray([len(ids) for ids in encoded])
    rows = bucketed_batches(lengths, 8, key_of(3, "ranker"), 0)[0]
    losses = []
    for row in rows.tolist():  # one by one: no padding
        with torch.inference_mode():
            logit = model(input_ids=torch.tensor([encoded[row]])).logits.item()
        positive = 1 / (1 + math.exp(-logit))
        losses.append(-math.log(positive if corpus["label"][row] else 1 - positive))
    assert training["loss"][0] == pytest.approx(sum(losses) / 8, rel=1e-5)
    assert training["padding"][0] == pytest.approx(1 - lengths[rows].sum() / (8 * lengths[rows].max()))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, train_toy: TrainToy, encoder_folder: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        torch.rand(ord(name))  # what was drawn before must not matter
        model, _ = train_toy(seed, dropout=0.1)
        save_model(model, read_hugging_face_tokenizer(encoder_folder), tmp_path / name)
    for file in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    assert (tmp_path / "a/model.safetensors").read_bytes() != (tmp_path / "c/model.safetensors").read_bytes()


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_word_embeddings_stay_bit_for_bit(train_toy: TrainToy, encoder_folder: Path, frozen: bool) -> None:
    model, _ = train_toy(freeze_embeddings=frozen)
    encoder = load_encoder(encoder_folder)
    assert torch.equal(model.get_input_embeddings().weight, encoder.get_input_embeddings().weight) == frozen
    before, after = encoder.encoder.layer[1], model.bert.encoder.layer[1]
    assert not torch.equal(after.output.dense.weight, before.output.dense.weight)


def test_dropout_is_the_one_asked_for(train_toy: TrainToy, encoder_folder: Path) -> None:
    model = new_ranker(encoder_folder, 0.3, "cls", 0.5)
    rates = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    assert rates == {0.3}
    losses = [train_toy(dropout=dropout)[1]["loss"][0] for dropout in (0.0, 0.3)]
    assert losses[0] != losses[1]


def test_texts_are_cut_at_the_length_asked_for(train_toy: TrainToy, corpus: pl.DataFrame) -> None:
    rows = corpus.filter(pl.col("query").str.starts_with("Turn on"))  # every pair is longer than 8 tokens
    assert train_toy(rows=rows, max_length=8)[1]["padding"].to_list() == [0.0] * 3
    assert train_toy(rows=rows, max_length=128)[1]["padding"].sum() > 0


def test_bf16_trains(train_toy: TrainToy) -> None:
    model, training = train_toy(precision="bf16")
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert training["loss"].is_finite().all()
    assert training["loss"].to_list() != train_toy()[1]["loss"].to_list()


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_only(train_toy: TrainToy, corpus: pl.DataFrame, label: int) -> None:
    with pytest.raises(SwitchRankError, match=rf"^test: the corpus has labels \[{label}\]; training needs positives"):
        train_toy(rows=corpus.filter(pl.col("label") == label))


def test_a_loss_that_is_no_number_names_step_and_instances(
    tmp_path: Path, train_toy: TrainToy, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    """A word embedding is NaN; the only instance that holds it is found by its id."""
    encoder, tokenizer = load_encoder(encoder_folder), read_hugging_face_tokenizer(encoder_folder)
    with torch.no_grad():
        encoder.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids("▁кухне")] = float("nan")
    save_model(encoder, tokenizer, tmp_path / "nan")
    rows = corpus.filter(~pl.col("query").str.contains("кухне"))
    keep = rows.filter(pl.col("passage").str.contains("кухне"))["instance_id"][0]
    rows = rows.filter(~pl.col("passage").str.contains("кухне") | (pl.col("instance_id") == keep))
    lengths = encode_pairs(tokenizer, rows["query"].to_list(), rows["passage"].to_list(), 128).lengths
    batches = [
        rows["instance_id"].to_numpy()[batch].tolist() for batch in bucketed_batches(lengths, 8, key_of(1, "ranker"), 0)
    ]
    step = next(number for number, batch in enumerate(batches, 1) if keep in batch)
    with pytest.raises(SwitchRankError) as error:
        train_toy(rows=rows, folder=tmp_path / "nan")
    assert f"test: loss is nan in step {step}, rows {batches[step - 1]};" in str(error.value)


def test_no_encoder_in_the_folder(tmp_path: Path, encoder_folder: Path) -> None:
    with pytest.raises(SwitchRankError, match="absent: no such folder; expected the folder of an encoder"):
        new_ranker(tmp_path / "absent", 0.1, "cls", 0.5)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SwitchRankError, match=r"empty: .*expected the folder of an encoder"):
        new_ranker(tmp_path / "empty", 0.1, "cls", 0.5)


def test_an_encoder_that_lacks_weights(tmp_path: Path, encoder_folder: Path) -> None:
    """transformers would draw the missing layer at random and go on."""
    shutil.copytree(encoder_folder, tmp_path / "part")
    weights = load_file(encoder_folder / "model.safetensors")
    save_file({n: w for n, w in weights.items() if ".layer.1." not in n}, tmp_path / "part/model.safetensors")
    with pytest.raises(SwitchRankError, match=r"part: 16 weights are missing, such as bert\.encoder\.layer\.1"):
        new_ranker(tmp_path / "part", 0.1, "cls", 0.5)
