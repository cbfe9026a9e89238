"""Training of the toy ranker."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel, XLMRobertaConfig, XLMRobertaForSequenceClassification

from switchrank import tables
from switchrank.encoder.embedding import load_encoder
from switchrank.errors import SwitchRankError
from switchrank.models.checks import positions_of
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.randomness import key_of
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.model import new_ranker
from switchrank.training.batching import bucketed_batches

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


# -- losses, length, layers -------------------------------------------------------------------------
@pytest.mark.parametrize("loss", ["ranknet", "lce"])
def test_the_listwise_losses_learn(train_toy: TrainToy, loss: str) -> None:
    _, training = train_toy(loss=loss, batch_size=42, epochs=8, learning_rate=3e-3)
    values = training["loss"].to_list()
    assert len(values) == 8 * 4  # seven queries of 21, two a batch
    assert sum(values[-4:]) < 0.5 * sum(values[:4])


def test_the_first_listwise_loss_is_that_of_a_query_on_its_own(
    train_toy: TrainToy, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    """A batch of one query: seven positives, each against the same fourteen negatives."""
    torch.manual_seed(1)
    model = new_ranker(encoder_folder, 0.0, "cls", float(corpus["label"].mean())).eval()
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    rows = corpus.filter(query_id="light-hi")
    logits = []
    for query, passage in rows.select("query", "passage").rows():
        with torch.inference_mode():
            logits.append(model(**tokenizer(query, passage, return_tensors="pt")).logits.item())
    weights = np.exp(logits)
    positive = rows["label"].to_numpy() == 1
    shares = weights[positive] / (weights[positive] + weights[~positive].sum())
    _, training = train_toy(rows=rows, loss="lce", batch_size=1)
    assert training.height == 1
    # another share of positives is another bias of the head, which a softmax does not see
    assert training["loss"].item() == pytest.approx(-np.log(shares).mean(), rel=1e-4)


@pytest.mark.parametrize("loss", ["pointwise", "lce"])
def test_max_steps_take_as_many_passes_as_they_need(train_toy: TrainToy, loss: str) -> None:
    for steps in (3, 45):
        _, training = train_toy(loss=loss, max_steps=steps, learning_rate=1e-3)
        assert training["step"].to_list() == list(range(1, steps + 1))


def test_a_warm_up_as_long_as_the_training(train_toy: TrainToy) -> None:
    with pytest.raises(
        SwitchRankError, match=r"^test: warmup_steps is 19, but the training has 19 steps; it must be b"
    ):
        train_toy(warmup_steps=19)
    _, training = train_toy(warmup_steps=18, learning_rate=1e-3)
    assert training["learning_rate"].to_list() == pytest.approx([1e-3 * n / 18 for n in range(1, 19)] + [5e-4])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_frozen_layers_stay_bit_for_bit(train_toy: TrainToy, encoder_folder: Path, count: int) -> None:
    model, _ = train_toy(freeze_layers=count, freeze_embeddings=False)
    encoder = load_encoder(encoder_folder)
    for number in range(2):
        before, after = encoder.encoder.layer[number].state_dict(), model.bert.encoder.layer[number].state_dict()
        same = all(torch.equal(after[name], value) for name, value in before.items())
        assert same == (number < count)
    positions = encoder.embeddings.position_embeddings.weight, model.bert.embeddings.position_embeddings.weight
    assert torch.equal(*positions) == (count > 0)


def test_more_frozen_layers_than_there_are(train_toy: TrainToy) -> None:
    with pytest.raises(SwitchRankError, match="freeze_layers is 3, but the model has 2 layers"):
        train_toy(freeze_layers=3)


def test_compile_compiles_the_model(train_toy: TrainToy, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(torch.nn.Module, "compile", lambda self, dynamic: asked.append(dynamic))
    train_toy(max_steps=1)
    assert asked == []
    train_toy(max_steps=1, compile=True)
    assert asked == [True]


def test_fp16_needs_a_gpu(train_toy: TrainToy) -> None:
    with pytest.raises(
        SwitchRankError, match=r"^precision: found fp16, which needs a CUDA device, but .* on cpu; allow"
    ):
        train_toy(precision="fp16")


def test_the_effective_batch_and_the_negatives_are_told(
    train_toy: TrainToy, capsys: pytest.CaptureFixture[str]
) -> None:
    train_toy(max_steps=1, accumulate=2)
    assert (
        "test: pointwise, 8 instances per update (1 process(es), 2 part(s) each); 49 positives, 98 negatives, "
        "2.00 a positive\n"
    ) in capsys.readouterr().err


# -- encoders and tokenizers that do not fit ----------------------------------------------------------
def test_a_length_beyond_the_positions(train_toy: TrainToy, encoder_folder: Path) -> None:
    message = rf"^{encoder_folder}: max_length is 129, but the model has positions for 128 tokens; at most that$"
    with pytest.raises(SwitchRankError, match=message):
        train_toy(max_length=129)


def test_positions_of_robertas_family_start_after_the_padding() -> None:
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    config = XLMRobertaConfig(vocab_size=9, max_position_embeddings=514, pad_token_id=1, **shape)
    assert positions_of(XLMRobertaForSequenceClassification(config)) == 512


def test_a_folder_without_a_tokenizer(tmp_path: Path, train_toy: TrainToy, encoder_folder: Path) -> None:
    shutil.copytree(encoder_folder, tmp_path / "none")
    (tmp_path / "none/tokenizer.json").unlink()
    with pytest.raises(SwitchRankError, match=r"none/tokenizer.json: no such file; a model folder holds"):
        train_toy(folder=tmp_path / "none")


def test_a_tokenizer_with_more_tokens_than_embeddings(
    tmp_path: Path, train_toy: TrainToy, encoder_folder: Path
) -> None:
    encoder, tokenizer = load_encoder(encoder_folder), read_hugging_face_tokenizer(encoder_folder)
    rows = encoder.get_input_embeddings().weight.shape[0]
    tokenizer.add_tokens([f"новое{number}" for number in range(rows)])
    save_model(encoder, tokenizer, tmp_path / "large")
    with pytest.raises(SwitchRankError, match=rf"large: the tokenizer has token ids up to \d+, .* for {rows} tokens"):
        train_toy(folder=tmp_path / "large")


def test_a_tokenizer_that_pads_otherwise(tmp_path: Path, train_toy: TrainToy, encoder_folder: Path) -> None:
    shutil.copytree(encoder_folder, tmp_path / "other")
    path = tmp_path / "other/tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**settings, "pad_token": "<unk>"}), encoding="utf-8")
    with pytest.raises(SwitchRankError, match="other: the tokenizer pads with token id 3, the model with 1; both must"):
        train_toy(folder=tmp_path / "other")
