"""The joint loss and the curriculum of rankers, against vectors that are computed text by text."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from transformers import AutoTokenizer

from switchrank import tables
from switchrank.encoder.embedding import load_encoder
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.alignment import Frame, different_texts
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.settings import Joint
from switchrank.ranker.stored_pairs import stored_again, stored_corpus
from switchrank.ranker.tokenized_corpus import tokenize_corpus
from switchrank.ranker.training import stage_of
from tests.toy.training import english_of, toy_training

JOINT = {"english": "english", "weight": 0.25, "temperature": 0.2}


def by_hand(rows: pl.DataFrame, sides: list[str], folder: Path) -> float:
    """InfoNCE from an English text to its switched form, each encoded alone without padding."""
    model, tokenizer = load_encoder(folder).eval(), AutoTokenizer.from_pretrained(folder)
    english = english_of(rows)
    pairs: dict[str, str] = {}
    for number in range(rows.height):
        for side in sides:
            one, other = english[side][number], rows[side][number]
            if one != other and other not in pairs.values():
                pairs.setdefault(one, other)

    def vector(text: str) -> list[float]:
        with torch.no_grad():
            first = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0, 0]
        length = float(first.norm())
        return [float(value) / length for value in first]

    left, right = [vector(text) for text in pairs], [vector(text) for text in pairs.values()]
    scores = [[sum(map(math.prod, zip(a, b, strict=True))) / 0.2 for b in right] for a in left]
    return sum(math.log(sum(map(math.exp, row))) - row[at] for at, row in enumerate(scores)) / len(scores)


@pytest.mark.parametrize("sides", [["query"], ["query", "passage"]])
def test_a_step_goes_down_the_ranking_loss_plus_lambda_times_infonce(
    corpus: pl.DataFrame, encoder_folder: Path, sides: list[str]
) -> None:
    """All rows in one batch: three English sentences, each with one of its translations."""
    rows = corpus.filter(pl.col("query_id").is_in(["light-ru", "light-en"]))
    values = {"batch_size": rows.height, "max_steps": 1}
    plain = toy_training(rows, encoder_folder, **values).training["loss"][0]
    joint = JOINT | {"sides": sides}
    found = toy_training(rows, encoder_folder, joint=joint, **values).training["loss"][0]
    if sides == ["query"]:  # one English query only: nothing to contrast it with
        assert found == plain
        return
    assert found == pytest.approx(plain + 0.25 * by_hand(_in_batch_order(rows), sides, encoder_folder), rel=1e-4)


def _in_batch_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Of several translations of a sentence the first of the batch counts, so its order matters."""
    from switchrank.randomness import key_of
    from switchrank.training.batching import bucketed_batches

    return rows[bucketed_batches(LENGTHS[rows.height], rows.height, key_of(1, "ranker"), 0)[0]]


LENGTHS: dict[int, np.ndarray] = {}


@pytest.fixture(autouse=True)
def lengths(corpus: pl.DataFrame, encoder_folder: Path) -> None:
    rows = corpus.filter(pl.col("query_id").is_in(["light-ru", "light-en"]))
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    LENGTHS[rows.height] = encode_pairs(tokenizer, rows["query"].to_list(), rows["passage"].to_list(), 128).lengths


def test_a_joint_training_in_parts_is_that_of_the_whole_batch(corpus: pl.DataFrame, encoder_folder: Path) -> None:
    rows, values = corpus[:42], {"joint": JOINT, "max_steps": 2, "batch_size": 42}
    one, parts = (toy_training(rows, encoder_folder, accumulate=count, **values).training for count in (1, 3))
    for column in ("loss", "gradient_norm"):
        assert parts[column].to_list() == pytest.approx(one[column].to_list(), rel=1e-3)


