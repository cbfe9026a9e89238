"""The paired test against scipy, Holm by hand, families, and the rate of false alarms."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import stats

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.clusters import groups_of_queries
from switchrank.evaluation.corrections import adjusted, holm
from switchrank.evaluation.paired import Comparison, compare_paired
from switchrank.evaluation.settings import Significance
from switchrank.evaluation.significance import compare
from tests.toy.script import Job, Named, run_script

SETTINGS: dict[str, Any] = {"baseline": "base", "test": "t", "correction": "holm", "family": "regime", "level": 0.05}
PLAN = Significance(**SETTINGS)
QUERIES = [f"запрос{n:02}" for n in range(12)]


def paired_t(differences: NDArray[np.float64], level: float) -> Comparison:
    """The default test."""
    return compare_paired(differences, PLAN.model_copy(update={"level": level}), "pair")


def measured(values: NDArray[np.float64], queries: list[str] = QUERIES, name: str = "RR@10") -> pl.DataFrame:
    return pl.DataFrame({"measure": [name] * len(values), "query_id": queries[: len(values)], "value": values})


def draw(*key: int) -> NDArray[np.float64]:
    return np.random.default_rng(key).uniform(size=len(QUERIES))


def compared(
    values: dict[tuple[str, int, str], NDArray[np.float64]], **changes: Any
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Rows by (system, regime, pair)."""
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    table = compare([measured(v) for v in values.values()], runs, SETTINGS | changes)
    return {(row["system"], row["regime"], row["pair"]): row for row in table.iter_rows(named=True)}


def test_equal_to_scipy_on_values_averaged_over_seeds() -> None:
    values = {(s, n, "en-ja"): draw(i, n) for i, s in enumerate(("base", "mlcs")) for n in (1, 2, 3)}
    row = compared(values)["mlcs", "CLIR", "en-ja"]
    ours = (draw(1, 1) + draw(1, 2) + draw(1, 3)) / 3
    base = (draw(0, 1) + draw(0, 2) + draw(0, 3)) / 3
    expected = stats.ttest_rel(ours, base)
    interval = expected.confidence_interval(0.95)
    assert row["statistic"] == pytest.approx(expected.statistic)
    assert row["p_value"] == pytest.approx(expected.pvalue)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
    assert row["difference"] == pytest.approx((ours - base).mean())
    assert row["queries"] == len(QUERIES)
    assert row["baseline"] == "base"


def test_t_by_hand() -> None:
    """Differences 1 2 3: mean 2, standard error 1/sqrt(3), t = 2 sqrt(3) with 2 degrees of freedom,
    where the distribution is t / sqrt(2 + t²) and its 97.5 % point 4.302653."""
    result = paired_t(np.array([1.0, 2.0, 3.0]), 0.05)
    t = 2 * math.sqrt(3)
    assert result.statistic == pytest.approx(t)
    assert result.p_value == pytest.approx(1 - t / math.sqrt(2 + t * t))
    assert result.low == pytest.approx(2 - 4.302652729911275 / math.sqrt(3))
    assert result.high == pytest.approx(2 + 4.302652729911275 / math.sqrt(3))


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == pytest.approx([1.0, 1.0])
    assert holm([0.02]) == pytest.approx([0.02])
    assert holm([]) == []


def test_holm_counts_what_could_not_be_computed() -> None:
    assert holm([0.01, None, 0.02]) == [pytest.approx(0.03), None, pytest.approx(0.04)]


def test_no_difference_is_not_computable_and_not_an_error() -> None:
    same = draw(1)
    row = compared({("base", 1, "en-de"): same, ("copy", 1, "en-de"): same})["copy", "CLIR", "en-de"]
    assert row["difference"] == 0
    assert [row[name] for name in ("statistic", "p_value", "p_adjusted", "low", "high")] == [None] * 5
    shifted = compared({("base", 1, "en-de"): same, ("s", 1, "en-de"): same + 0.1})["s", "CLIR", "en-de"]
    assert shifted["difference"] == pytest.approx(0.1)
    assert shifted["p_value"] is None


