"""Pairs put together as arrays are those of the tokenizer: special tokens, token types, cutting, padding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import processors
from transformers import PreTrainedTokenizerFast

from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import Texts, encode_pairs
from switchrank.ranker.flat_lists import Ragged, positions, ragged
from switchrank.ranker.pair_template import longest_first
from tests.unit.conftest import TEXTS
from tests.unit.ranker.tokenizers_of import FAMILIES, tokenizer_of

CPU = torch.device("cpu")
EVERY = [text for sentences in TEXTS.values() for text in sentences]
TEXT = st.sampled_from(EVERY) | st.lists(st.sampled_from(EVERY), max_size=3).map("  ".join) | st.text(max_size=12)


@pytest.fixture(scope="module")
def kept(encoder_folder: Path) -> dict[str, Texts]:
    found = {"e5": Texts(read_hugging_face_tokenizer(encoder_folder))}
    return found | {name: Texts(tokenizer_of(name, EVERY)) for name in FAMILIES}


def same_as_the_tokenizer(texts: Texts, pairs: list[tuple[str, str]], max_length: int) -> None:
    queries, passages = map(list, zip(*pairs, strict=True))
    expected = texts.tokenizer(
        queries, passages, truncation="longest_first", max_length=max_length, padding=True, return_tensors="pt"
    )
    found = texts.pairs(queries, passages, max_length)
    batch = found.batch(np.arange(len(pairs)), CPU)
    assert set(batch) == set(texts.tokenizer.model_input_names)
    for name, tensor in batch.items():
        assert torch.equal(tensor, expected[name]), name
    assert found.lengths.tolist() == expected["attention_mask"].sum(1).tolist()


@pytest.mark.parametrize("family", ["e5", *FAMILIES])
@given(pairs=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), max_length=st.integers(5, 40))
def test_pairs_are_those_of_the_tokenizer(
    family: str, kept: dict[str, Texts], pairs: list[tuple[str, str]], max_length: int
) -> None:
    same_as_the_tokenizer(kept[family], pairs, max_length)


def test_texts_cut_on_the_left() -> None:
    tokenizer = tokenizer_of("bert", EVERY)
    tokenizer.truncation_side = "left"
    same_as_the_tokenizer(Texts(tokenizer), list(zip(EVERY, EVERY[::-1], strict=True)), 11)


def test_token_types_and_rows_in_any_order(kept: dict[str, Texts]) -> None:
    pairs = kept["bert"].pairs(["a", "a b c"], ["b b", "a"], 16)
    batch = pairs.batch(np.asarray([1, 0, 1]), CPU)
    assert batch["token_type_ids"].tolist()[0] == [0] * 5 + [1, 1]
    assert batch["token_type_ids"].tolist()[1] == [0, 0, 0, 1, 1, 1, 0]
    assert batch["attention_mask"].tolist() == [[1] * 7, [1] * 6 + [0], [1] * 7]
    assert torch.equal(batch["input_ids"][0], batch["input_ids"][2])
    assert all(tensor.dtype == torch.int64 for tensor in batch.values())


@pytest.mark.parametrize(
    ("query", "passage", "room", "kept_query", "kept_passage"),
    [
        (2, 8, 5, 2, 3),  # the shorter one stays whole
        (8, 2, 5, 3, 2),
        (8, 9, 5, 2, 3),  # both halved, the odd token to the longer one
        (9, 8, 5, 3, 2),
        (8, 8, 5, 2, 3),  # equal: to the passage
        (3, 2, 5, 3, 2),  # fits
        (0, 9, 5, 0, 5),
        (9, 0, 5, 5, 0),
        (4, 4, 0, 0, 0),
    ],
)
def test_what_is_kept_of_a_long_pair(query: int, passage: int, room: int, kept_query: int, kept_passage: int) -> None:
    found = longest_first(np.asarray([query]), np.asarray([passage]), room)
    assert [part.tolist() for part in found] == [[kept_query], [kept_passage]]


def test_no_room_for_special_tokens(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    with pytest.raises(SwitchRankError, match="max_length: found 3; the special tokens of a pair alone are 4"):
        encode_pairs(tokenizer, ["Licht"], ["Küche"], 3)


def test_a_tokenizer_that_puts_the_passage_first(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $B </s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    with pytest.raises(SwitchRankError, match="passage before the query"):
        encode_pairs(tokenizer, ["Licht"], ["Küche"], 16)


def test_a_model_with_other_inputs() -> None:
    tokenizer: PreTrainedTokenizerFast = tokenizer_of("bert", EVERY)
    tokenizer.model_input_names = ["input_ids", "bbox"]
    with pytest.raises(SwitchRankError, match="the model takes 'bbox'; expected no inputs but input_ids"):
        encode_pairs(tokenizer, ["a"], ["b"], 16)


def test_no_pairs(kept: dict[str, Texts]) -> None:
    assert kept["e5"].pairs([], [], 16).lengths.tolist() == []


def test_flat_lists() -> None:
    lists = ragged([[5, 6], [], [7], [8, 9, 10]])
    assert lists.tolist() == [[5, 6], [], [7], [8, 9, 10]]
    assert lists.take(np.asarray([3, 1, 0, 3])).tolist() == [[8, 9, 10], [], [5, 6], [8, 9, 10]]
    assert lists.joined(ragged([[1]])).tolist() == [[5, 6], [], [7], [8, 9, 10], [1]]
    assert len(lists) == 4 and len(ragged([])) == 0
    assert isinstance(lists.take(np.asarray([0])), Ragged)
    assert positions(np.asarray([4, 0, 9]), np.asarray([2, 0, 3])).tolist() == [4, 5, 9, 10, 11]
