"""Token ids put together of words are those of the tokenizer, whatever the text; else the tokenizer is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, normalizers
from transformers import PreTrainedTokenizerFast

from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import Texts
from switchrank.ranker.token_ids import TRICKY, TokenIds, divides_at_blanks
from tests.unit.conftest import TEXTS
from tests.unit.ranker.tokenizers_of import BY_WORD, FAMILIES, tokenizer_of

EVERY = [text for sentences in TEXTS.values() for text in sentences]
WORDS = sorted({word for text in EVERY for word in text.split()})
ODD = [
    " ",
    "  ",
    "\t",
    "\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200d",
    "\u00ad",
    "\ufeff",
    "\u0301",
    "ि",
    "ِ",
    "¨",
    "▁",
    "ﾞ",
]
ODD += [
    "</s>",
    "<mask>",
    "<unk>",
    "[SEP]",
    "[MASK]",
    "<s>",
    "👍🏽",
    "👩\u200d👧",
    "ﬁ",
    "Ⅳ",
    "Ａ",
    "Å",
    "İ",
    "ß",
    "x" * 101,
    "\x00",
    "\x1c",
]
PIECES = st.lists(st.sampled_from(WORDS) | st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=8)
"""Real words of seven languages, what tokenizers treat in their own ways, and any character; joined with and without
blanks."""
SOME_TEXTS = st.lists(
    st.builds(lambda parts, between: between.join(parts), PIECES, st.sampled_from(["", " "])), max_size=6
)


def expected(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[list[int]]:
    return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


@pytest.fixture(scope="module")
def tokenizers(encoder_folder: Path) -> dict[str, PreTrainedTokenizerFast]:
    """By family; `e5` is the default encoder's: NFKC, blanks made one, Metaspace, Unigram."""
    return {"e5": read_hugging_face_tokenizer(encoder_folder)} | {name: tokenizer_of(name, EVERY) for name in FAMILIES}


@pytest.fixture(scope="module")
def caches(tokenizers: dict[str, PreTrainedTokenizerFast]) -> dict[str, TokenIds]:
    """Kept from example to example, so that words come from earlier texts."""
    return {name: TokenIds(tokenizer) for name, tokenizer in tokenizers.items()}


@pytest.mark.parametrize("family", ["e5", *FAMILIES])
def test_real_and_tricky_texts(family: str, tokenizers: dict, caches: dict) -> None:
    texts = [*EVERY, *TRICKY, " ".join(EVERY), *EVERY[:3]]
    assert caches[family].encode(texts).tolist() == expected(tokenizers[family], texts)
    assert caches[family].by_word == ({"e5": True} | BY_WORD)[family]


@pytest.mark.parametrize("family", ["e5", *FAMILIES])
@given(texts=SOME_TEXTS)
def test_any_text(family: str, tokenizers: dict, caches: dict, texts: list[str]) -> None:
    """Without the sample, which would hide a wrong rule by turning to the tokenizer."""
    cache = caches[family]
    found = cache._from_words(_arrow(texts)) if cache.by_word and texts else cache.encode(texts)
    assert found.tolist() == expected(tokenizers[family], texts)


def _arrow(texts: list[str]):  # type: ignore[no-untyped-def]
    import pyarrow as pa

    return pa.array(texts, pa.large_string())


def joining(encoder_folder: Path) -> PreTrainedTokenizerFast:
    """A tokenizer whose normaliser looks across a blank."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    old = tokenizer.backend_tokenizer.normalizer
    tokenizer.backend_tokenizer.normalizer = normalizers.Sequence([normalizers.Replace("Licht in", "Lichtin"), old])
    return tokenizer


def test_a_normaliser_that_looks_across_blanks(encoder_folder: Path) -> None:
    cache = TokenIds(joining(encoder_folder))
    assert not cache.by_word
    assert cache.encode(TEXTS["de"]).tolist() == expected(joining(encoder_folder), TEXTS["de"])


@pytest.mark.parametrize(
    ("normaliser", "known"),
    [
        (normalizers.Replace("``", '"'), True),
        (normalizers.Replace(Regex(r"\s+"), " "), True),
        (normalizers.Replace(Regex(r"a\sb"), "ab"), False),
        (normalizers.Replace(Regex("[^a]b"), "ab"), False),
        (normalizers.Prepend("▁"), False),
        (normalizers.Sequence([normalizers.NFKC(), normalizers.Sequence([normalizers.Lowercase()])]), True),
    ],
)
def test_normalisers_that_are_known_to_stay_within_words(
    encoder_folder: Path, normaliser: normalizers.Normalizer, known: bool
) -> None:
    backend = read_hugging_face_tokenizer(encoder_folder).backend_tokenizer
    backend.normalizer = normaliser
    assert divides_at_blanks(backend) == known


def test_words_that_depend_on_each_other_are_found_out(encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the built-in list shows this normaliser's doing; the texts themselves do."""
    monkeypatch.setattr("switchrank.ranker.token_ids.divides_at_blanks", lambda backend: True)
    tokenizer = joining(encoder_folder)
    cache = TokenIds(tokenizer)
    assert cache.encode(["Küche Licht"]).tolist() == expected(tokenizer, ["Küche Licht"])
    assert cache.by_word
    assert cache.encode(TEXTS["de"]).tolist() == expected(tokenizer, TEXTS["de"])
    assert not cache.by_word


def test_an_added_token_with_a_blank_in_it(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenizer.add_tokens(["garage door"])
    cache = TokenIds(tokenizer)
    assert not cache.by_word
    assert cache.encode(["Open the garage door"]).tolist() == expected(tokenizer, ["Open the garage door"])


def test_an_added_token_inside_a_text(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenizer.add_tokens(["свет"])
    cache, texts = TokenIds(tokenizer), ["Включи свет на кухне.", "светлый свет", "Öffne СВЕТ"]
    assert cache.encode(texts).tolist() == expected(tokenizer, texts)
    assert cache.by_word


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
        self.seen += texts
        return self.backend.encode_batch_fast(texts, **options)

    def __getattr__(self, name: str) -> object:
        return getattr(self.backend, name)


def test_words_and_texts_go_through_the_tokenizer_once(encoder_folder: Path) -> None:
    texts = Texts(read_hugging_face_tokenizer(encoder_folder))
    counted = texts._tokens.backend = Counted(texts._tokens.backend)
    texts.pairs(["Licht Küche", "Licht Küche", "Küche"], ["свет", "свет Licht", "свет"], 32)
    assert sorted(counted.seen) == ["Küche", "Küche", "Licht", "Licht Küche", "свет", "свет", "свет Licht"]
    before = len(counted.seen)
    texts.pairs(["Küche", "Licht Küche"], ["свет", "Licht Küche"], 16)
    assert len(counted.seen) == before


def test_nothing_and_empty_texts(encoder_folder: Path) -> None:
    cache = TokenIds(read_hugging_face_tokenizer(encoder_folder))
    assert cache.encode([]).tolist() == []
    assert cache.encode(["", " ", ""]).tolist() == [[], [], []]