def test_one_query_cannot_be_tested() -> None:
    assert paired_t(np.array([0.5]), 0.05).p_value is None


def values_of_three() -> dict[tuple[str, int, str], NDArray[np.float64]]:
    pairs = ("en-en", "en-de", "de-en")
    return {(s, 1, p): draw(i, j) for i, s in enumerate(("base", "blcs", "mlcs")) for j, p in enumerate(pairs)}


@pytest.mark.parametrize(
    ("family", "name", "members"),
    [
        ("regime", "home RR@10 CLIR", [(s, "CLIR", p) for s in ("blcs", "mlcs") for p in ("de-en", "en-de")]),
        ("measure", "home RR@10", [(s, "CLIR", p) for s in ("blcs", "mlcs") for p in ("de-en", "en-de")]),
        ("system", "home RR@10 mlcs", [("mlcs", "CLIR", p) for p in ("de-en", "en-de")]),
        ("regime", "home RR@10 CLIR means", [("blcs", "CLIR", "mean"), ("mlcs", "CLIR", "mean")]),
        ("measure", "home RR@10 means", [(s, t, "mean") for s in ("blcs", "mlcs") for t in ("CLIR", "MoIR")]),
        ("system", "home RR@10 blcs means", [("blcs", "CLIR", "mean"), ("blcs", "MoIR", "mean")]),
    ],
)
def test_families(family: str, name: str, members: list[tuple[str, str, str]]) -> None:
    rows = compared(values_of_three(), family=family)
    found = {key: row for key, row in rows.items() if row["family"] == name and row["repeats"] is None}
    assert sorted(found) == sorted(members)
    keys = sorted(found)
    assert [found[key]["p_adjusted"] for key in keys] == pytest.approx(holm([found[key]["p_value"] for key in keys]))
    assert {row["correction"] for row in rows.values()} == {"holm"}


def test_equal_sets_of_pairs_are_tested_once() -> None:
    """MoIR, MoIR close and MoIR seen are over the same pairs, and CLIR close is en-de alone: one p-value each, counted
    once, also where signs are drawn."""
    pairs = ("en-en", "ru-ru", "en-de", "en-ar")
    values = {(s, 1, p): draw(i, j) for i, s in enumerate(("base", "mlcs")) for j, p in enumerate(pairs)}
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    groups = {"close": ["en-en", "ru-ru", "en-de"], "seen": ["en-en", "ru-ru", "en-ar"], "unseen": ["en-de", "en-ar"]}
    asked = SETTINGS | {"family": "measure", "test": "randomisation", "resamples": 99}
    table = compare([measured(v) for v in values.values()], runs, asked, groups)
    rows = {(row["regime"], row["pair"]): row for row in table.iter_rows(named=True)}
    repeats = {key: row["repeats"] for key, row in rows.items() if row["repeats"]}
    assert repeats == {
        ("MoIR close", "mean"): "MoIR mean",
        ("MoIR seen", "mean"): "MoIR mean",
        ("CLIR close", "mean"): "CLIR en-de",
        ("CLIR seen", "mean"): "CLIR en-ar",
        ("CLIR unseen", "mean"): "CLIR mean",
    }
    for key, name in repeats.items():
        first = rows[tuple(name.split())]  # type: ignore[index]
        assert all(rows[key][column] == first[column] for column in ("p_value", "p_adjusted", "family", "difference"))
    assert rows["MoIR seen", "mean"]["family"] == "home RR@10 means"
    once = table.filter(pl.col("repeats").is_null())
    for (family,), part in once.partition_by("family", as_dict=True, maintain_order=True).items():
        assert part["p_adjusted"].to_list() == pytest.approx(holm(part["p_value"].to_list())), family


def test_a_mean_of_one_pair_is_the_pairs_test() -> None:
    rows = compared(values_of_three(), family="measure")
    pair, mean = rows["mlcs", "MoIR", "en-en"], rows["mlcs", "MoIR", "mean"]
    assert (pair["repeats"], mean["repeats"]) == ("MoIR mean", None)
    assert (pair["family"], pair["p_adjusted"]) == (mean["family"], mean["p_adjusted"])


