"""FreeDict dictionaries in dictd's format: an index of headwords, and entries as text laid out for readers.

There are three styles of entries. In all of them the first line is the headword with pronunciation and part of speech,
and the second one holds translations, or the numbered lines do; every other line is a note, an explanation, an
example or a reference. Translations are separated by commas or semicolons and followed by tags:

    drum /drəm/ <n>                     valve //vælv// <n>              adhere to sth. /ədˈhiə/
    1. tambour, caisse                  1. バルブ, 弁                    [Br.] an etw. haften <v> [techn.], kleben
    2. tonneau                          device that controls flow             "adhere to the skin"  - an der Haut kleben
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import regex

from switchrank.lexicon.dictionaries.dictd_files import dictd_texts
from switchrank.text_files import Entries

NO_TRANSLATION = "no plain translation"
NO_HEADWORD = "not a headword (affix, alternatives of several words, or longer than eight words)"
CUT = "a truncated headword, whose pronunciation is longer"

_LONGEST = 8
"""Words of the longest headword or translation; anything longer is a sentence or an explanation."""

_ONE_PRONUNCIATION = regex.compile(r"([^/]+?)\s+/([^/\s]+)/(?:\s*<[^>]*>)*")
_HEAD_END = regex.compile(r"\s+(?:/|<|\([^()]*\s/)")
_NUMBER = regex.compile(r"\s*\d+\.(?:\s+|$)")
_EMPTY_NUMBER = regex.compile(r"(?:^|\s)\d+\.$")
_PRONUNCIATION = regex.compile(r"(?<=\s)/[^/]*/(?=\s|$)")
_LEADING_TAGS = regex.compile(r"^(?:\s*\[[^\]]*\])+")
_TAG = regex.compile(r"[<\[].*$", regex.DOTALL)
_BRACKETED = regex.compile(r"\s*(?:\((?:[^()]|\([^()]*\))*\)|（[^（）]*）)")
_PART = regex.compile(
    r"(?:[^,;、，；(（\[<]|\([^()]*(?:\([^()]*\)[^()]*)*\)|（[^（）]*）|\[[^\]]*\]|<[^>]*>|[(（\[<].*)+"
)
"""One of several translations: commas within brackets, or after a bracket that is not closed, do not separate them."""
_PLACEHOLDER = r"(?:sb|sth|so|jdn?|jdm|jds|etw)\.(?:['’]s)?"
_PLACEHOLDERS = rf"{_PLACEHOLDER}(?:/{_PLACEHOLDER})*"
_OUTER_PLACEHOLDERS = regex.compile(rf"^(?:{_PLACEHOLDERS}\s+)+|(?:\s+{_PLACEHOLDERS})+$")
_ANY_PLACEHOLDER = regex.compile(rf"(?<!\w){_PLACEHOLDER}")
_SENTENCE_END = ".!?…。！？"
_QUOTES = '"“”„«»「」『』'
_AFFIX = regex.compile(r"^[-‐–~…]|[-‐–~…]$|…|\.\.\.")
_SLASHES = regex.compile(r"\S+(?:/\S+)+")


class Headword(NamedTuple):
    """A headword and its translations, in the order of the entry."""

    word: str
    translations: list[str]


def freedict_entries(path: str | Path, entries: Entries) -> Iterator[Headword]:
    """Headwords and translations in the order of the dictionary's text.

    Args:
        path: as for `dictd_texts`.
        entries: where skipped headwords are counted.

    Raises:
        SwitchRankError: as `dictd_texts`.
    """
    texts = [(text.strip("\n"), where) for text, where in dictd_texts(path, entries)]
    cut = _cut_short([text.partition("\n")[0] for text, _ in texts])
    for text, where in texts:
        if text.partition("\n")[0] in cut:
            entries.skip(CUT, where)
        else:
            yield from _read(text, where, entries)


def _cut_short(heads: Sequence[str]) -> set[str]:
    """First lines whose pronunciation begins with that of the same headword elsewhere: some dictionaries have lost all
    but the first word of a headword (`call /kɔːlbɔks/` and `call /kɔːl/`)."""
    spoken: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for head in heads:
        if match := _ONE_PRONUNCIATION.fullmatch(head):
            spoken[match[1]][match[2]] = head
    return {
        head
        for sounds in spoken.values()
        for sound, head in sounds.items()
        if any(sound != other and sound.startswith(other) for other in sounds)
    }


def _read(text: str, where: str, entries: Entries) -> Iterator[Headword]:
    head, *lines = text.split("\n")
    written = _headword(head)
    headwords = [] if written is None else alternatives(written)
    if not headwords:
        entries.skip(NO_HEADWORD, where)
        return
    found = [part for line in _translation_lines(lines) for part in plain_translations(line)]
    # the text does not say which alternative of one side belongs to which of the other
    choices = [[part] if len(headwords) > 1 else alternatives(part) for part in found]
    kept = list(dict.fromkeys(part for parts in choices for part in parts if "/" not in part))
    if not kept:
        entries.skip(NO_TRANSLATION, where)
        return
    if written is not None and written[-1] in _SENTENCE_END:
        kept = [part.rstrip(_SENTENCE_END) for part in kept]
    for headword in headwords:
        yield Headword(headword, kept)


def _headword(line: str) -> str | None:
    """The headword of an entry's first line, without optional parts and outer placeholders; None for an affix, or if
    it is too long."""
    end = _HEAD_END.search(line)
    return plain_entry(line[: end.start()] if end else line)


def _translation_lines(lines: list[str]) -> Iterator[str]:
    """The first line after the headword, and all lines that begin with a number: the others are notes."""
    for at, line in enumerate(lines):
        number = _NUMBER.match(line)
        if at == 0 or number:
            # some dictionaries write the number of a sense without translations at the end of the previous line
            yield _EMPTY_NUMBER.sub("", line[number.end() :] if number else line)


def plain_translations(line: str) -> Iterator[str]:
    """The translations of a line, separated by commas or semicolons, without tags, brackets and pronunciation."""
    line = _PRONUNCIATION.sub("", line)
    for part in _PART.findall(line):
        untagged = _TAG.sub("", _LEADING_TAGS.sub("", part))
        plain = plain_entry(untagged, _QUOTES)
        if plain:
            yield plain


def plain_entry(text: str, quotes: str = "") -> str | None:
    """Words without bracketed parts, and without placeholders for somebody or something (`sb.`, `etw.`) at the ends;
    None if a placeholder is left inside, brackets do not close, it is an affix, or too long.

    Args:
        text: a headword or a translation.
        quotes: characters that are removed at the ends.
    """
    plain = _BRACKETED.sub("", text).strip().strip(quotes or None)
    text = _OUTER_PLACEHOLDERS.sub("", " ".join(plain.split()))
    if not text or _AFFIX.search(text) or _ANY_PLACEHOLDER.search(text) or set(text) & set("()（）[]<>{}="):
        return None
    return text if len(text.split()) <= _LONGEST else None


def alternatives(text: str) -> list[str]:
    """The alternatives that a text with slashes between words stands for: `put/throw off` → `put off`, `throw off`.

    Slashes between spaces separate alternatives of unknown length, and more than two words with slashes are ambiguous:
    these give none.
    """
    words = text.split()
    several = [at for at, word in enumerate(words) if "/" in word]
    if any(not _SLASHES.fullmatch(words[at]) for at in several) or len(several) > 2:
        return []
    found = [words]
    for at in several:
        found = [[*words[:at], word, *words[at + 1 :]] for words in found for word in words[at].split("/")]
    return [" ".join(words) for words in found]
