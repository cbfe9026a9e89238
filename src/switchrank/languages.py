"""Languages by their ISO 639-1 code, and the two-language pairs that name a corpus or a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from switchrank.csv_tables import SOME_TEXT, TRUTH_VALUE, Shape, read_csv
from switchrank.errors import SwitchRankError

MIXED = "xx"
"""Means "a language drawn for each query or passage" in a pair (MLIR)."""


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
    def regime(self) -> str:
        """MoIR (one language), CLIR (two) or MLIR (a mixed side)."""
        if MIXED in self:
            return "MLIR"
        return "MoIR" if self.query == self.passage else "CLIR"


_SHAPES = {
    "language": Shape(rf"(?!{MIXED})[a-z]{{2}}", f"two small letters, an ISO 639-1 code, but not {MIXED}"),
    "name": SOME_TEXT,
    "script": SOME_TEXT,
    "direction": Shape("ltr|rtl", "ltr or rtl"),
    "cased": TRUTH_VALUE,
    "spaced": TRUTH_VALUE,
    "family": SOME_TEXT,
    "genus": SOME_TEXT,
}


def read_languages(path: str | Path) -> dict[str, dict[str, str]]:
    """The rows of a table like `languages.csv`, by code.

    Raises:
        SwitchRankError: see `read_csv`.
    """
    return {row["language"]: row for _, row in read_csv(path, _SHAPES, key=["language"])}


@cache
def language_table() -> dict[str, dict[str, str]]:
    """The rows of `languages.csv`, by code."""
    return read_languages(Path(__file__).with_name("languages.csv"))


@cache
def known_languages() -> dict[str, Language]:
    """Every language of `languages.csv`, by code."""
    return {
        code: Language(
            code,
            row["name"],
            row["script"],
            row["direction"],
            row["cased"] == "true",
            row["spaced"] == "true",
            row["family"],
            row["genus"],
        )
        for code, row in language_table().items()
    }


def known_codes() -> list[str]:
    """The codes of `languages.csv`, for messages: a script that uses only these depends on no row."""
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