def test_a_system_that_is_the_baseline_by_construction_is_not_compared() -> None:
    """Translate Test changes nothing in en-en: three comparisons are corrected together, not four."""
    pairs = ("en-en", "en-de")
    values = {(s, n, p): draw(i, n, j) for i, s in enumerate(("base", "mlcs", "translated")) for n in (1, 2)
              for j, p in enumerate(pairs)}  # fmt: skip
    values |= {("translated", n, "en-en"): values["base", n, "en-en"] for n in (1, 2)}
    for over in ("queries", "seeds", "both"):
        rows = compared(values, family="measure", over=over)
        row = rows["translated", "MoIR", "en-en"]
        assert row["reason"] == "no comparison: equal to base on every query"
        assert [row[name] for name in ("p_value", "p_adjusted", "family", "low", "detectable")] == [None] * 5
        assert (row["difference"], row["units"]) == (0, 2 if over == "seeds" else 12)
        family = [row for row in rows.values() if row["family"] == "home RR@10 means" and row["repeats"] is None]
        assert len(family) == 3
        assert [row["p_adjusted"] for row in family] == pytest.approx(holm([row["p_value"] for row in family]))


def test_without_correction_p_stays() -> None:
    rows = compared(values_of_three(), correction="none")
    assert all(row["p_adjusted"] == row["p_value"] for row in rows.values())
    assert {row["correction"] for row in rows.values()} == {"none"}


def test_means_average_the_pairs_query_by_query() -> None:
    values = values_of_three()
    row = compared(values)["mlcs", "CLIR", "mean"]
    ours = (values["mlcs", 1, "en-de"] + values["mlcs", 1, "de-en"]) / 2
    base = (values["base", 1, "en-de"] + values["base", 1, "de-en"]) / 2
    assert row["p_value"] == pytest.approx(stats.ttest_rel(ours, base).pvalue)


def test_means_use_the_queries_that_all_pairs_hold() -> None:
    runs = [(s, 1, "home", p) for s in ("base", "mlcs") for p in ("en-de", "de-en")]
    some = ["q1", "q2", "استعلام"], ["q2", "q3", "استعلام"]
    values = [np.array(v) for v in ([0.0, 0.1, 0.2], [0.3, 0.9, 0.1], [0.9, 0.6, 0.5], [0.9, 0.0, 0.9])]
    table = compare([measured(v, some[i % 2]) for i, v in enumerate(values)], runs, SETTINGS)
    row = table.row(by_predicate=pl.col("pair") == "mean", named=True)
    assert row["queries"] == 2
    assert row["difference"] == pytest.approx(((0.6 + 0.9 - 0.1 - 0.3) / 2 + (0.5 + 0.9 - 0.2 - 0.1) / 2) / 2)


def test_a_system_that_lacks_a_pair_has_no_mean_row() -> None:
    values = values_of_three()
    del values["blcs", 1, "de-en"]
    rows = compared(values)
    assert ("blcs", "CLIR", "mean") not in rows
    assert ("mlcs", "CLIR", "mean") in rows
    assert ("blcs", "MoIR", "mean") in rows


def test_a_planted_best_seed_does_not_decide() -> None:
    """Two seeds at the baseline and one far above: the test sees their average, whichever comes last."""
    base, lucky = draw(0), np.ones(len(QUERIES))
    found = []
    for seeds in ([base, base, lucky], [lucky, base, base]):
        values = {("base", n, "en-de"): base for n in (1, 2, 3)}
        values |= {("mlcs", n, "en-de"): seed for n, seed in enumerate(seeds, start=1)}
        found.append(compared(values)["mlcs", "CLIR", "en-de"])
    assert found[0]["difference"] == pytest.approx((lucky - base).mean() / 3)
    assert found[0]["p_value"] == pytest.approx(found[1]["p_value"])


