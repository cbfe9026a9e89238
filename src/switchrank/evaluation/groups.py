"""Groups of language pairs, each with its own mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from switchrank.evaluation.language_distance import CLOSE, DISTANT, distance_group
from switchrank.languages import MIXED, Pair

SEEN, UNSEEN = "seen", "unseen"


def pair_groups(
    pairs: Sequence[Pair], groupings: Collection[str], seen: Sequence[Collection[str]]
) -> dict[str, list[str]]:
    """Group the pairs of a run; a mixed side is in no group.

    Args:
        pairs: of the run.
        groupings: `distance`, `seen` or both.
        seen: for each system whose one model serves all pairs, the languages that its training data were switched
            into, English included. A pair is seen if all of these systems have seen both languages, unseen if one of
            its languages was seen by none, and in neither group otherwise: a mean must be over the same pairs in
            every system.

    Returns:
        Pairs by the group's name, in the order of `pairs`; groups without pairs are left out.
    """
    plain = [pair for pair in pairs if MIXED not in pair]
    groups: dict[str, list[str]] = {}
    if "distance" in groupings:
        for name in (CLOSE, DISTANT):
            groups[name] = [str(pair) for pair in plain if distance_group(pair) == name]
    if "seen" in groupings and seen:
        groups[SEEN] = [str(pair) for pair in plain if all(set(pair) <= set(codes) for codes in seen)]
        known = {code for codes in seen for code in codes}
        groups[UNSEEN] = [str(pair) for pair in plain if not set(pair) <= known]
    return {name: members for name, members in groups.items() if members}
