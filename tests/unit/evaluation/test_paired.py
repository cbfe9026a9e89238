"""Tests, intervals and effect sizes of one comparison against scipy, statsmodels and by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from switchrank.evaluation.paired import Comparison, compare_paired
from switchrank.evaluation.settings import Significance

Floats = NDArray[np.float64]


def compared(differences: Floats, *key: str, **changes: Any) -> Comparison:
    return compare_paired(differences, Significance(**changes), *key)


def sample(size: int, *key: int) -> Floats:
    """Differences of reciprocal ranks: many zeros and ties."""
    ranks = np.array([0, 1, 1 / 2, 1 / 3, 1 / 10])
    return np.random.default_rng(key).choice(ranks, size) - np.random.default_rng((1, *key)).choice(ranks, size)


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(5, 60))
def test_t_equals_statsmodels(key: int, size: int) -> None:
    differences = sample(size, key)
    if differences.std() < 1e-9:
        return
    found, theirs = compared(differences), DescrStatsW(differences)
    statistic, p_value, _ = theirs.ttest_mean(0)
    assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value))
    assert (found.low, found.high) == pytest.approx(theirs.tconfint_mean(0.05))
    assert found.effect == pytest.approx(found.statistic / np.sqrt(size))


def test_equal_differences_of_reciprocal_ranks_are_ties() -> None:
    # from rank 3 to 2 and from rank 6 to nowhere are both a sixth, whose doubles differ: as many won as lost
    differences = np.array([1 / 2 - 1 / 3] * 10 + [0 - 1 / 6] * 10)
    assert differences[0] != -differences[-1]
    assert compared(differences, test="wilcoxon").p_value == 1.0


def test_wilcoxon_equals_scipy() -> None:
    differences = sample(40, 3)
    found, expected = compared(differences, test="wilcoxon"), stats.wilcoxon(differences)
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))


def test_randomisation_by_hand() -> None:
    """1 2 3 and a zero: of the 8 ways of signs, 2 have a sum of at least 6 in size: p = 2/8."""
    assert compared(np.array([0.1, 0.2, 0.0, 0.3]), test="randomisation").p_value == pytest.approx(2 / 8)
    # .1 .2 −.3: sums 0 in size or more are all of them
    assert compared(np.array([0.1, 0.2, -0.3]), test="randomisation").p_value == pytest.approx(1)
    assert compared(np.array([0.0, 0.2, 0.0]), test="randomisation").p_value == 1


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(3, 10))
def test_randomisation_is_exact_where_queries_are_few(key: int, size: int) -> None:
    differences = sample(size, key)
    if np.abs(differences).max() < 1e-9:
        return
    sums = np.array([np.dot(signs, differences) for signs in product((-1, 1), repeat=size)])
    extreme = np.mean(np.abs(sums) >= abs(differences.sum()) - 1e-9)
    assert compared(differences, test="randomisation").p_value == pytest.approx(extreme)


def test_randomisation_of_many_queries_comes_near_the_t_test() -> None:
    differences = sample(400, 11)
    differences += 0.1 * differences.std() - differences.mean()  # t is 2
    drawn = compared(differences, "en-de", test="randomisation", resamples=20000).p_value
    assert drawn == pytest.approx(compared(differences).p_value, abs=0.006)
    assert drawn > 0, "the observed signs are one of the ways"


def test_random_draws_depend_on_seed_and_key_alone() -> None:
    differences = sample(60, 5)
    choose = {"test": "randomisation", "interval": "bootstrap", "resamples": 500}
    first = compared(differences, "mlcs", "en-de", **choose)
    assert first == compared(differences, "mlcs", "en-de", **choose)
    assert first.p_value != compared(differences, "mlcs", "en-ru", **choose).p_value
    assert first.low != compared(differences, "mlcs", "en-de", **choose, seed=1).low


def test_bootstrap_interval_equals_scipy_and_covers() -> None:
    differences = sample(80, 9)
    found = compared(differences, interval="bootstrap", resamples=9999)
    expected = stats.bootstrap((differences,), np.mean, method="BCa", rng=np.random.default_rng(1)).confidence_interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.01)
    covered = [
        (c := compared(np.random.default_rng(n).normal(0.1, 0.3, 40), interval="bootstrap", resamples=399)).low
        < 0.1
        < c.high
        for n in range(300)
    ]
    assert 0.90 < np.mean(covered) < 0.99


@pytest.mark.parametrize("test", ["randomisation", "wilcoxon"])
def test_the_same_difference_everywhere_has_signs_but_no_interval(test: str) -> None:
    found = compared(np.full(8, 0.25), test=test)
    assert found.p_value == pytest.approx(2 / 2**8)
    assert (found.low, found.high, found.effect) == (None, None, None)
    assert found.reason == "interval not computable: no query differs from another"
    nothing = compared(np.zeros(8), test=test)
    assert nothing.p_value is None
    assert nothing.reason == "not computable: no query differs from another"


def test_one_seed_or_query_is_not_computable() -> None:
    assert compared(np.array([0.1])).reason == "not computable: one query only"
    assert compared(np.array([0.1]), over="seeds", test="randomisation").reason == "not computable: one seed only"
