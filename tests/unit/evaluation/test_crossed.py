"""Tests over queries and seeds at once against analyses of variance written out, and their rate of false alarms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from switchrank.errors import SwitchRankError
from switchrank.evaluation.crossed import compare_crossed
from switchrank.evaluation.paired import compare_paired
from switchrank.evaluation.settings import Significance
from tests.unit.evaluation.test_paired_tests import compared, draw

Floats = NDArray[np.float64]


def drawn(seeds: int, queries: int, *key: int, scales: tuple[float, float, float] = (0.05, 0.2, 0.1)) -> Floats:
    """Effects of seeds and of queries, and what neither explains."""
    generator = np.random.default_rng(key)
    shapes = ((seeds, 1), (1, queries), (seeds, queries))
    return sum(scale * generator.normal(size=shape) for scale, shape in zip(scales, shapes, strict=True))


def two_way(cells: Floats) -> tuple[dict[str, float], dict[str, int]]:
    """Mean squares and degrees of freedom of a two-way analysis of variance with one value in each cell: each effect is
    a least-squares fit of indicator columns, and its sum of squares what they add to the fit."""
    seeds, queries = cells.shape
    rows = np.array(list(itertools.product(range(seeds), range(queries))))
    one = np.ones((len(rows), 1))
    of_seed, of_query = (np.eye(size)[rows[:, axis]] for axis, size in enumerate((seeds, queries)))

    def rest(*design: Floats) -> float:
        columns = np.hstack(design)
        fitted = columns @ np.linalg.lstsq(columns, cells.ravel(), rcond=None)[0]
        return float(((cells.ravel() - fitted) ** 2).sum())

    squares = {
        "seeds": rest(one) - rest(one, of_seed),
        "queries": rest(one) - rest(one, of_query),
        "rest": rest(one, of_seed, of_query),
    }
    free = {"seeds": seeds - 1, "queries": queries - 1, "rest": (seeds - 1) * (queries - 1)}
    return {name: squares[name] / free[name] for name in squares}, free


@pytest.mark.parametrize(("seeds", "queries", "key"), [(2, 5, 0), (3, 12, 1), (5, 9, 2), (4, 30, 3)])
def test_equals_an_analysis_of_variance(seeds: int, queries: int, key: int) -> None:
    differences = 0.04 + drawn(seeds, queries, key)
    mean_squares, free = two_way(differences)
    parts = {name: mean_squares[name] / differences.size for name in mean_squares}
    # each estimated component is 0 or more: (MS_seeds − MS_rest) / queries and (MS_queries − MS_rest) / seeds
    variance = parts["seeds"] + parts["queries"] - parts["rest"]
    assert variance > max(parts["seeds"], parts["queries"]), "no component is negative in these examples"
    degrees = variance**2 / sum(parts[name] ** 2 / free[name] for name in parts)
    found = compare_crossed(differences, 0.05)
    assert found.error == pytest.approx(np.sqrt(variance))
    assert found.degrees == pytest.approx(degrees)
    t = differences.mean() / np.sqrt(variance)
    assert (found.statistic, found.p_value) == pytest.approx((t, 2 * stats.t.sf(abs(t), degrees)))
    half = stats.t.ppf(0.975, degrees) * np.sqrt(variance)
    assert (found.low, found.high) == pytest.approx((differences.mean() - half, differences.mean() + half))
    assert found.units == queries


def test_by_hand() -> None:
    """Rows 1 3 5 and 3 5 7: effects of seeds ±1 and of queries −2 0 2, nothing else. MS_seeds = 3 · 2 / 1 = 6,
    MS_queries = 2 · 8 / 2 = 8, MS_rest = 0; V = (6 + 8) / 6 = 7/3; f = (7/3)² / (1² / 1 + (4/3)² / 2) = 49/17."""
    found = compare_crossed(np.array([[1.0, 3, 5], [3, 5, 7]]), 0.05)
    assert found.difference == pytest.approx(4)
    assert found.error == pytest.approx(np.sqrt(7 / 3))
    assert found.degrees == pytest.approx(49 / 17)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 1000), st.integers(2, 5), st.integers(3, 30), st.sampled_from([0.0, 0.02, 0.3]))
def test_never_surer_than_a_test_over_queries_or_over_seeds(key: int, seeds: int, queries: int, scale: float) -> None:
    differences = drawn(seeds, queries, key, scales=(scale, 0.1, 0.2))
    clusters = np.sort(np.random.default_rng(key).integers(0, 8, queries))
    clusters = np.unique(clusters, return_inverse=True)[1]
    if clusters.max() == 0:
        return
    error = compare_crossed(differences, 0.05, clusters).error
    of_queries = compare_paired(differences.mean(axis=0), Significance(), clusters=clusters)
    of_seeds = compare_paired(differences.mean(axis=1), Significance(over="seeds"))
    assert error >= max(of_queries.error, of_seeds.error) * (1 - 1e-12)


def test_clusters_add_the_variances_of_two_way_clusters() -> None:
    """V_q, V_s and V_e from sums written out cluster by cluster; with clusters of one query nothing changes."""
    sizes = [3, 1, 4, 2, 5, 1, 3]
    clusters = np.repeat(np.arange(7), sizes)
    differences = drawn(4, 19, 7)
    differences += 0.3 * np.random.default_rng(8).normal(size=7)[clusters]
    mean, total = differences.mean(), differences.size
    sums = np.array([[sum(differences[s, clusters == g] - mean) for g in range(7)] for s in range(4)])
    v_seeds = 4 / 3 * sum(sums[s].sum() ** 2 for s in range(4)) / total**2
    v_clusters = 7 / 6 * sum(sums[:, g].sum() ** 2 for g in range(7)) / total**2
    rest = sum((sums[s, g] - sums[s].mean() - sums[:, g].mean()) ** 2 for s, g in itertools.product(range(4), range(7)))
    v_rest = 28 / 18 * rest / total**2
    found = compare_crossed(differences, 0.05, clusters)
    assert found.error**2 == pytest.approx(v_seeds + v_clusters - v_rest)
    assert found.units == 7
    assert compare_crossed(differences, 0.05, np.arange(19)) == compare_crossed(differences, 0.05)


@pytest.mark.parametrize("scales", [(0.0, 0.3, 0.1), (0.02, 0.3, 0.1), (0.05, 0.1, 0.3), (0.02, 0.0, 0.3)])
@pytest.mark.parametrize("clustered", [False, True])
def test_a_planted_null_is_rejected_at_most_about_five_times_in_a_hundred(
    scales: tuple[float, float, float], clustered: bool
) -> None:
    """600 comparisons without an effect, three seeds, 60 queries: 30 at 5 %, standard deviation 5.3. Few where what
    neither explains is largest, since a negative component counts as 0."""
    clusters = np.arange(60) // 2 if clustered else None
    rejected = 0
    for n in range(600):
        differences = drawn(3, 60, n, scales=scales)
        if clustered:  # queries of a cluster share half of their variance
            differences += scales[1] * np.random.default_rng((n, 1)).normal(size=30)[np.arange(60) // 2]
        rejected += compare_crossed(differences, 0.05, clusters).p_value < 0.05
    assert 3 <= rejected <= 51


def test_trainings_that_differ_raise_false_alarms_only_over_queries() -> None:
    """No difference on average, but each training moves all queries by a quarter of what queries differ. With three
    seeds Satterthwaite's degrees of freedom allow up to .073 (20,000 samples); of 800 the deviation is .009."""
    samples = [drawn(3, 60, n, scales=(0.05, 0.2, 0.1)) for n in range(800)]
    over_queries = np.mean([compare_paired(d.mean(axis=0), Significance()).p_value < 0.05 for d in samples])
    over_both = np.mean([compare_crossed(d, 0.05).p_value < 0.05 for d in samples])
    assert over_queries > 0.15
    assert 0.02 < over_both < 0.1


