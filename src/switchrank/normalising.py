"""The one normal form in which words are compared, for dictionaries, vectors, titles, texts and stop words.

Texts and translations keep their original form; only keys are normalised.
"""

from __future__ import annotations

import unicodedata

import regex

APOSTROPHES = "'’‘‛ʼʻ＇`´′՚׳"
"""Characters used as an apostrophe within a word: typewriter, typographic, modifier letter, full width, accents and
primes that keyboards produce, Armenian, Hebrew geresh."""

_TO_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_JOINED_SCRIPTS = (
    r"\p{Arabic}\p{Syriac}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}"
)
_INVISIBLE = regex.compile(
    rf"[\p{{Default_Ignorable_Code_Point}}--[\u200c\u200d]]|(?<![{_JOINED_SCRIPTS}])[\u200c\u200d]", regex.V1
)
_DOTLESS = ("tr", "az")


def plain(text: str) -> str:
    """A text in Unicode's form NFC without invisible characters; its letter case is kept.

    Removed are soft hyphens, zero-width spaces, byte order marks, direction marks, variation selectors (Unicode's
    property Default_Ignorable_Code_Point). The zero-width (non-)joiner is kept after a letter of a script whose letters
    join or form clusters, where it is spelling (Persian می‌خواهم, Bengali র‍্য); elsewhere it only shapes ligatures.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def fold(text: str, language: str) -> str:
    """The normal form of a word, or of a text word by word: `plain`, any apostrophe as `'`, in lower case.

    Lower case is the language's own: Turkish and Azerbaijani I and İ are ı and i; elsewhere İ is a plain i, which
    Unicode would give a second dot. Dutch ĳ is two letters. A Greek capital sigma at the end of a word is ς, German ẞ
    is ß.

    Args:
        text: a word or a text.
        language: ISO 639-1 code.
    """
    folded = lower(plain(text).translate(_TO_APOSTROPHE), language)
    return folded.replace("ĳ", "ij") if language == "nl" else folded


def lower(text: str, language: str) -> str:
    """A text in the lower case of its language, otherwise unchanged."""
    if language in _DOTLESS:
        return text.replace("I\u0307", "i").replace("İ", "i").replace("I", "ı").lower()
    return text.lower().replace("i\u0307", "i")


def caseless(text: str) -> str:
    """A form shared by texts that differ only in letter case, composition or invisible characters, in any language."""
    return plain(text).casefold()
