"""Words of a text as character spans, so that everything between them survives byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache

import regex

from switchrank.errors import SwitchRankError
from switchrank.languages import language as language_of

_WORD = regex.compile(r"[\w\u200c\u200d]+(?:['’][\w\u200c\u200d]+)*")
# with the marks that Japanese shares between its scripts: long vowel, and voicing apart from its letter
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ーｰﾞﾟ\u3099\u309a]+|[\p{Thai}--\p{Nd}]+", regex.V1)
_LETTER = regex.compile(r"\p{L}")

Span = tuple[int, int]


def spans(text: str, language: str) -> list[Span]:
    """Start and end of every word, in characters of `text`, ascending and disjoint.

    A word is a run of letters, marks, digits and underscores, with inner apostrophes. Runs of a script without spaces
    are segmented by a library: Chinese by jieba's dictionary, Japanese by MeCab's (janome), Thai by maximal matching
    (pythainlp's newmm).

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


class Case(IntEnum):
    """The casing of a word, as far as it carries over to a translation."""

    PLAIN = 0
    CAPITALISED = 1
    UPPER = 2


def case_of(word: str) -> Case:
    """The casing of a word: `LIGHT` upper, `Light` and `L` capitalised, all else plain."""
    if len(word) > 1 and word.isupper():
        return Case.UPPER
    return Case.CAPITALISED if word[:1].isupper() else Case.PLAIN


def in_case(targets: Sequence[str], case: Case, language: str) -> list[str]:
    """Translations in the casing of the word that they replace, where their script has case.

    Upper → `LICHT`, capitalised → `Licht`, plain → the translation as the lexicon has it.
    """
    if case == Case.PLAIN or not language_of(language).cased:
        return list(targets)
    dotted = [_dotted(target, language) for target in targets] if language == "tr" else targets
    if case == Case.UPPER:
        return [target.upper() for target in dotted]
    return [first[:1].title() + target[1:] for first, target in zip(dotted, targets, strict=True)]


def carry_case(source: str, target: str, language: str) -> str:
    """Give a translation the casing of the word that it replaces: `LIGHT` → `LICHT`, `Light` → `Licht`."""
    return in_case([target], case_of(source), language)[0]


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
    if language == "th":
        from pythainlp.tokenize import word_tokenize

        return lambda text: list(word_tokenize(text, engine="newmm", join_broken_num=False))
    raise SwitchRankError(
        f"language {language!r} is written without spaces and has no segmenter; those with one: ja, th, zh"
    )
