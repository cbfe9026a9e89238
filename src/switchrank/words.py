"""Words of a text as character spans, so that everything between them survives byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import regex

from switchrank.errors import SwitchRankError
from switchrank.languages import language as language_of

_WORD = regex.compile(r"[\w\u200c\u200d]+(?:['’][\w\u200c\u200d]+)*")
# with the marks that Japanese shares between its scripts: long vowel, and voicing apart from its letter
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ーｰﾞﾟ\u3099\u309a]+")
_LETTER = regex.compile(r"\p{L}")

Span = tuple[int, int]


def spans(text: str, language: str) -> list[Span]:
    """Start and end of every word, in characters of `text`, ascending and disjoint.

    A word is a run of letters, marks, digits and underscores, with inner apostrophes. Runs of a script without spaces
    are segmented by a library: Chinese by jieba's dictionary, Japanese by MeCab's (janome).

    Args:
        text: any text.
        language: ISO 639-1 code.

    Raises:
        SwitchRankError: the language is written without spaces and has no segmenter here.
    """
    found = [match.span() for match in _WORD.finditer(text)]
    if language_of(language).spaced:
        return found
    segment = _segmenter(language)
    return [part for span in found for part in _segmented(text, span, segment)]


def words(text: str, language: str) -> list[str]:
    """The words of a text in lower case."""
    return [text[start:end].lower() for start, end in spans(text, language)]


def has_letter(word: str) -> bool:
    """Whether a word has a letter of any script (numbers are not translated)."""
    return _LETTER.search(word) is not None


def carry_case(source: str, target: str, language: str) -> str:
    """Give a translation the casing of the word that it replaces, where its script has case.

    `LIGHT` → `LICHT`, `Light` → `Licht`, `light` → the translation as the lexicon has it.
    """
    if not language_of(language).cased:
        return target
    if len(source) > 1 and source.isupper():
        return _dotted(target, language).upper()
    if source[:1].isupper():
        return _dotted(target[:1], language).title() + target[1:]
    return target


def _dotted(text: str, language: str) -> str:
    """Turkish has two letters i; the capital of the dotted one keeps its dot (UAX 21, SpecialCasing)."""
    return text.replace("i", "İ") if language == "tr" else text


def _segmented(text: str, span: Span, segment: Callable[[str], list[str]]) -> list[Span]:
    """Cut the unspaced runs inside one span; Latin words and numbers among them stay whole."""
    parts: list[Span] = []
    at, end = span
    for run in _UNSPACED.finditer(text, *span):
        if run.start() > at:
            parts.append((at, run.start()))
        at = run.start()
        for piece in segment(run.group()):
            parts.append((at, at + len(piece)))
            at += len(piece)
    if at < end:
        parts.append((at, end))
    return parts


@cache
def _segmenter(language: str) -> Callable[[str], list[str]]:
    """Import and load a segmenter once, and only when its language occurs."""
    if language == "zh":
        import rjieba

        return lambda text: list(rjieba.cut(text))
    if language == "ja":
        from janome.tokenizer import Tokenizer

        tokenizer = Tokenizer(wakati=True)
        return lambda text: list(tokenizer.tokenize(text))
    raise SwitchRankError(
        f"language {language!r} is written without spaces and has no segmenter; those with one: ja, zh"
    )
