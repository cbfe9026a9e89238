"""Token ids are those of the tokenizer for whole texts, whatever its family; each distinct text is tokenised once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from tokenizers import normalizers
from transformers import PreTrainedTokenizerFast

from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import Texts
from switchrank.ranker.token_ids import TokenIds
from tests.unit.conftest import TEXTS
from tests.unit.ranker.tokenizers_of import FAMILIES, tokenizer_of

EVERY = [text for sentences in TEXTS.values() for text in sentences]
ODD = [
    "",
    " ",
    "a  b",
    " a\tb ",
    "a\u00a0b",
    "a \u0301b",
    "ﾞ ｶﾞ",
    "ह ि क",
    "👍🏽 🏽",
    "a </s> b",
    "<mask>b",
    "▁a ▁",
    "x" * 120,
]
"""Blanks of every kind, marks that join the blank before them, special tokens."""


def expected(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[list[int]]:
    return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


@pytest.mark.parametrize("family", ["e5", *FAMILIES])
def test_real_and_odd_texts_in_their_order(family: str, encoder_folder: Path) -> None:
    """`e5` is the default encoder's: NFKC, blanks made one, Metaspace, Unigram."""
    e5 = family == "e5"
    tokenizer = read_hugging_face_tokenizer(encoder_folder) if e5 else tokenizer_of(family, EVERY)
    texts = [*EVERY, *ODD, " ".join(EVERY), *EVERY[2::-1]]
    assert TokenIds(tokenizer).encode(texts).tolist() == expected(tokenizer, texts)
    assert TokenIds(tokenizer).encode(pa.array(texts)).tolist() == expected(tokenizer, texts)


def test_a_normaliser_that_looks_across_blanks(encoder_folder: Path) -> None:
    """Only some of the texts show that the ids of a word depend on the next word."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    old = tokenizer.backend_tokenizer.normalizer
    tokenizer.backend_tokenizer.normalizer = normalizers.Sequence([normalizers.Replace("Licht in", "Lichtin"), old])
    texts = [*(f"Lampe {number}" for number in range(300)), *TEXTS["de"]]
    assert TokenIds(tokenizer).encode(texts).tolist() == expected(tokenizer, texts)


def test_cutting_and_padding_of_the_file_do_not_count(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    whole = expected(tokenizer, EVERY)
    tokenizer.backend_tokenizer.enable_truncation(4)
    tokenizer.backend_tokenizer.enable_padding(length=64)
    assert TokenIds(tokenizer).encode(EVERY).tolist() == whole


class Counted:
    """A tokenizer that notes which texts it is given."""

    def __init__(self, backend: object) -> None:
        self.backend, self.seen = backend, []

    def encode_batch_fast(self, texts: list[str], **options: bool) -> object:
        self.seen.append(texts)
        return self.backend.encode_batch_fast(texts, **options)

    def __getattr__(self, name: str) -> object:
        return getattr(self.backend, name)


def test_texts_go_through_the_tokenizer_once(encoder_folder: Path) -> None:
    texts = Texts(read_hugging_face_tokenizer(encoder_folder))
    counted = texts.tokens.backend = Counted(texts.tokens.backend)
    texts.pairs(["Licht Küche", "Licht Küche", "Küche"], ["свет", "свет Licht", "свет"], 32)
    texts.pairs(["Küche", "灯"], ["свет", "Licht Küche"], 16)
    assert [sorted(part) for part in counted.seen] == [["Küche", "Licht Küche"], ["свет", "свет Licht"], ["灯"]]


def test_many_texts_in_parts(encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchrank.ranker.token_ids._TEXTS", 2)
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokens = TokenIds(tokenizer)
    counted = tokens.backend = Counted(tokens.backend)
    assert tokens.encode([*EVERY[:3], *EVERY[:5]]).tolist() == expected(tokenizer, [*EVERY[:3], *EVERY[:5]])
    assert counted.seen == [EVERY[:2], EVERY[2:4], EVERY[4:5]]


def test_nothing_and_empty_texts(encoder_folder: Path) -> None:
    tokens = TokenIds(read_hugging_face_tokenizer(encoder_folder))
    assert tokens.encode([]).tolist() == []
    assert tokens.encode(["", " ", ""]).tolist() == [[], [], []]