def values(seeds: tuple[int, ...] = (1, 2, 3)) -> dict[tuple[str, int, str], Floats]:
    return {(s, n, p): draw(i, n, j) for i, s in enumerate(("base", "mlcs")) for n in seeds
            for j, p in enumerate(("ja-ar", "ar-ja"))}  # fmt: skip


def test_over_both_reaches_the_table() -> None:
    given_values = values()
    rows = compared(given_values, over="both")
    matrix = np.stack([given_values["mlcs", n, "ja-ar"] - given_values["base", n, "ja-ar"] for n in (1, 2, 3)])
    other = np.stack([given_values["mlcs", n, "ar-ja"] - given_values["base", n, "ar-ja"] for n in (1, 2, 3)])
    for pair, expected in (("ja-ar", matrix), ("mean", (matrix + other) / 2)):
        row, found = rows["mlcs", "CLIR", pair], compare_crossed(expected, 0.05)
        assert (row["p_value"], row["error"], row["degrees"]) == pytest.approx(
            (found.p_value, found.error, found.degrees)
        )
        assert row["by_seed"] == pytest.approx(expected.mean(axis=1).tolist())
        assert (row["over"], row["units"], row["seeds"]) == ("both", 12, 3)


def test_over_both_needs_two_seeds_of_the_same_numbers() -> None:
    row = compared(values((4,)), over="both")["mlcs", "CLIR", "ja-ar"]
    assert row["p_value"] is None and row["reason"] == "not computable: one seed only"
    other = values((1, 2)) | {("mlcs", 3, p): draw(9) for p in ("ja-ar", "ar-ja")}
    del other["mlcs", 2, "ja-ar"], other["mlcs", 2, "ar-ja"]
    with pytest.raises(SwitchRankError, match=r"found seeds \[1, 3\] and \[1, 2\]; a test over seeds needs the same"):
        compared(other, over="both")


def test_without_variation() -> None:
    flat = compare_crossed(np.full((3, 5), 0.25), 0.05)
    assert flat.reason == "not computable: no query and no seed differs from another" and flat.p_value is None
    only_seeds = compare_crossed(np.array([[0.1] * 5, [0.2] * 5, [0.6] * 5]), 0.05)
    assert only_seeds.p_value == pytest.approx(stats.ttest_1samp([0.1, 0.2, 0.6], 0).pvalue)
    assert (only_seeds.effect, only_seeds.reason) == (None, "effect not computable: no query differs from another")
    assert (
        compare_crossed(np.ones((3, 4)), 0.05, np.zeros(4, dtype=np.int64)).reason == "not computable: one group only"
    )


@pytest.mark.parametrize("changes", [{"test": "wilcoxon"}, {"interval": "bootstrap"}])
def test_over_both_is_a_t_test(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="over: both needs test: t and interval: t"):
        Significance(over="both", **changes)
