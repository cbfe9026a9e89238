"""Words of a text as character spans, so that everything between them is kept byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache

import regex

from switchrank.errors import SwitchRankError
from switchrank.languages import language as language_of
from switchrank.normalising import APOSTROPHES, fold, plain

_INVISIBLE = r"\p{Default_Ignorable_Code_Point}"
_SEEN = rf"[\w--{_INVISIBLE}--[{APOSTROPHES}]]"
# zero-width joiners may end words of Malayalam and others; other invisible characters occur only within a word
_ANY_WORD = regex.compile(
    rf"{_SEEN}++(?:(?:{_INVISIBLE}*+[{APOSTROPHES}]{_INVISIBLE}*+|{_INVISIBLE}++){_SEEN}++)*+[\u200c\u200d]*+",
    regex.V1,
)
_PLAIN_WORD = regex.compile(rf"\w+(?:[{APOSTROPHES}]\w+)*")
"""A pattern for texts without invisible characters, and without characters that are both letter and apostrophe: twice
as fast."""
_UNUSUAL = regex.compile(rf"[{_INVISIBLE}ʼʻ]")
_JAPANESE_OR_HAN = r"\p{Han}\p{Hiragana}\p{Katakana}ーｰﾞﾟ\u3099\u309a"
_WITHIN = rf"[{_INVISIBLE}--\u200b]"
_UNSPACED = regex.compile(
    rf"[{_JAPANESE_OR_HAN}][{_JAPANESE_OR_HAN}{_WITHIN}]*+|[\p{{Thai}}--\p{{Nd}}][[\p{{Thai}}--\p{{Nd}}]{_WITHIN}]*+",
    regex.V1,
)
_UNIT = regex.compile(rf".[\p{{M}}{_INVISIBLE}]*+", regex.V1 | regex.DOTALL)
"""A character and the marks that belong to it."""
_LETTER = regex.compile(rf"[\p{{L}}--[{APOSTROPHES}]]", regex.V1)
# characters that begin or end an affix (-ness, un…), an abbreviation with a symbol (&c.) or a symbol (%, C++)
_EDGE = r"(?:[\p{Pd}\p{Sm}\p{Sc}…%‰&#@*/\\§°^]|\.\.)"
_NO_ENTRY = regex.compile(rf"^{_EDGE}|{_EDGE}$")

Span = tuple[int, int]


def spans(text: str, language: str) -> list[Span]:
    """Start and end of every word, in characters of `text`, ascending and disjoint.

    A word is a run of letters, marks, digits and underscores, with inner apostrophes and invisible characters. Runs of
    a script without spaces are segmented by a library, in their normal form: Chinese by jieba's dictionary, Japanese
    by MeCab's (janome), Thai by maximal matching (pythainlp's newmm).

    Args:
        text: any text.
        language: ISO 639-1 code.

    Raises:
        SwitchRankError: the language is written without spaces and has no segmenter here.
    """
    pattern = _ANY_WORD if not text.isascii() and _UNUSUAL.search(text) else _PLAIN_WORD
    found = [match.span() for match in pattern.finditer(text)]
    if language_of(language).spaced:
        return found
    segment = _segmenter(language)
    return [part for span in found for part in _segmented(text, span, segment)]


def words(text: str, language: str) -> list[str]:
    """The words of a text in the form in which words are compared (`normalising.fold`)."""
    return [fold(text[start:end], language) for start, end in spans(text, language)]


def key(text: str, language: str) -> str:
    """The form in which texts are compared: their words, joined by a space, without the characters between them.

    Two texts are the same in words if their keys are equal: `Wi‑Fi`, `wi-fi` and `WI FI` are. A text without a word
    (`%`) is its own key.
    """
    return " ".join(words(text, language) or fold(text, language).split())


def entry_key(text: str, language: str) -> str:
    """The key of a lexicon's source entry; empty for what is not a word: affixes (`-ness`) and what begins or ends with
    a symbol (`%`, `&c.`, `C++`), whose letters alone would match other words."""
    if _NO_ENTRY.search(text.strip()):
        return ""
    return " ".join(words(text, language))


def is_copy(source: str, target: str, source_language: str, target_language: str) -> bool:
    """Whether a translation equals the source entry except in letter case and punctuation, by either language's rules.

    Args:
        source: key of an entry.
        target: its translation, in any form.
        source_language, target_language: ISO 639-1 codes.
    """
    return any(
        letters(target, language) == source.replace(" ", "") and key(target, language) == source
        for language in (source_language, target_language)
    )


def letters(text: str, language: str) -> str:
    """All words of a text joined, in their normal form: fast to compare, since nothing is segmented."""
    return "".join(fold(word, language) for word in _ANY_WORD.findall(text))


def has_letter(word: str) -> bool:
    """Whether a word has a letter of any script (numbers are not translated)."""
    return _LETTER.search(word) is not None


class Case(IntEnum):
    """The casing of a word that is carried over to a translation."""

    PLAIN = 0
    CAPITALISED = 1
    UPPER = 2


def case_of(word: str) -> Case:
    """The casing of a word: `LIGHT` upper, `Light` and `L` capitalised, all else plain."""
    word = plain(word)
    if len(word) > 1 and word.isupper():
        return Case.UPPER
    return Case.CAPITALISED if word[:1].isupper() else Case.PLAIN


def in_case(targets: Sequence[str], case: Case, language: str) -> list[str]:
    """Translations in the casing of the word that they replace, if their script has case.

    Upper → `LICHT`, capitalised → `Licht`, plain → the translation as in the lexicon. Turkish and Azerbaijani keep
    the dot of their i (`İzin`), a Dutch ij is one letter (`IJs`), a German ß is SS between capitals (`STRASSE`; the
    council for orthography allows ẞ as well).
    """
    if case == Case.PLAIN or not language_of(language).cased:
        return list(targets)
    if case == Case.UPPER:
        return [_dotted(target, language).upper() for target in targets]
    return [_capitalised(target, language) for target in targets]


def carry_case(source: str, target: str, language: str) -> str:
    """Give a translation the casing of the word that it replaces: `LIGHT` → `LICHT`, `Light` → `Licht`."""
    return in_case([target], case_of(source), language)[0]


def _dotted(text: str, language: str) -> str:
    """Turkish has two letters i; the capital of the dotted one keeps its dot (UAX 21, SpecialCasing)."""
    return text.replace("i", "İ") if language in ("tr", "az") else text


def _capitalised(text: str, language: str) -> str:
    if language == "nl" and text[:2] == "ij":
        return "IJ" + text[2:]
    return _dotted(text[:1], language).title() + text[1:]


def _segmented(text: str, span: Span, segment: Callable[[str], list[str]]) -> list[Span]:
    """Segment the unspaced runs inside one span; Latin words and numbers among them are not divided."""
    parts: list[Span] = []
    at, end = span
    for run in _UNSPACED.finditer(text, *span):
        parts += [match.span() for match in _ANY_WORD.finditer(text, at, run.start())]
        at = run.start()
        for length in _lengths(run.group(), segment):
            parts.append((at, at + length))
            at += length
    return parts + [match.span() for match in _ANY_WORD.finditer(text, at, end)]


def _lengths(run: str, segment: Callable[[str], list[str]]) -> list[int]:
    """Characters of each word of an unspaced run, which is segmented in its normal form: libraries expect it."""
    if plain(run) == run:
        return [len(piece) for piece in segment(run)]
    normal, ends = "", [0]
    for unit in _UNIT.finditer(run):
        shown = plain(unit.group())
        normal += shown
        # if a unit is several characters in its normal form too, only its last one ends in the text
        ends += [ends[-1]] * (len(shown) - 1) + [unit.end()] * bool(shown)
    ends[-1] = len(run)
    found, done, at = [], 0, 0
    for piece in segment(normal):
        done += len(piece)
        if ends[done] > at:
            found.append(ends[done] - at)
            at = ends[done]
    return found


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
