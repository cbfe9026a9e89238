"""The language drawn for each text of a mixed side."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from switchrank.data.mixing import mix_languages

LANGUAGES = ["en", "de", "ru", "ja", "ar", "hi"]


@given(st.lists(st.text(min_size=1), unique=True), st.randoms())
def test_order_repetition_and_other_ids_do_not_matter(ids: list[str], random: object) -> None:
    whole = dict(mix_languages([*ids, "더", "مزيد"], "queries", LANGUAGES, 0).iter_rows())
    again = [*ids, *ids]
    random.shuffle(again)  # type: ignore[attr-defined]
    found = mix_languages(again, "queries", LANGUAGES[::-1], 0)
    assert found["id"].to_list() == sorted(ids)
    assert all(whole[name] == code for name, code in found.iter_rows())


def test_languages_are_drawn_evenly() -> None:
    found = mix_languages([f"текст {number}" for number in range(6000)], "passages", LANGUAGES, 0)
    counts = dict(found["language"].value_counts().iter_rows())
    assert sorted(counts) == sorted(LANGUAGES)
    # 1,000 each; the standard deviation is 29
    assert all(abs(count - 1000) < 145 for count in counts.values())


def test_sides_and_seeds_are_drawn_apart() -> None:
    ids = [f"id_{number}" for number in range(600)]
    tables = [
        mix_languages(ids, side, LANGUAGES, seed) for side, seed in (("queries", 0), ("passages", 0), ("queries", 1))
    ]
    for other in tables[1:]:
        same = (tables[0]["language"] == other["language"]).mean()
        assert isinstance(same, float) and abs(same - 1 / 6) < 0.08


def test_no_ids_give_an_empty_table() -> None:
    found = mix_languages([], "queries", LANGUAGES, 0)
    assert found.height == 0 and found.schema == {"id": pl.String, "language": pl.String}