def test_bad_comparisons_are_refused() -> None:
    values = values_of_three()
    with pytest.raises(SwitchRankError, match="found 'zeroshot', which has no run; runs: base, blcs, mlcs"):
        compared(values, baseline="zeroshot")
    del values["base", 1, "de-en"]
    with pytest.raises(SwitchRankError, match="baseline 'base' was not judged on home de-en by RR@10"):
        compared(values)
    runs = [("base", 1, "home", "en-de"), ("mlcs", 1, "home", "en-de")]
    with pytest.raises(SwitchRankError, match="'запрос11' is in one only"):
        compare([measured(draw(1)), measured(draw(2), [*QUERIES[:-1], "検索"])], runs, SETTINGS)


def test_result_fits_its_contract(tmp_path) -> None:  # type: ignore[no-untyped-def]
    runs = [(s, 1, "home", "en-de") for s in ("base", "mlcs")]
    table = compare([measured(draw(1)), measured(draw(1))], runs, SETTINGS)
    tables.write(table, tmp_path / "s.parquet", tables.SIGNIFICANCE)
    assert tables.read(tmp_path / "s.parquet", tables.SIGNIFICANCE).height == 2
    alone = compare([measured(draw(1))], runs[:1], SETTINGS)
    tables.write(alone, tmp_path / "none.parquet", tables.SIGNIFICANCE)
    assert tables.read(tmp_path / "none.parquet", tables.SIGNIFICANCE).height == 0


def test_no_effect_is_called_significant_about_five_times_in_a_hundred() -> None:
    generator = np.random.default_rng(20230509)
    systems = [f"s{n:04}" for n in range(1000)]
    runs = [(system, 1, "home", "en-de") for system in ("base", *systems)]
    queries = [f"q{n:02}" for n in range(40)]
    difficulty = generator.uniform(0.2, 0.8, size=40)
    # Every system has its own noise on the same difficulty; the baseline has none, so tests are independent.
    noise = np.vstack([np.zeros(40), generator.normal(scale=0.1, size=(1000, 40))])
    tables_of = [measured(difficulty + row, queries) for row in noise]
    table = compare(tables_of, runs, SETTINGS | {"correction": "none"}).filter(pl.col("pair") == "en-de")
    share = float((table["p_value"].to_numpy() < 0.05).mean())
    assert table.height == 1000
    assert 0.03 < share < 0.07


def test_what_is_not_computable_says_why() -> None:
    same = draw(1)
    row = compared({("base", 1, "en-de"): same, ("copy", 1, "en-de"): same})["copy", "CLIR", "en-de"]
    assert row["reason"] == "no comparison: equal to base on every query"
    assert row["effect"] is None
    shifted = compared({("base", 1, "en-de"): same, ("s", 1, "en-de"): same + 0.1})["s", "CLIR", "en-de"]
    assert shifted["reason"] == "not computable: no query differs from another"
    assert paired_t(np.array([0.5]), 0.05).reason == "not computable: one query only"
    assert paired_t(np.array([0.5, 0.1, 0.4]), 0.05).reason is None


def test_over_seeds_the_sample_is_the_seeds() -> None:
    values = {(s, n, "ja-ar"): draw(i, n) for i, s in enumerate(("base", "mlcs")) for n in (1, 2, 3)}
    rows = compared(values, over="seeds")
    differences = [float((draw(1, n) - draw(0, n)).mean()) for n in (1, 2, 3)]
    expected = stats.ttest_1samp(differences, 0)
    for pair in ("ja-ar", "mean"):
        row = rows["mlcs", "CLIR", pair]
        assert (row["statistic"], row["p_value"]) == pytest.approx((expected.statistic, expected.pvalue))
        assert (row["queries"], row["seeds"], row["over"], row["test"]) == (12, 3, "seeds", "t")


def test_one_seed_is_visibly_not_computable_over_seeds() -> None:
    row = compared({(s, 4, "en-de"): draw(i) for i, s in enumerate(("base", "mlcs"))}, over="seeds")[
        "mlcs", "CLIR", "en-de"
    ]
    assert row["difference"] == pytest.approx((draw(1) - draw(0)).mean())
    assert [row[name] for name in ("statistic", "p_value", "p_adjusted", "low", "high", "effect")] == [None] * 6
    assert row["reason"] == "not computable: one seed only"


