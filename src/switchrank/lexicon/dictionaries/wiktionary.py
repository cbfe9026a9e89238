"""English Wiktionary as a dictionary (open-dsl-dict/wiktionary-dict), in its two layouts: Ding text and DSL.

Ding text has one sense per line, DSL headwords with indented lines, in UTF-16 or UTF-8 and often dictzip:

    abacus {n} (calculating frame) :: άβακας {m}         abacus
    aback {n} (abacus) SEE: abacus ::                        [b]~[/b] [p]<n>[/p] [i](calculating frame)[/i]
                                                             [m1]गिनतारा [p]<m>[/p] [c gray]/gintārā/[/c][/m]

Translations are separated by commas or semicolons, and have gender, pronunciation (`/gintārā/`), `[usage]` and
`(explanations)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import regex

from switchrank.errors import SwitchRankError
from switchrank.lexicon.dictionaries.freedict import (
    NO_HEADWORD,
    NO_TRANSLATION,
    Headword,
    alternatives,
    plain_entry,
    plain_translations,
)
from switchrank.text_files import EMPTY, Entries, opened, text_lines
from switchrank.utf8 import START, decoded, other_encoding

REFERENCE = "a reference to another entry (SEE:)"
NO_SEPARATOR = "no '::' after the headword"

_BRACES = regex.compile(r"\{[^{}]*\}")
_SOUND = regex.compile(r"(?:(?<=\s)|^)/[^/]*/(?=[\s,;]|$)")
_MEANING = regex.compile(r"\s\{.*$")
_REFERENCE = regex.compile(r"\sSEE:\s")
_NUMBERED = regex.compile(r"\[m\d*\](.*)\[/m\]")
_GENDER = regex.compile(r"\[p\].*?\[/p\]")
_TAG = regex.compile(r"(?<!\\)\[/?[a-z*!'][^\]\\]*\]")
_ESCAPED = regex.compile(r"\\(.)")
_CARD = "a DSL dictionary: headwords, and indented lines with translations between [m1] and [/m]"


def ding_entries(path: str | Path, entries: Entries) -> Iterator[Headword]:
    """Headwords and translations of each line of a Ding text, in its order.

    Args:
        path: of the file, gzip or not.
        entries: where skipped lines are counted.

    Raises:
        SwitchRankError: as `text_lines`.
    """
    for line, where in text_lines(path, "a headword and its translations per line, separated by '::'", entries):
        if line.startswith("#"):
            continue
        head, separator, targets = f"{line} ".partition(" :: ")
        if not separator:
            entries.skip(NO_SEPARATOR, where)
        elif not targets.strip() and _REFERENCE.search(head):
            entries.skip(REFERENCE, where)
        else:
            yield from _entry([_MEANING.sub("", head)], targets, where, entries)


def dsl_entries(path: str | Path, entries: Entries) -> Iterator[Headword]:
    """Headwords and translations of each line with translations of a DSL dictionary, in its order.

    Args:
        path: of the file, dictzip (gzip) or not.
        entries: where skipped lines are counted.

    Raises:
        SwitchRankError: no such file, it is empty, truncated, or neither UTF-8 nor UTF-16; it holds no headword.
    """
    heads: list[str] = []
    inside = False
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            heads = [line] if inside else [*heads, line]
            inside = False
            continue
        inside = True
        if match := _NUMBERED.search(line):
            plain = _ESCAPED.sub(r"\1", _TAG.sub("", _GENDER.sub("", match[1])))
            yield from _entry([_ESCAPED.sub(r"\1", head) for head in heads], plain, f"line {number:,}", entries)


def _entry(heads: list[str], targets: str, where: str, entries: Entries) -> Iterator[Headword]:
    if not targets.strip():
        entries.skip(EMPTY, where)
        return
    found = plain_translations(_SOUND.sub("", _BRACES.sub("", targets)))
    kept = list(dict.fromkeys(part for text in found for part in alternatives(text) if "/" not in part))
    if not kept:
        entries.skip(NO_TRANSLATION, where)
        return
    for head in heads:
        if (word := plain_entry(head)) is None:
            entries.skip(NO_HEADWORD, where)
        else:
            yield Headword(word, kept)


def _text(path: str | Path) -> str:
    with opened(path, _CARD, text=False) as file:
        raw = file.read()
    if other_encoding(raw[:START]) != "UTF-16":
        return decoded(raw, path)
    # without a mark, the zero byte of the first character, which is Latin, says which half comes first
    codec = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be" if raw[0] == 0 else "utf-16-le"
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise SwitchRankError(f"{path}: not UTF-16 at byte {error.start}, or truncated; expected {_CARD}") from None
