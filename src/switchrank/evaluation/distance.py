"""How far apart two languages are: a coarse measure of our own, from family, genus and script.

0 for the same genus, 1 for another genus of the same family, 2 for another family, and 1 more when the scripts differ.
Families and genera are those of `distance.csv`, general knowledge put into a table; scripts those of `languages.csv`.
No value is taken from a typological database, and word order or morphology play no part.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, Pair, language

CLOSE, DISTANT = "close", "distant"
_FARTHEST_CLOSE = 1


class _Descent(NamedTuple):
    family: str
    genus: str


@cache
def _descents() -> dict[str, _Descent]:
    text = files("switchrank.evaluation").joinpath("distance.csv").read_text(encoding="utf-8")
    return {row["language"]: _Descent(row["family"], row["genus"]) for row in csv.DictReader(text.splitlines())}


def distance(one: str, other: str) -> int:
    """Distance of two languages, 0 … 3; symmetric, 0 to itself.

    Raises:
        SwitchRankError: a language is unknown, or has no row in `distance.csv`.
    """
    first, second = _descent(one), _descent(other)
    apart = 2 if first.family != second.family else int(first.genus != second.genus)
    return apart + (language(one).script != language(other).script)


def pair_distance(pair: Pair) -> int | None:
    """Between query and passage language; from English, the language of training, when they are one; None for a
    mixed side."""
    if MIXED in pair:
        return None
    return distance("en" if pair.query == pair.passage else pair.query, pair.passage)


def distance_group(pair: Pair) -> str | None:
    """`close` up to distance 1 (a genus, or a family and its script), `distant` from 2 on; None for a mixed side."""
    found = pair_distance(pair)
    if found is None:
        return None
    return CLOSE if found <= _FARTHEST_CLOSE else DISTANT


def _descent(code: str) -> _Descent:
    language(code)
    known = _descents()
    if code not in known:
        raise SwitchRankError(
            f"language {code!r} has no row in src/switchrank/evaluation/distance.csv; rows: {', '.join(known)}"
        )
    return known[code]