def test_a_test_over_seeds_needs_the_same_seeds() -> None:
    values = {("base", 1, "en-de"): draw(0), ("base", 2, "en-de"): draw(1)}
    values |= {("mlcs", 1, "en-de"): draw(2), ("mlcs", 3, "en-de"): draw(3)}
    with pytest.raises(SwitchRankError, match=r"found seeds \[1, 3\] and \[1, 2\]; a test over seeds needs the same"):
        compared(values, over="seeds")
    assert compared(values)["mlcs", "CLIR", "en-de"]["p_value"] is not None


def test_groups_have_means_and_families_of_their_own() -> None:
    values = {
        (s, 1, p): draw(i, j) for i, s in enumerate(("base", "mlcs")) for j, p in enumerate(("en-de", "de-ru", "ru-ja"))
    }
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    groups = {"close": ["en-de", "de-ru"], "distant": ["de-ru", "ru-ja"]}
    table = compare([measured(v) for v in values.values()], runs, SETTINGS, groups)
    rows = {(row["regime"], row["pair"]): row for row in table.iter_rows(named=True)}
    expected = stats.ttest_rel((draw(1, 1) + draw(1, 2)) / 2, (draw(0, 1) + draw(0, 2)) / 2)
    assert rows["CLIR distant", "mean"]["p_value"] == pytest.approx(expected.pvalue)
    close = stats.ttest_rel((draw(1, 0) + draw(1, 1)) / 2, (draw(0, 0) + draw(0, 1)) / 2)
    assert rows["CLIR close", "mean"]["p_value"] == pytest.approx(close.pvalue)
    assert {rows[f"CLIR {group}", "mean"]["family"] for group in groups} == {"home RR@10 CLIR group means"}
    without = compare([measured(v) for v in values.values()], runs, SETTINGS)
    assert table.filter(~pl.col("regime").is_in(["CLIR close", "CLIR distant"])).equals(without)


@pytest.mark.parametrize("test", ["randomisation", "wilcoxon"])
@pytest.mark.parametrize("interval", ["t", "bootstrap"])
def test_every_test_and_interval_fits_the_contract(tmp_path, test: str, interval: str) -> None:  # type: ignore[no-untyped-def]
    runs = [(s, 1, "home", p) for s in ("base", "mlcs") for p in ("en-de", "xx-ar")]
    table = compare([measured(draw(n)) for n in range(4)], runs, SETTINGS | {"test": test, "interval": interval})
    tables.write(table, tmp_path / "s.parquet", tables.SIGNIFICANCE)
    assert table["reason"].null_count() == table.height
    assert (
        table.select((pl.col("low") < pl.col("difference")) & (pl.col("difference") < pl.col("high"))).to_series().all()
    )


def _null(settings: dict[str, Any], families: int, members: int) -> pl.DataFrame:
    """SIGNIFICANCE rows of systems without an effect, sorted by family; a family is a benchmark."""
    generator = np.random.default_rng(20231206)
    queries = [f"q{n:02}" for n in range(30)]
    runs, measures = [], []
    for family in range(families):
        # the baseline has no noise of its own, so that the tests of a family are independent
        noise = np.vstack([np.zeros(30), generator.normal(scale=0.1, size=(members, 30))])
        runs += [(f"s{n:04}" if n else "base", 1, f"home{family:03}", "en-de") for n in range(members + 1)]
        measures += [measured(row, queries) for row in noise + generator.uniform(0.2, 0.8, size=30)]
    table = compare(measures, runs, SETTINGS | settings | {"correction": "none"})
    return table.filter(pl.col("pair") == "en-de").sort("family", "system")


