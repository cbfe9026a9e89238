"""How far apart two languages are: a coarse measure of our own, from family, genus and script.

0 for the same genus, 1 for another genus of the same family, 2 for another family, and 1 more when the scripts differ.
Families, genera and scripts are those of `languages.csv`, which holds general knowledge.
No value is taken from a typological database, and word order and morphology are not considered.
"""

from __future__ import annotations

from switchrank.languages import MIXED, Pair, language

CLOSE, DISTANT = "close", "distant"
_FARTHEST_CLOSE = 1


def distance(one: str, other: str) -> int:
    """Distance of two languages, 0 … 3; symmetric, 0 to itself.

    Raises:
        SwitchRankError: a language is unknown.
    """
    first, second = language(one), language(other)
    apart = 2 if first.family != second.family else int(first.genus != second.genus)
    return apart + (first.script != second.script)


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
