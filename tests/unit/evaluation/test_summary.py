"""The summary by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.summary import summarise


def measured(values: dict[str, float], name: str = "RR@10") -> pl.DataFrame:
    return pl.DataFrame(
        {"measure": [name] * len(values), "query_id": list(values), "value": list(values.values())},
        schema={"measure": pl.String, "query_id": pl.String, "value": pl.Float64},
    )


def row(summary: pl.DataFrame, **wanted: str) -> dict[str, object]:
    return summary.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in wanted.items()), named=True)


def test_means_over_queries_then_seeds() -> None:
    runs = [("mlcs", 1, "b", "en-de"), ("mlcs", 2, "b", "en-de")]
    summary = summarise([measured({"q1": 1.0, "запрос": 0.5}), measured({"q1": 0.5, "запрос": 0.0})], runs)
    found = row(summary, pair="en-de")
    assert found["regime"] == "CLIR"
    assert found["mean"] == pytest.approx((0.75 + 0.25) / 2)
    assert found["deviation"] == pytest.approx(math.sqrt(2 * 0.25**2))
    assert (found["seeds"], found["queries"]) == (2, 2)


def test_one_seed_has_no_deviation() -> None:
    summary = summarise([measured({"q1": 0.25})], [("s", 3, "b", "ja-ja")])
    assert row(summary, pair="ja-ja")["deviation"] is None
    assert row(summary, pair="mean")["deviation"] is None


def test_a_setting_averages_its_pairs_with_equal_weight(tmp_path) -> None:  # type: ignore[no-untyped-def]
    runs = [(s, n, "b", p) for s in ("one", "two") for n in (1, 2) for p in ("en-en", "en-ar", "ar-en", "xx-en")]
    by_pair = {"en-en": {"q": 1.0}, "en-ar": {"q": 0.5, "r": 0.5, "s": 0.5}, "ar-en": {"q": 0.1}, "xx-en": {"q": 0.7}}
    tables_of = [
        measured({query: value - 0.1 * (seed == 2) for query, value in by_pair[pair].items()})
        for _, seed, _, pair in runs
    ]
    summary = summarise(tables_of, runs)
    clir = row(summary, system="one", regime="CLIR", pair="mean")
    assert clir["mean"] == pytest.approx(((0.5 + 0.1) / 2 + (0.4 + 0.0) / 2) / 2)
    assert clir["deviation"] == pytest.approx(0.1 / math.sqrt(2))
    assert clir["queries"] == 3
    assert row(summary, system="two", regime="MoIR", pair="mean")["mean"] == pytest.approx(0.95)
    assert row(summary, system="two", regime="MLIR", pair="mean")["mean"] == pytest.approx(0.65)
    tables.write(summary, tmp_path / "summary.parquet", tables.SUMMARY)
    assert tables.read(tmp_path / "summary.parquet", tables.SUMMARY).height == 2 * (4 + 3)


def test_a_system_that_lacks_a_pair_has_no_mean_of_that_setting() -> None:
    runs = [("all", 1, "b", "en-de"), ("all", 1, "b", "en-zh"), ("all", 1, "b", "de-de")]
    runs += [("some", 1, "b", "en-de"), ("some", 1, "b", "de-de")]
    summary = summarise([measured({"q": 0.5}) for _ in runs], runs)
    means = summary.filter(pl.col("pair") == "mean").select("system", "regime").sort("system", "regime").rows()
    assert means == [("all", "CLIR"), ("all", "MoIR"), ("some", "MoIR")]


def test_a_planted_best_seed_is_not_preferred() -> None:
    """Every order of the same seeds, the lucky one first, in the middle or last, gives one mean."""
    by_seed = {1: 0.2, 2: 0.9, 3: 0.4}
    found = []
    for order in ([1, 2, 3], [2, 1, 3], [3, 1, 2]):
        runs = [("s", seed, "b", "en-de") for seed in order]
        summary = summarise([measured({"q": by_seed[seed]}) for seed in order], runs)
        found.append(row(summary, pair="en-de")["mean"])
    assert found[0] == pytest.approx(0.5)
    assert found[0] == found[1] == found[2]


def test_bad_sets_of_runs_are_refused() -> None:
    one = measured({"q": 0.5})
    with pytest.raises(SwitchRankError, match="given twice"):
        summarise([one, one], [("s", 1, "b", "en-de"), ("s", 1, "b", "en-de")])
    with pytest.raises(SwitchRankError, match="'запрос' is in one only"):
        summarise([one, measured({"запрос": 0.5, "q": 1.0})], [("s", 1, "b", "en-de"), ("s", 2, "b", "en-de")])
    with pytest.raises(SwitchRankError, match=r"en-de RR@10 has seeds \[1\], en-ru RR@10 has \[2\]"):
        summarise([one, one], [("s", 1, "b", "en-de"), ("s", 2, "b", "en-ru")])