@pytest.mark.parametrize("test", ["randomisation", "wilcoxon"])
def test_a_planted_null_is_significant_about_alpha_times(test: str) -> None:
    """1,000 comparisons without an effect; 50 ± 4 standard deviations (6.9) may be significant at 5 %."""
    p_values = _null({"test": test, "resamples": 199}, 1, 1000)["p_value"].to_numpy()
    assert len(p_values) == 1000
    assert 22 < (p_values < 0.05).sum() < 78


def test_corrected_families_keep_their_error_rate() -> None:
    """Without any effect every rejection is false: at most about 5 % of 300 families may have one (15; standard
    deviation 3.8). Uncorrected it would be 1 − .95^5, or 68 of them."""
    table = _null({}, 300, 5)
    families = table["family"].to_list()
    hit = {}
    for correction in ("none", "bonferroni", "holm", "bh"):
        p_values = np.array(adjusted(table["p_value"].to_list(), families, correction)).reshape(300, 5)
        hit[correction] = int((p_values.min(axis=1) < 0.05).sum())
    assert hit["none"] > 45
    assert all(2 < hit[correction] < 30 for correction in ("bonferroni", "holm", "bh"))


def test_a_further_baseline_has_rows_of_its_own_in_the_same_family(tmp_path) -> None:  # type: ignore[no-untyped-def]
    values = {(s, 1, "en-ja"): draw(i) for i, s in enumerate(("base", "mlcs", "aligned"))}
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    table = compare([measured(v) for v in values.values()], runs, SETTINGS | {"others": {"mlcs": ["aligned"]}})
    tables.write(table, tmp_path / "significance.parquet", tables.SIGNIFICANCE)
    pairs = table.filter(pl.col("pair") == "en-ja")
    assert sorted(pairs.select("system", "baseline").rows()) == [
        ("aligned", "base"),
        ("aligned", "mlcs"),
        ("mlcs", "base"),
    ]
    (row,) = pairs.filter(pl.col("baseline") == "mlcs").to_dicts()
    expected = stats.ttest_rel(draw(2), draw(1))
    assert row["difference"] == pytest.approx((draw(2) - draw(1)).mean())
    assert row["p_value"] == pytest.approx(expected.pvalue)
    # three comparisons, not two, are corrected together
    assert pairs["p_adjusted"].to_list() == pytest.approx(holm(pairs["p_value"].to_list()))


def test_the_baseline_among_others_still_meets_all_systems() -> None:
    values = {(s, 1, "en-ja"): draw(i) for i, s in enumerate(("base", "mlcs", "aligned"))}
    assert compared(values, others={"base": ["mlcs"]}).keys() == compared(values).keys()


def test_a_further_baseline_without_a_run() -> None:
    values = {(s, 1, "en-ja"): draw(i) for i, s in enumerate(("base", "mlcs"))}
    with pytest.raises(SwitchRankError, match="found 'typo', which has no run; runs: base, mlcs"):
        compared(values, others={"typo": ["mlcs"]})


