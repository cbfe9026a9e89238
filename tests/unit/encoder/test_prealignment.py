"""Contrastive training of the toy encoder on real parallel sentences."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import torch
from transformers import PreTrainedModel

from switchrank import tables
from switchrank.encoder.batch_schedule import plan_batches
from switchrank.encoder.diagnosis import DevTexts
from switchrank.encoder.embedding import embed, load_encoder
from switchrank.encoder.prealignment import prealign
from switchrank.encoder.settings import Batches, Contrastive
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer, save_model

VALUES = {
    "method": "contrastive",
    "base": "b",
    "pairs": [{"kind": "switched", "corpus": "c"}],
    "learning_rate": 5e-3,
    "precision": "fp32",
}
COLUMNS = [name for name in tables.PAIRS.columns if name not in ("pair_id", "english", "joint")]


@pytest.fixture(scope="module")
def pairs(texts: dict[str, list[str]]) -> pl.DataFrame:
    """Every English sentence with its six translations."""
    rows = [
        ("parallel", "o", f"{number}", "query", "query", "en", language, english, texts[language][number])
        for number, english in enumerate(texts["en"])
        for language in texts
        if language != "en"
    ]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return numbered(frame)


def numbered(pairs: pl.DataFrame) -> pl.DataFrame:
    """With the columns that are the same in all of these pairs, and ids from 0."""
    plain = pairs.with_columns(english=pl.lit(None, pl.String), joint=pl.lit(False))
    return plain.with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64)).select(list(tables.PAIRS.columns))


def train(
    pairs: pl.DataFrame, folder: Path, epochs: int = 8, seed: int = 1, **values: object
) -> tuple[PreTrainedModel, pl.DataFrame]:
    settings = Contrastive.model_validate({**VALUES, "batches": {"epochs": epochs, "size": 3}, **values})
    batches = plan_batches(pairs, settings.batches, seed, settings.joint and settings.joint.size)
    return prealign(pairs, batches, folder, settings, seed, 1, "test")[:2]


def test_the_loss_falls_and_translations_come_nearer(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path, texts: dict[str, list[str]]
) -> None:
    model, training = train(pairs, encoder_folder)
    tables.write(training, tmp_path / "training.parquet", tables.TRAINING)
    loss = training["loss"].to_list()
    assert len(loss) == 8 * 6
    assert sum(loss[-6:]) < 0.5 * sum(loss[:6])
    save_model(model, read_hugging_face_tokenizer(encoder_folder), tmp_path / "aligned")

    def right(folder: Path) -> int:
        english = embed(folder, texts["en"], "test")
        others = [embed(folder, texts[language], "test") for language in texts if language != "en"]
        return sum(int(((english @ other.T).argmax(1) == range(3)).sum()) for other in others)

    assert right(tmp_path / "aligned") > right(encoder_folder)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        model, _ = train(pairs, encoder_folder, 1, seed)
        save_model(model, read_hugging_face_tokenizer(encoder_folder), tmp_path / name)
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_word_embeddings_stay(pairs: pl.DataFrame, encoder_folder: Path, frozen: bool) -> None:
    model, _ = train(pairs, encoder_folder, 1, freeze_embeddings=frozen)
    before = load_encoder(encoder_folder).get_input_embeddings().weight
    assert torch.equal(model.get_input_embeddings().weight, before) == frozen
    assert not torch.equal(
        model.encoder.layer[0].output.dense.weight, load_encoder(encoder_folder).encoder.layer[0].output.dense.weight
    )


def test_a_tokenizer_that_pads_does_not_make_padding_count(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path
) -> None:
    """Published tokenizers often pad and cut every batch; the vectors must be those of the texts alone."""
    from tokenizers import Tokenizer

    shutil.copytree(encoder_folder, tmp_path / "padding")
    tokenizer = Tokenizer.from_file(str(encoder_folder / "tokenizer.json"))
    tokenizer.enable_padding(length=60, pad_id=1, pad_token="<pad>")
    tokenizer.enable_truncation(5)
    tokenizer.save(str(tmp_path / "padding/tokenizer.json"))
    _, expected = train(pairs, encoder_folder, 1)
    _, found = train(pairs, tmp_path / "padding", 1)
    assert found["loss"].to_list() == expected["loss"].to_list()
    assert found["padding"].to_list() == expected["padding"].to_list()


@pytest.mark.parametrize(("group", "share"), [(16, 5 / 20), (2, 1 / 16)])
def test_padding_share_by_hand(encoder_folder: Path, monkeypatch: pytest.MonkeyPatch, group: int, share: float) -> None:
    # tokens with <s> and </s>: "Licht" 3, "Licht Küche" 4; "Küche" 3, "Küche Licht Küche" 5
    about = [("k", "o", name, "query", "query", "de", "de") for name in "ab"]
    rows = [(*about[0], "Licht", "Küche"), (*about[1], "Licht Küche", "Küche Licht Küche")]
    pairs = numbered(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    monkeypatch.setattr("switchrank.encoder.batch_loss._GROUP", group)
    _, training = train(pairs, encoder_folder, 1)
    # all four padded to 5: 15 of 20 are tokens; in groups of two, 3 and 3 stand together, 4 and 5: 15 of 16
    assert training["padding"].to_list() == pytest.approx([share])


def test_more_tokens_than_the_encoder_has_positions_for(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    longest = load_encoder(encoder_folder).config.max_position_embeddings
    with pytest.raises(
        SwitchRankError, match=f"max_length is {longest + 1}, but the model has positions for {longest}"
    ):
        train(pairs, encoder_folder, 1, max_length=longest + 1)


def test_groups_of_like_length_change_neither_loss_nor_gradient(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load_encoder(encoder_folder)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.0  # else the draws differ
    save_model(encoder, read_hugging_face_tokenizer(encoder_folder), tmp_path)
    runs = []
    for group in (1, 16, 1000):
        monkeypatch.setattr("switchrank.encoder.batch_loss._GROUP", group)
        runs.append(train(pairs, tmp_path, 1)[1])
    for other in runs[1:]:
        for column in ("loss", "gradient_norm"):
            assert other[column].to_list() == pytest.approx(runs[0][column].to_list(), rel=1e-3)
    assert runs[0]["padding"].max() == 0 < runs[1]["padding"].min()


@pytest.mark.parametrize("values", [{"pooling": "cls"}, {"loss": "infonce"}, {"precision": "bf16"}])
def test_other_settings_change_the_loss(pairs: pl.DataFrame, encoder_folder: Path, values: dict[str, object]) -> None:
    _, usual = train(pairs, encoder_folder, 1)
    _, other = train(pairs, encoder_folder, 1, **values)
    assert other["loss"].is_finite().all()
    assert other["loss"][0] != usual["loss"][0]


def test_a_loss_that_is_no_number_names_step_and_pairs(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path
) -> None:
    model = load_encoder(encoder_folder)
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    with torch.no_grad():  # only the Russian sentence 0 (pair 1) holds this piece
        model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids("▁кухне")] = float("nan")
    save_model(model, tokenizer, tmp_path / "nan")
    batches = plan_batches(pairs, Batches(size=3), 1)
    step = batches.filter(pl.col("pair_id") == 1)["step"].item()
    rows = batches.filter(pl.col("step") == step).sort("position")["pair_id"].to_list()
    with pytest.raises(SwitchRankError) as error:
        train(pairs, tmp_path / "nan", 1)
    assert f"test: loss is nan in step {step}, rows {rows};" in str(error.value)
    assert 1 in rows


def without_dropout(source: Path, folder: Path) -> Path:
    encoder = load_encoder(source)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.0
    save_model(encoder, read_hugging_face_tokenizer(source), folder)
    return folder


@pytest.mark.parametrize("chunk", [1, 4, 100])
def test_the_gradient_cache_trains_the_same_encoder(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path, chunk: int
) -> None:
    folder = without_dropout(encoder_folder, tmp_path / "plain")
    expected, log = train(pairs, folder, 2)
    found, cached = train(pairs, folder, 2, chunk=chunk)
    for column in ("loss", "gradient_norm"):
        assert cached[column].to_list() == pytest.approx(log[column].to_list(), rel=1e-3)
    for (name, one), other in zip(expected.named_parameters(), found.parameters(), strict=True):
        # softmax does not see the bias of the keys: its gradient is rounding, which Adam scales up to a step
        assert name.endswith("key.bias") or torch.allclose(one, other, atol=2e-4), name


def test_the_gradient_cache_repeats_its_dropout(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    """With dropout, a second pass with other draws would give gradients of another function."""
    _, log = train(pairs, encoder_folder, 1)
    _, cached = train(pairs, encoder_folder, 1, chunk=16)  # the same groups, so the same draws in the first step
    assert cached["loss"][0] == pytest.approx(log["loss"][0], rel=1e-6)
    assert cached["gradient_norm"][0] == pytest.approx(log["gradient_norm"][0], rel=1e-4)


def test_prefixes_stand_before_the_texts(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    prefixed = pairs.with_columns(pl.format("query: {}", name).alias(name) for name in ("anchor", "positive"))
    _, expected = train(prefixed, encoder_folder, 1)
    _, found = train(pairs, encoder_folder, 1, prefixes={"query": "query: "})
    assert found["loss"].to_list() == expected["loss"].to_list()


def test_hard_negatives_make_the_first_loss_larger(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    settings = Contrastive.model_validate({**VALUES, "batches": {"size": 3}})
    negatives = pl.DataFrame(
        [(pair, 1, "Тёплый свет в ванной", "ru", "other", 0.5, 0.6) for pair in pairs["pair_id"]],
        schema=list(tables.NEGATIVES.columns),
        orient="row",
    )
    batches = plan_batches(pairs, settings.batches, 1)
    plain, hard = (prealign(pairs, batches, encoder_folder, settings, 1, 1, "t", n)[1] for n in (None, negatives))
    assert hard["loss"][0] > plain["loss"][0]


def test_diagnostics_on_dev_before_after_each_epoch_and_at_the_end(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path, texts: dict[str, list[str]]
) -> None:
    def by_language(key: str) -> dict[str, pl.DataFrame]:
        return {
            code: pl.DataFrame({key: ["a", "b", "c"], "language": code, "text": lines}) for code, lines in texts.items()
        }

    qrels = pl.DataFrame({"query_id": ["a", "b", "c"], "doc_id": ["a", "b", "c"], "relevance": [1, 1, 1]})
    dev = DevTexts(by_language("query_id"), by_language("doc_id"), qrels)
    settings = Contrastive.model_validate(
        {**VALUES, "batches": {"size": 3, "epochs": 8}, "diagnostics": {"benchmark": "b"}}
    )
    batches = plan_batches(pairs, settings.batches, 1)
    with_dev = prealign(pairs, batches, encoder_folder, settings, 1, 1, "t", None, dev)
    tables.write(with_dev[2], tmp_path / "diagnostics.parquet", tables.DIAGNOSTICS)
    found = with_dev[2].pivot("measure", index="step", values="value").sort("step")
    assert found["step"].to_list() == list(range(0, 49, 6))
    assert found["alignment"][-1] < found["alignment"][0]
    assert found["accuracy"][-1] > found["accuracy"][0]
    # measuring must not change what is trained
    without = prealign(pairs, batches, encoder_folder, settings, 1, 1, "t")
    assert without[1]["loss"].to_list() == with_dev[1]["loss"].to_list()
    assert without[2].is_empty()


# -- the joint loss ----------------------------------------------------------------------------------------
JOINT = {"weight": 0.25, "size": 3, "temperature": 0.2, "pairs": [{"kind": "switched", "corpus": "c"}]}


def first_loss(pairs: pl.DataFrame, batch: list[int], folder: Path, **values: object) -> float:
    """The loss of one step with these pairs."""
    settings = Contrastive.model_validate({**VALUES, "loss": "symmetric", **values})
    steps = {"step": 1, "position": range(len(batch)), "pair_id": batch}
    batches = pl.DataFrame(steps, schema=dict.fromkeys(tables.BATCHES.columns, pl.Int64))
    return float(prealign(pairs, batches, folder, settings, 1, 1, "test").training["loss"][0])


def test_a_joint_step_goes_down_its_loss_plus_lambda_times_the_other(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path
) -> None:
    """Each of the two losses is also trained on by itself: the batch's, and one-way InfoNCE at its own temperature."""
    encoder = load_encoder(encoder_folder)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.0  # else the draws differ
    save_model(encoder, read_hugging_face_tokenizer(encoder_folder), tmp_path)
    main, beside = [0, 7, 13], [2, 9]  # of different sentences
    alone = first_loss(pairs, main, tmp_path), first_loss(pairs, beside, tmp_path, loss="infonce", temperature=0.2)
    marked = pairs.with_columns(joint=pl.col("pair_id").is_in(beside))
    both = first_loss(marked, main + beside, tmp_path, joint=JOINT)
    assert both == pytest.approx(alone[0] + 0.25 * alone[1], rel=1e-5)
    assert alone[1] > 0.01


@pytest.mark.parametrize("chunk", [None, 2])
def test_a_joint_loss_trains_and_its_weight_counts(
    pairs: pl.DataFrame, encoder_folder: Path, chunk: int | None
) -> None:
    marked = pairs.with_columns(joint=pl.col("pair_id") % 2 == 1)
    found = [train(marked, encoder_folder, 1, chunk=chunk, joint=JOINT | {"weight": weight}) for weight in (0.5, 1.0)]
    weights = [model.encoder.layer[0].output.dense.weight for model, _ in found]
    assert not torch.equal(*weights)
    assert all(training["loss"].is_finite().all() for _, training in found)
