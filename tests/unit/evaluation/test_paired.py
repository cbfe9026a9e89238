"""Tests, intervals and effect sizes of one comparison against scipy, statsmodels and by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.weightstats import DescrStatsW

from switchrank.evaluation.paired import Comparison, compare_paired
from switchrank.evaluation.settings import Significance

Floats = NDArray[np.float64]


def compared(differences: Floats, *key: str, clusters: NDArray[np.int64] | None = None, **changes: Any) -> Comparison:
    return compare_paired(differences, Significance(**changes), *key, clusters=clusters)


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
@example(128, 9)  # the differences cancel out: their sum is rounding alone, and every way is as far from zero
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


# -- groups of queries ----------------------------------------------------------------------------
def grouped(groups: int, *key: int, spread: float = 0.3) -> tuple[Floats, NDArray[np.int64]]:
    """Differences whose groups share a part of their own, and the group of each; sizes 1 to 12, in no order."""
    random = np.random.default_rng((7, *key))
    clusters = random.permutation(np.repeat(np.arange(groups), random.integers(1, 13, groups)))
    return spread * random.normal(size=groups)[clusters] + 0.3 * random.normal(size=len(clusters)), clusters


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.integers(2, 30))
def test_t_over_groups_equals_cluster_robust_least_squares(key: int, groups: int) -> None:
    differences, clusters = grouped(groups, key)
    found = compared(differences + 0.05, clusters=clusters)
    fitted = OLS(differences + 0.05, np.ones(len(differences))).fit(
        cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True
    )
    assert fitted.df_resid_inference == groups - 1
    assert (found.difference, found.statistic) == pytest.approx((fitted.params[0], fitted.tvalues[0]))
    assert found.p_value == pytest.approx(fitted.pvalues[0])
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int(0.05)[0]))
    assert found.units == groups
    assert found.effect == pytest.approx(found.difference / differences.std(ddof=1)), "of queries, as without groups"


def test_t_over_groups_by_hand() -> None:
    """Groups {1, 1}, {2, 4} and {2}: mean 2; residuals of their sums −2, 2 and 0; variance of the mean
    3/2 · (4 + 4 + 0) / 25 = .48; t = 2 / √.48 with 2 degrees of freedom."""
    found = compared(np.array([1.0, 2, 2, 1, 4]), clusters=np.array([0, 1, 2, 0, 1]))
    t = 2 / np.sqrt(0.48)
    assert (found.difference, found.statistic, found.units) == pytest.approx((2, t, 3))
    assert found.p_value == pytest.approx(1 - t / np.sqrt(2 + t * t))
    assert found.high == pytest.approx(2 + 4.302652729911275 * np.sqrt(0.48))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.integers(2, 9))
def test_signs_of_few_groups_are_all_tried(key: int, groups: int) -> None:
    differences, clusters = grouped(groups, key)
    ways = [np.array(signs)[clusters] for signs in product((-1, 1), repeat=groups)]
    sums = np.array([(signs * differences).sum() for signs in ways])
    extreme = np.mean(np.abs(sums) >= abs(differences.sum()) - 1e-9)
    assert compared(differences, clusters=clusters, test="randomisation").p_value == pytest.approx(extreme)


def test_the_bootstrap_draws_groups() -> None:
    """Against BCa written out (Efron 1987), with samples of whole groups drawn by other random numbers."""
    differences, clusters = grouped(60, 3)
    found = compared(differences, clusters=clusters, interval="bootstrap", resamples=20000)
    members = [differences[clusters == group] for group in range(60)]
    random, mean = np.random.default_rng(1), differences.mean()
    drawn = np.array([np.concatenate([members[g] for g in random.integers(0, 60, 60)]).mean() for _ in range(20000)])
    left_out = np.array([np.concatenate(members[:g] + members[g + 1 :]).mean() for g in range(60)])
    deviations = left_out.mean() - left_out
    bias, skew = stats.norm.ppf(np.mean(drawn < mean)), (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    points = [bias + stats.norm.ppf(share) for share in (0.025, 0.975)]
    low, high = np.quantile(drawn, [stats.norm.cdf(bias + point / (1 - skew * point)) for point in points])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.004)
    alone = compared(differences, interval="bootstrap", resamples=2000)
    assert found.high - found.low > 1.5 * (alone.high - alone.low)


def test_wilcoxon_ranks_the_means_of_groups() -> None:
    differences, clusters = grouped(30, 5)
    means = [differences[clusters == group].mean() for group in range(30)]
    assert compared(differences, clusters=clusters, test="wilcoxon").p_value == pytest.approx(
        stats.wilcoxon(means).pvalue
    )


@settings(deadline=None, max_examples=30)
@given(
    st.integers(0, 1000),
    st.integers(2, 40),
    st.sampled_from(["t", "randomisation", "wilcoxon"]),
    st.sampled_from(["t", "bootstrap"]),
)
def test_groups_of_one_query_are_queries(key: int, size: int, test: str, interval: str) -> None:
    differences = sample(size, key)
    if np.abs(differences).max() < 1e-9:
        return
    chosen: dict[str, Any] = {"test": test, "interval": interval, "resamples": 199}
    plain = compared(differences, **chosen)
    found = compared(differences, clusters=np.arange(size), **chosen)
    for name in ("difference", "units", "low", "high", "statistic", "p_value", "effect"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), abs=1e-12), name
    assert found.reason == (plain.reason and plain.reason.replace("query", "group"))


def test_plain_tests_are_scipys() -> None:
    differences = sample(50, 2)
    expected = stats.ttest_1samp(differences, 0)
    found = compared(differences)
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high, found.units) == pytest.approx((interval.low, interval.high, 50))


def test_groups_that_do_not_differ_are_not_computable() -> None:
    clusters = np.array([0, 0, 1, 1])
    balanced = np.array([0.5, -0.5, 0.25, -0.25])
    for test in ("t", "randomisation", "wilcoxon"):
        found = compared(balanced, clusters=clusters, test=test)
        assert found.p_value is None and found.reason == "not computable: no group differs from another"
    assert compared(balanced, clusters=np.zeros(4, dtype=np.int64)).reason == "not computable: one group only"
    shifted = compared(balanced + 0.1, clusters=clusters, test="randomisation")
    assert shifted.p_value == pytest.approx(2 / 2**2)
    assert shifted.reason == "interval not computable: no group differs from another"


@pytest.mark.parametrize("test", ["t", "randomisation"])
def test_correlated_queries_raise_false_alarms_only_without_groups(test: str) -> None:
    """No difference, 40 groups of 1 to 12 queries that share half of their variance."""
    alone, together = [], []
    for n in range(300):
        differences, clusters = grouped(40, 50, n)
        alone.append(compared(differences, test=test, resamples=199).p_value <= 0.05)
        together.append(compared(differences, clusters=clusters, test=test, resamples=199).p_value <= 0.05)
    assert np.mean(alone) > 0.15
    assert 0.01 < np.mean(together) < 0.09