def test_texts_that_were_not_switched_or_are_alike_are_no_negatives(encoder_folder: Path) -> None:
    door = "open the door"
    english = [(door, "It opens."), (door, "It closes."), ("stop", "It stops."), ("go", "It goes.")]
    switched = [("open дверь", "It opens."), ("open 门", "إنه closes."), ("रुको", "x"), ("रुको", "It goes.")]
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    pairs = [encode_pairs(tokenizer, *map(list, zip(*texts, strict=True)), 64) for texts in (english, switched)]
    found = different_texts(*pairs, np.arange(4), Joint(english="e"))
    expected = [
        ("open the door", "open дверь"),
        ("It closes.", "إنه closes."),
        ("stop", "रुको"),
        ("It stops.", "x"),
    ]
    sides = zip(*expected, strict=True)
    ids = [[tokenizer(text, add_special_tokens=False)["input_ids"] for text in side] for side in sides]
    assert [[one.tolist() for one in side] for side in found] == ids
    queries, _ = different_texts(*pairs, np.arange(2, 4), Joint(english="e", sides=["query"]))
    assert [one.tolist() for one in queries] == [ids[0][2]]


def test_a_text_alone_is_framed_as_the_tokenizer_does_it_and_loses_its_end(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    text = "打开厨房的灯。 Открой дверь"
    ids = np.array(tokenizer(text, add_special_tokens=False)["input_ids"], dtype=np.int32)
    assert Frame.of(tokenizer, 64).around(ids) == tokenizer(text)["input_ids"]
    assert Frame.of(tokenizer, 8).around(ids) == tokenizer(text, truncation=True, max_length=8)["input_ids"]


# -- curriculum ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("steps", "stages", "expected"),
    [(6, 3, [0, 0, 1, 1, 2, 2]), (5, 2, [0, 0, 0, 1, 1]), (2, 3, [0, 1]), (3, 1, [0, 0, 0])],
)
def test_stages_share_the_steps(steps: int, stages: int, expected: list[int]) -> None:
    assert [stage_of(done, steps, stages) for done in range(steps)] == expected


def test_a_curriculum_shows_the_earlier_corpus_first_in_the_same_batches(
    corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    """One step each: the first is that of a training on English, the second that of one on the corpus itself."""
    rows = corpus.filter(pl.col("query_id") == "light-hi")
    values = {"batch_size": rows.height, "learning_rate": 1e-12, "max_steps": 2, "schedule": "constant", "warmup": 0.0}
    found, own, english = (
        toy_training(shown, encoder_folder, **values, **more).training
        for shown, more in ((rows, {"curriculum": ["english"]}), (rows, {}), (english_of(rows), {}))
    )
    for column, accuracy in (("loss", 1e-6), ("padding", 1e-9)):
        expected = [english[column][0], own[column][1]]
        assert found[column].to_list() == pytest.approx(expected, rel=accuracy)
        assert english[column][0] != pytest.approx(own[column][0], rel=accuracy)


def test_another_corpus_must_have_the_same_instances(
    tmp_path: Path, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    strings = {"query_language": "xx", "passage_language": "xx", "doc_id": "d"}
    counts = {name: 0 for name in tables.CORPUS.columns if name.split("_")[-1] in ("tokens", *_COUNTED)}
    rows = corpus.with_columns(**{name: pl.lit(value) for name, value in (strings | counts).items()})
    for name, shown in (("all", rows), ("less", rows[1:])):
        kept = shown.with_columns(pl.col(name).cast(pl.Int32) for name in counts)
        tables.write(kept.select(list(tables.CORPUS.columns)), tmp_path / name, tables.CORPUS)
        tokenize_corpus(tmp_path / name, tokenizer, tmp_path / f"{name}.parquet", "test")
    with stored_corpus(tmp_path / "all.parquet", tokenizer, 64, False) as (instances, pairs):
        with stored_again(tmp_path / "all.parquet", tokenizer, 64, instances) as again:
            rows_of = np.array([3, 1])
            assert again.texts_of(rows_of).tolist() == pairs.texts_of(rows_of).tolist()
        message = rf"less.parquet: {corpus.height - 1} instances, which are not the {corpus.height} that the ranker is"
        with (
            pytest.raises(SwitchRankError, match=message),
            stored_again(tmp_path / "less.parquet", tokenizer, 64, instances),
        ):
            pass


_COUNTED = ("known", "unknown", "switched", "content")
