"""Token ids of texts, equal to the fast tokenizer's, although each word is tokenised only once.

If a tokenizer divides its text at blanks before anything else, the ids of a text are those of its words, one after
the other. Whether a given tokenizer does is read from its parts and then tested: on texts made to break the rule
when it is first used, and on a sample of the texts at every call. After a single difference, all texts are
tokenised as a whole.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from switchrank.ranker.flat_lists import Ragged, bounds, positions, ragged

TRICKY = (
    *(
        "",
        " ",
        "a",
        "a b",
        " a b",
        "a b ",
        "a  b",
        "  a   b  ",
        "a\tb",
        "a \t b",
        "\ta\n",
        "a\r\nb",
        "a\x1cb",
        "a \x85 b",
    ),
    *("a\u00a0b", "a \u00a0b", "\u00a0", "a\u2009b", "a\u3000b", "a \u3000 b", "a\u200bb", "a \u200b b", "\ufeffa b"),
    *("a \u00ad b", "co\u00adop a", "a \u00a8 b", "a \u00a8b", "b\u00b4 a", "\u00a8"),
    *(
        "打开 厨房的灯。",
        "打开厨房的灯。",
        "台所の照明を つけて",
        "ｶﾞﾚｰｼﾞ ﾞ ﾄﾞｱ",
        "全角 ＡＢＣ １２３ ａ",
        "주방 불을 켜라",
    ),
    *("شَغِّلِ الضَّوْءَ فِي المَطْبَخِ", "ـالضوء ـ", "\u0600 ١٢", "रसोई की बत्ती जलाओ।", "क्\u200dष क्\u200cष", "ह ि क"),
    *("cafe\u0301 e\u0301", "a \u0301b", "a\u0308 \u0308 o", "ÅÅ ﬁne Ⅳ ½", "İstanbul STRASSE ß ς Σ"),
    *("👩\u200d👩\u200d👧 a", "👍🏽 🏽 a", "a \u200d b", "🇩🇪 🇩 🇪", "a \ufe0f b", "☀\ufe0f a"),
    *("a </s> b", "a</s>b", "<s>a", "a <mask> b", "a <mask>b", "<pad>", "a <unk> b", "[CLS] a [SEP] b", "a [MASK], b"),
    *("▁a b", "a ▁b", "a▁b", "▁ ▁", "don't re-do e.g. a/b (c)", "x" * 120 + " a", "a ##b", "ĠA b", "\U000f0000 a"),
)
"""Texts that tokenizers treat differently: blanks of every kind, marks that join, scripts, special tokens."""

_SAMPLE = 64
"""Number of texts of every call that are also tokenised as a whole."""
_TEXTS = 65_536
"""Texts processed at a time."""
_GRAPHEME = regex.compile(r"\X")
_METASPACE = "▁"
_DIVIDERS = frozenset({"Metaspace", "WhitespaceSplit", "Whitespace", "BertPreTokenizer"})
"""Pre-tokenizers that divide at blanks."""
_WITHIN_WORDS = frozenset(
    {"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "BertNormalizer", "Precompiled", "Nmt"}
)
"""Normalisers that treat a word in a text as they treat it alone, except in the cases that `TokenIds` checks."""
_OF_BLANKS = (" ", " {2,}", r"\s+", r"\s{2,}")
"""Patterns that replace only blanks."""


class TokenIds:
    """A tokenizer with a cache of words.

    Args:
        tokenizer: a fast tokenizer.

    Attributes:
        backend: the tokenizer itself; it neither truncates nor pads.
        by_word: whether texts are assembled from words; otherwise each is tokenised as a whole.
    """

    _row_of: dict[str, int]
    _ids: Ragged
    _dependent: NDArray[np.bool_]

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.backend = plain(tokenizer)
        contents = [token.content for token in self.backend.get_added_tokens_decoder().values()]
        unknown = tokenizer.unk_token_id
        self._special = {row for row in self.backend.get_added_tokens_decoder() if row != unknown}
        self._contents = regex.compile("|".join(map(regex.escape, contents)) or r"(?!)")
        self._blanks_are_nothing = True
        self.by_word = divides_at_blanks(self.backend) and not any(
            any(map(str.isspace, content)) for content in contents
        )
        self._forget()
        if self.by_word and not self._agrees(TRICKY):
            self._blanks_are_nothing = False
            self._forget()
            self.by_word = self._agrees(TRICKY)

    def encode(self, texts: Sequence[str] | pa.Array) -> Ragged:
        """Token ids of texts, untruncated and without special tokens around them.

        Args:
            texts: strings without nulls; equal ones are tokenised once.

        Returns:
            One list of ids per text, as `tokenizer(text, add_special_tokens=False)` gives it.
        """
        column = texts.cast(pa.large_string()) if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
        coded = column.dictionary_encode()
        distinct = coded.dictionary
        sample = distinct.take(
            np.unique(np.linspace(0, len(distinct) - 1, min(_SAMPLE, len(distinct))).astype(np.int64))
        )
        self.by_word = self.by_word and self._agrees(sample.to_pylist())
        found = ragged([])
        for start in range(0, len(distinct), _TEXTS):
            part = distinct.slice(start, _TEXTS)
            found = found.joined(self._from_words(part) if self.by_word else self._whole(part.to_pylist()))
        return found.take(coded.indices.to_numpy().astype(np.int64))

    def _whole(self, texts: Sequence[str]) -> Ragged:
        return ragged(found.ids for found in self.backend.encode_batch_fast(list(texts), add_special_tokens=False))

    def _agrees(self, texts: Sequence[str]) -> bool:
        if not texts:
            return True
        found, expected = self._from_words(pa.array(texts, pa.large_string())), self._whole(texts)
        return np.array_equal(found.offsets, expected.offsets) and np.array_equal(found.values, expected.values)

    def _from_words(self, texts: pa.Array) -> Ragged:
        """Ids of texts from those of their words; texts with a word whose ids depend on its neighbours are
        tokenised as a whole, and replace their first word."""
        divided = pc.split_pattern(texts, pattern=" ")
        edges = divided.offsets.to_numpy().astype(np.int64)
        coded = divided.values.dictionary_encode()
        rows = self._rows(coded.dictionary.to_pylist())[coded.indices.to_numpy()]
        starts, lengths, values = self._ids.starts[rows], self._ids.lengths[rows], self._ids.values
        whole = np.flatnonzero(np.logical_or.reduceat(self._dependent[rows], edges[:-1]))
        if len(whole):
            own = self._whole(texts.take(whole).to_pylist())
            lengths[positions(edges[whole], np.diff(edges)[whole])] = 0
            starts[edges[whole]], lengths[edges[whole]] = own.starts + len(values), own.lengths
            values = np.concatenate([values, own.values])
        return Ragged(values[positions(starts, lengths)], bounds(lengths)[edges])

    def _rows(self, words: list[str]) -> NDArray[np.int64]:
        """Positions of the ids of words, int64 [words]; new words are tokenised and added."""
        known = self._row_of
        if new := [word for word in words if word not in known]:
            ids = self._whole(new)
            known.update(zip(new, range(len(known), len(known) + len(new)), strict=True))
            dependent = [self._depends(word, found) for word, found in zip(new, ids.tolist(), strict=True)]
            self._ids = self._ids.joined(ids)
            self._dependent = np.concatenate([self._dependent, np.asarray(dependent, dtype=np.bool_)])
        return np.fromiter(map(known.__getitem__, words), dtype=np.int64, count=len(words))

    def _depends(self, word: str, ids: list[int]) -> bool:
        """Whether a word's ids may depend on its neighbours: on special tokens, which may remove blanks
        around them; on a character of Metaspace; on marks that form one grapheme with the blank next to them
        (SentencePiece's normaliser looks up graphemes); on blanks, if the tokenizer does not drop more than one of
        them."""
        if _METASPACE in word or self._contents.search(word) or not self._special.isdisjoint(ids):
            return True
        if not word.isascii():
            graphemes = _GRAPHEME.findall(f" {word} ")
            if graphemes[0] != " " or graphemes[-1] != " ":
                return True
        return not self._blanks_are_nothing and self._has_loose_edges(word)

    def _has_loose_edges(self, word: str) -> bool:
        """Whether a word is empty or has something like a blank at an edge, before or after normalisation."""
        normaliser = self.backend.normalizer
        normal = normaliser.normalize_str(word) if normaliser else word
        forms = (word, normal, unicodedata.normalize("NFKC", word))
        return any(
            not form or {unicodedata.category(form[0])[0], unicodedata.category(form[-1])[0]} & {"Z", "C"}
            for form in forms
        )

    def _forget(self) -> None:
        self._row_of = {}
        self._ids = ragged([])
        self._dependent = np.zeros(0, dtype=np.bool_)


def plain(tokenizer: PreTrainedTokenizerFast) -> Tokenizer:
    """A copy of the tokenizer inside a `transformers` one that neither truncates nor pads."""
    copied = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    copied.no_truncation()
    copied.no_padding()
    copied.encode_special_tokens = tokenizer.split_special_tokens
    return copied


def divides_at_blanks(tokenizer: Tokenizer) -> bool:
    """Whether all parts of a tokenizer treat each word by itself: normalisers that never match across
    a blank, and a division at blanks before anything else."""
    dividing = [part["type"] for part in _flat(_described(tokenizer.pre_tokenizer), "pretokenizers")]
    normalising = _flat(_described(tokenizer.normalizer), "normalizers")
    return bool(dividing) and dividing[0] in _DIVIDERS and all(map(_within_words, normalising))


def _described(part: Any) -> dict[str, Any] | None:
    """A part of a tokenizer as in `tokenizer.json`; the whole file would include its vocabulary."""
    described: dict[str, Any] | None = part and json.loads(part.__getstate__())
    return described


def _within_words(normaliser: dict[str, Any]) -> bool:
    if normaliser["type"] != "Replace":
        return normaliser["type"] in _WITHIN_WORDS
    pattern = next(iter(normaliser["pattern"].values()))
    # no blank, no class of characters and no wildcard: it cannot match across a blank
    return pattern in _OF_BLANKS or not regex.search(r"[\s\\\[.^$(|]", pattern)


def _flat(part: dict[str, Any] | None, members: str) -> Iterator[dict[str, Any]]:
    """A part of a tokenizer, or the members of a sequence of parts, in order."""
    if part and part["type"] == "Sequence":
        for member in part[members]:
            yield from _flat(member, members)
    elif part:
        yield part
