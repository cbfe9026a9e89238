"""One paired comparison over queries and seeds at once: both are drawn from more than those that were measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from switchrank.evaluation.paired import ROUNDING, Comparison

Floats = NDArray[np.float64]


def compare_crossed(differences: Floats, level: float, clusters: NDArray[np.int64] | None = None) -> Comparison:
    """Test whether the mean difference is 0 where seeds and queries are crossed random effects.

    The variance of the mean is V = V_q + V_s − V_e: the one over queries (of means over seeds), the one over seeds
    (of means over queries), and the rest, which both contain. With one query per cluster it is
    (MS_q + MS_s − MS_e) / (S·N), the mean squares of a two-way analysis of variance with random effects and one value
    per cell (Searle, Casella and McCulloch 1992, *Variance Components*, chapter 4; t² is then the quasi-F ratio of
    Clark 1973). A component whose estimate is negative counts as 0, so V is never below V_q or V_s. Degrees of freedom
    after Satterthwaite (1946): V² / Σ V_i² / f_i.

    With clusters, the entries are each cluster's sum minus its size times the mean, per seed: V_q is then the
    cluster-robust variance of `paired`, and V that of two-way clusters (Cameron, Gelbach and Miller 2011).

    Args:
        differences: float64[seeds, queries], system minus baseline.
        level: of the interval.
        clusters: int64[queries], from 0; when absent, each query is its own.

    Returns:
        `units` counts the clusters. Not computable with one seed, one cluster, or without variation.
    """
    seeds, queries = differences.shape
    mean = float(differences.mean())
    sums = differences if clusters is None else _of_clusters(differences, clusters)
    sizes = np.ones(queries) if clusters is None else np.bincount(clusters)
    residuals = sums - mean * sizes
    count, name = len(sizes), "query" if clusters is None else "group"
    if seeds < 2 or count < 2:
        return Comparison(mean, count, reason=f"not computable: one {'seed' if seeds < 2 else name} only")
    if np.sqrt((residuals**2).mean()) < ROUNDING:
        return Comparison(mean, count, reason=f"not computable: no {name} and no seed differs from another")
    error, degrees = _error(residuals, seeds * queries)
    statistic = mean / error
    half = float(stats.t.isf(level / 2, degrees)) * error
    spread = float(differences.mean(axis=0).std(ddof=1))
    return Comparison(
        mean,
        count,
        mean - half,
        mean + half,
        statistic,
        float(2 * stats.t.sf(abs(statistic), degrees)),
        mean / spread if spread >= ROUNDING else None,
        None if spread >= ROUNDING else "effect not computable: no query differs from another",
        error,
        degrees,
    )


def _of_clusters(differences: Floats, clusters: NDArray[np.int64]) -> Floats:
    """float64[seeds, clusters], sums."""
    return np.stack([np.bincount(clusters, weights=row) for row in differences])


def _error(residuals: Floats, total: int) -> tuple[float, float]:
    """Standard error of the mean of `total` differences, and its degrees of freedom.

    Args:
        residuals: float64[seeds, clusters], which sum to 0.
        total: how many differences there are.
    """
    seeds, count = residuals.shape
    by_seed, by_cluster = residuals.mean(axis=1, keepdims=True), residuals.mean(axis=0, keepdims=True)
    free = np.array([seeds - 1, count - 1, (seeds - 1) * (count - 1)])
    squares = np.array(
        [
            count * (by_seed**2).sum(),
            seeds * (by_cluster**2).sum(),
            ((residuals - by_seed - by_cluster) ** 2).sum(),
        ]
    )
    of_seeds, of_clusters, rest = parts = squares / free * seeds * count / total**2
    variance = max(of_seeds, of_clusters, of_seeds + of_clusters - rest)
    return float(np.sqrt(variance)), float(variance**2 / (parts**2 / free).sum())
