"""Smallest effects against statsmodels and by simulation; equivalence against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW

from switchrank.evaluation.corrections import holm
from switchrank.evaluation.power import p_of_equivalence, smallest_effect
from tests.unit.evaluation.test_paired_tests import QUERIES, compared, draw


@pytest.mark.parametrize("queries", [6, 12, 40, 260])
@pytest.mark.parametrize("level", [0.05, 0.01])
def test_smallest_effect_equals_statsmodels(queries: int, level: float) -> None:
    """Of a sample with standard deviation 1, so that its standard error is 1/√n."""
    expected = TTestPower().solve_power(nobs=queries, alpha=level, power=0.8, alternative="two-sided")
    assert smallest_effect(1 / np.sqrt(queries), queries - 1, level) == pytest.approx(expected, rel=1e-4)


def test_few_queries_at_a_strict_level_by_simulation() -> None:
    """Where statsmodels finds 3.59, since scipy's noncentral t is NaN there: 100,000 samples, deviation .0013."""
    samples = np.random.default_rng(4).normal(smallest_effect(0.5, 3, 0.01), 1, (100_000, 4))
    t = samples.mean(axis=1) / samples.std(axis=1, ddof=1) * 2
    assert np.mean(np.abs(t) > 5.840909) == pytest.approx(0.8, abs=0.005)  # 99.5 % point of 3 degrees of freedom


def test_an_effect_of_that_size_is_found_four_times_in_five() -> None:
    """2,000 samples of 20: 1,600 found, standard deviation 18."""
    effect = smallest_effect(1 / np.sqrt(20), 19, 0.05)
    samples = np.random.default_rng(3).normal(effect, 1, (2000, 20))
    t = samples.mean(axis=1) / samples.std(axis=1, ddof=1) * np.sqrt(20)
    assert 1530 < (np.abs(t) > 2.093024).sum() < 1670  # 97.5 % point of 19 degrees of freedom


def test_equivalence_equals_statsmodels() -> None:
    differences = np.random.default_rng(5).normal(0.01, 0.1, 50)
    sample = DescrStatsW(differences)
    expected = max(sample.ttest_mean(-0.04, "larger")[1], sample.ttest_mean(0.04, "smaller")[1])
    found = p_of_equivalence(differences.mean(), differences.std(ddof=1) / np.sqrt(50), 49, 0.04)
    assert found == pytest.approx(expected)
    assert p_of_equivalence(0.04, 0.01, 49, 0.04) == pytest.approx(0.5)


def test_rows_have_the_smallest_effect_at_the_level_left_to_each_comparison() -> None:
    values = {(s, 1, p): draw(i, j) for i, s in enumerate(("base", "a", "b")) for j, p in enumerate(("en-ja", "ja-ar"))}
    rows = compared(values)
    for (system, _, pair), row in rows.items():
        size = 2 if pair == "mean" else 4
        assert row["degrees"] == len(QUERIES) - 1
        assert row["detectable"] == pytest.approx(smallest_effect(row["error"], 11, 0.05 / size)), (system, pair)
    plain = compared(values, correction="none")["a", "CLIR", "en-ja"]
    assert plain["detectable"] == pytest.approx(smallest_effect(plain["error"], 11, 0.05))


def test_equivalence_is_tested_on_request_and_corrected() -> None:
    values = {(s, 1, "en-ja"): draw(0) + 0.01 * draw(i, 7) for i, s in enumerate(("base", "a", "b"))}
    assert {row["p_equivalent"] for row in compared(values).values()} == {None}
    rows = compared(values, margin=0.004)
    pairs = [rows[system, "CLIR", "en-ja"] for system in ("a", "b")]
    single = [p_of_equivalence(row["difference"], row["error"], row["degrees"], 0.004) for row in pairs]
    assert [row["p_equivalent"] for row in pairs] == pytest.approx(holm(single))
