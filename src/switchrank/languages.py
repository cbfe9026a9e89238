"""Languages by their ISO 639-1 code, and the two-language pairs that name a corpus or a run."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from switchrank.errors import SwitchRankError

MIXED = "xx"
"""Stands for "a language drawn for each query or passage" in a pair (MLIR)."""


@dataclass(frozen=True)
class Language:
    """One row of `languages.csv`.

    Attributes:
        code: ISO 639-1 code.
        name: English name.
        script: writing system.
        direction: `ltr` or `rtl`.
        cased: whether the script has upper and lower case.
        spaced: whether words are separated by spaces.
        family: language family.
        genus: branch of the family.
    """

    code: str
    name: str
    script: str
    direction: str
    cased: bool
    spaced: bool
    family: str
    genus: str


class Pair(NamedTuple):
    """Query language and passage language; either may be `xx` (mixed)."""

    query: str
    passage: str

    def __str__(self) -> str:
        return f"{self.query}-{self.passage}"

    @property
    def setting(self) -> str:
        """MoIR (one language), CLIR (two) or MLIR (a mixed side)."""
        if MIXED in self:
            return "MLIR"
        return "MoIR" if self.query == self.passage else "CLIR"


@cache
def known_languages() -> dict[str, Language]:
    """Every language of `languages.csv`, by code."""
    text = files("switchrank").joinpath("languages.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["language"]: Language(
            row["language"],
            row["name"],
            row["script"],
            row["direction"],
            row["cased"] == "true",
            row["spaced"] == "true",
            row["family"],
            row["genus"],
        )
        for row in rows
    }


def known_codes() -> list[str]:
    """The codes of `languages.csv`, for messages: a script that asks for these alone depends on no row."""
    return list(known_languages())


def language(code: str) -> Language:
    """The language with this code.

    Raises:
        SwitchRankError: the code is not in `languages.csv`.
    """
    known = known_languages()
    if code not in known:
        raise SwitchRankError(
            f"unknown language {code!r}: allowed are {', '.join(known)} (src/switchrank/languages.csv)"
        )
    return known[code]


def parse_pair(text: str) -> Pair:
    """Read `en-de` or `xx-en`.

    Raises:
        SwitchRankError: not two known codes (or `xx`) joined by a hyphen.
    """
    parts = text.split("-")
    if len(parts) != 2:
        raise SwitchRankError(f"pair {text!r}: expected QUERY-PASSAGE, two language codes such as en-de or {MIXED}-en")
    for code in parts:
        if code != MIXED:
            language(code)
    return Pair(*parts)