# -- groups of queries ----------------------------------------------------------------------------
GROUP_OF = {query: at // 4 for at, query in enumerate(QUERIES)}


def test_rows_say_what_was_independent() -> None:
    """Also of means over pairs, on the queries that the pairs share."""
    values = values_of_three()
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    measures = [measured(found) for found in values.values()]
    plain = compare(measures, runs, SETTINGS, clusters={"home": GROUP_OF})
    assert set(plain["clusters"]) == {"none"} and set(plain["units"]) == {12}
    asked = SETTINGS | {"clusters": "group"}
    table = compare(measures, runs, asked, clusters={"home": GROUP_OF})
    assert set(table["clusters"]) == {"group"} and set(table["units"]) == {3} and set(table["queries"]) == {12}
    assert table["difference"].to_list() == pytest.approx(plain["difference"].to_list())
    ours = (values["mlcs", 1, "en-de"] + values["mlcs", 1, "de-en"]) / 2
    base = (values["base", 1, "en-de"] + values["base", 1, "de-en"]) / 2
    expected = compare_paired(ours - base, PLAN, clusters=np.arange(12) // 4)
    (mean,) = table.filter((pl.col("system") == "mlcs") & (pl.col("pair") == "mean") & (pl.col("regime") == "CLIR"))[
        "p_value"
    ]
    assert mean == pytest.approx(expected.p_value)


def test_the_script_reads_judgements_and_groups(tmp_path: Path) -> None:
    """What it reads is declared: the same paths stand among the inputs."""
    for at, system in enumerate(("base", "mlcs")):
        rows = measured(draw(at)).with_columns(pair=pl.lit("en-ja"))
        tables.write(rows, tmp_path / f"{system}.parquet", tables.MEASURES)
    documents = [*QUERIES, "документ"]
    groups = [f"группа{GROUP_OF.get(name, 9)}" for name in documents]
    splits = pl.DataFrame({"doc_id": documents, "group": groups, "split": ["test"] * 13})
    qrels = pl.DataFrame({"query_id": QUERIES, "doc_id": QUERIES, "relevance": pl.Series([1] * 12, dtype=pl.Int8)})
    tables.write(splits, tmp_path / "splits.parquet", tables.SPLITS)
    tables.write(qrels, tmp_path / "qrels.parquet", tables.QRELS)
    paths = [str(tmp_path / "qrels.parquet"), str(tmp_path / "splits.parquet")]
    job = Job(
        tmp_path / "log",
        input=Named(measures=[str(tmp_path / f"{s}.parquet") for s in ("base", "mlcs")], clusters=paths),
        output=Named(made=str(tmp_path / "significance.parquet")),
        params=Named(
            runs=[(system, 1, "home", "en-ja") for system in ("base", "mlcs")],
            groups={},
            clusters={"home": paths},
            settings=SETTINGS | {"clusters": "group"},
        ),
    )
    run_script("test_significance", job)
    found = tables.read(tmp_path / "significance.parquet", tables.SIGNIFICANCE)
    assert found.select("clusters", "queries", "units").unique().rows() == [("group", 12, 3)]


def test_seeds_have_no_groups() -> None:
    values = {(s, n, "en-ja"): draw(i, n) for i, s in enumerate(("base", "mlcs")) for n in (1, 2, 3)}
    row = compared(values, over="seeds", clusters="group")["mlcs", "CLIR", "en-ja"]
    assert (row["clusters"], row["units"]) == ("none", 3)


def test_queries_without_a_group_stand_alone() -> None:
    values = {(s, 1, "en-ja"): draw(i) for i, s in enumerate(("base", "mlcs"))}
    runs = [(system, seed, "home", pair) for system, seed, pair in values]
    asked, measures = SETTINGS | {"clusters": "group"}, [measured(v) for v in values.values()]
    known = {query: group for query, group in GROUP_OF.items() if query not in ("запрос06", "запрос07")}
    assert compare(measures, runs, asked, clusters={"home": known})["units"].to_list() == [5, 5]
    assert compare(measures, runs, asked, clusters={"home": {}})["units"].to_list() == [12, 12]


def test_queries_are_together_whose_relevant_passages_are_of_one_group() -> None:
    """d1 and d2 are of one article; q3 ties 窓 to it, since it is answered in both; what is judged irrelevant and a
    passage that splits do not know tie nothing, even if it is called as an article is."""
    judged = [("q1", "d1", 1), ("q2", "d2", 2), ("q3", "d2", 1), ("q3", "窓", 1), ("q4", "窓", 1), ("q5", "дом", 1)]
    judged += [("q5", "d1", 0), ("q6", "article", 1), ("q7", "article", 1), ("q8", "d1", 0)]
    qrels = pl.DataFrame(judged, schema=["query_id", "doc_id", "relevance"], orient="row")
    splits = pl.DataFrame({"doc_id": ["d1", "d2", "窓", "дом"], "group": ["article", "article", "窓", "дом"]})
    wanted = {"q1": 0, "q2": 0, "q3": 0, "q4": 0, "q5": 1, "q6": 2, "q7": 2}
    assert groups_of_queries(qrels, splits) == wanted
    assert groups_of_queries(qrels.reverse(), splits.reverse()) == wanted
    assert groups_of_queries(qrels.clear(), splits) == {}
