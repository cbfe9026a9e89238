"""Distances of languages, and groups of pairs with means of their own."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.evaluation.groups import pair_groups
from switchrank.evaluation.language_distance import distance, distance_group, pair_distance
from switchrank.evaluation.summary import summarise
from switchrank.languages import known_languages, parse_pair

CODES = st.sampled_from(sorted(known_languages()))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("en", "de", 0),  # both Germanic, Latin
        ("en", "it", 1),  # Indo-European, Latin
        ("en", "ru", 2),  # Indo-European, another script
        ("hi", "bn", 1),  # both Indic, another script
        ("en", "fi", 2),  # another family, Latin
        ("en", "ar", 3),
        ("ja", "zh", 3),
        ("ru", "uk", 0),
        ("ar", "fa", 2),  # one script, other families
    ],
)
def test_distances_by_hand(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == expected


@given(CODES, CODES, CODES)
def test_distance_is_a_metric_up_to_identity(one: str, two: str, three: str) -> None:
    assert distance(one, one) == 0
    assert distance(one, two) == distance(two, one)
    assert distance(one, three) <= distance(one, two) + distance(two, three)


def test_a_pair_of_one_language_is_as_far_as_that_language_from_english() -> None:
    assert [pair_distance(parse_pair(pair)) for pair in ("en-en", "ja-ja", "de-nl", "ru-ja", "en-xx")] == [
        0,
        3,
        0,
        3,
        None,
    ]
    assert [distance_group(parse_pair(pair)) for pair in ("en-fr", "en-ru", "xx-xx")] == ["close", "distant", None]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SwitchRankError, match="unknown language 'tlh'"):
        distance("en", "tlh")


PAIRS = [parse_pair(text) for text in ("en-en", "de-de", "en-de", "en-ar", "fr-ja", "en-xx")]


def test_groups_by_distance_leave_mixed_sides_out() -> None:
    assert pair_groups(PAIRS, ["distance"], []) == {
        "close": ["en-en", "de-de", "en-de"],
        "distant": ["en-ar", "fr-ja"],
    }


def test_seen_by_all_unseen_by_all_and_neither() -> None:
    """ar was seen by one of two systems: en-ar is in neither group."""
    found = pair_groups(PAIRS, ["seen"], [{"en", "de", "ar"}, {"en", "de"}])
    assert found == {"seen": ["en-en", "de-de", "en-de"], "unseen": ["fr-ja"]}
    assert pair_groups(PAIRS, ["seen"], []) == {}
    assert pair_groups(PAIRS, [], [{"en"}]) == {}


def test_a_group_is_averaged_like_a_setting() -> None:
    by_pair = {"en-de": 0.9, "en-ar": 0.4, "fr-ja": 0.2, "de-de": 0.7}
    runs = [("s", 1, "b", pair) for pair in by_pair]
    tables = [pl.DataFrame({"measure": ["RR"], "query_id": ["запрос"], "value": [value]}) for value in by_pair.values()]
    groups = pair_groups([parse_pair(pair) for pair in by_pair], ["distance", "seen"], [{"en", "de"}])
    means = {
        row["regime"]: row["mean"]
        for row in summarise(tables, runs, groups).filter(pl.col("pair") == "mean").iter_rows(named=True)
    }
    assert means == pytest.approx(
        {
            "CLIR": 0.5,
            "CLIR close": 0.9,
            "CLIR distant": 0.3,
            "CLIR seen": 0.9,
            "CLIR unseen": 0.3,
            "MoIR": 0.7,
            "MoIR close": 0.7,
            "MoIR seen": 0.7,
        }
    )


def test_a_system_that_lacks_a_pair_of_a_group_has_no_mean_of_it() -> None:
    runs = [("all", 1, "b", pair) for pair in ("en-de", "en-ar", "fr-ja")]
    runs += [("some", 1, "b", pair) for pair in ("en-de", "en-ar")]
    tables = [pl.DataFrame({"measure": ["RR"], "query_id": ["q"], "value": [0.5]}) for _ in runs]
    summary = summarise(tables, runs, {"close": ["en-de"], "distant": ["en-ar", "fr-ja"]})
    means = summary.filter((pl.col("pair") == "mean") & (pl.col("system") == "some"))["regime"].to_list()
    assert means == ["CLIR close"]
