"""One paired comparison: test, confidence interval and effect size of a sample of differences, alone or in clusters."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from switchrank.evaluation.settings import Significance
from switchrank.randomness import key_of

Floats = NDArray[np.float64]
_DIGITS = 12
ROUNDING = 10.0**-_DIGITS
"""Differences of values in 0 … 1 that vary less than this vary only by rounding."""
_HELD = 4_000_000
"""Resampled differences held at a time."""


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison. What could not be computed is None, and `reason` says why.

    Attributes:
        difference: mean difference.
        units: what counts as independent: queries, groups of them, or seeds.
        low, high: its confidence interval.
        statistic: t, Wilcoxon's smaller sum of ranks, or the mean difference (randomisation).
        p_value: two-sided.
        effect: Cohen's d_z (1988, section 2.3.5), mean difference over the differences' standard deviation.
        reason: why something is None.
        error, degrees: standard error of the mean difference, and the degrees of freedom of its t.
    """

    difference: float
    units: int
    low: float | None = None
    high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    effect: float | None = None
    reason: str | None = None
    error: float | None = None
    degrees: float | None = None


@dataclass(frozen=True)
class _Units:
    """The independent parts of a sample.

    Attributes:
        sums: float64[units], of their differences.
        sizes: float64[units], how many differences each has.
        name: of one part.
    """

    sums: Floats
    sizes: Floats
    name: str

    @property
    def mean(self) -> float:
        """Mean of all differences, over all units."""
        return float(self.sums.sum() / self.sizes.sum())

    @property
    def means(self) -> Floats:
        """Mean of each unit."""
        return self.sums / self.sizes

    @property
    def residuals(self) -> Floats:
        """Each unit's sum minus its share of the mean."""
        return self.sums - self.mean * self.sizes

    @property
    def error(self) -> float:
        """Standard error of the mean: robust to any correlation within a unit (Liang and Zeger 1986, of a constant;
        Cameron and Miller 2015, eqs. 11 and 12). With one difference per unit it is that of a t-test."""
        count = len(self.sums)
        return float(np.sqrt(count / (count - 1) * (self.residuals**2).sum()) / self.sizes.sum())


def compare_paired(
    differences: Floats, settings: Significance, *key: str, clusters: NDArray[np.int64] | None = None
) -> Comparison:
    """Test whether the differences are centred at 0.

    Args:
        differences: float64[sample], system minus baseline, of queries or of seeds.
        settings: test, interval, level, over, resamples and seed.
        key: what is compared; random draws depend on it and on the seed alone.
        clusters: int64[sample], from 0, the group that each difference belongs to: groups are independent of one
            another, differences within one need not be. When absent, each difference is its own group.
    """
    units = _units_of(differences, settings, clusters)
    if len(units.sums) < 2:
        return Comparison(units.mean, len(units.sums), reason=f"not computable: one {units.name} only")
    generator = np.random.default_rng(key_of(settings.seed, *key))
    if np.sqrt((units.residuals**2).mean()) < ROUNDING:
        return _without_variation(units, settings, generator)
    statistic, p_value = _tested(units, settings, generator)
    low, high = _interval(units, settings, generator)
    effect = units.mean / float(differences.std(ddof=1))
    reason = None if low is not None else "interval not computable: bootstrap samples hardly vary"
    count, error = len(units.sums), units.error
    return Comparison(units.mean, count, low, high, statistic, p_value, effect, reason, error, count - 1)


def _units_of(differences: Floats, settings: Significance, clusters: NDArray[np.int64] | None) -> _Units:
    if clusters is None:
        return _Units(differences, np.ones(len(differences)), {"queries": "query", "seeds": "seed"}[settings.over])
    sums: Floats = np.bincount(clusters, weights=differences).astype(np.float64)
    return _Units(sums, np.bincount(clusters).astype(np.float64), "group")


def _without_variation(units: _Units, settings: Significance, generator: np.random.Generator) -> Comparison:
    """All differences are equal: no t, interval or effect size; signs and ranks can still be tested, unless they are
    all 0."""
    count = len(units.sums)
    if settings.test == "t" or abs(units.mean) < ROUNDING:
        return Comparison(units.mean, count, reason=f"not computable: no {units.name} differs from another")
    statistic, p_value = _tested(units, settings, generator)
    reason = f"interval not computable: no {units.name} differs from another"
    return Comparison(units.mean, count, statistic=statistic, p_value=p_value, reason=reason)


def _tested(units: _Units, settings: Significance, generator: np.random.Generator) -> tuple[float, float]:
    if settings.test == "t":
        statistic = units.mean / units.error
        return statistic, float(2 * stats.t.sf(abs(statistic), len(units.sums) - 1))
    if settings.test == "wilcoxon":
        # 1/2 − 1/3 and 1/6 are a tie, though their doubles differ; adding 0 makes −0 no negative difference
        result = stats.wilcoxon(np.round(units.means, _DIGITS) + 0.0)
        return float(result.statistic), float(result.pvalue)
    return units.mean, _by_sign_flips(units.sums, settings.resamples, generator)


def _by_sign_flips(sums: Floats, resamples: int, generator: np.random.Generator) -> float:
    """Fisher's randomisation test (1935, section 21; Smucker et al. 2007, CIKM): under the null hypothesis the
    differences of every unit could equally all have the other sign. Exact if there are at most `resamples` ways;
    flips of a zero change nothing, so zeros are left out."""
    changed = sums[np.abs(sums) >= ROUNDING]
    if len(changed) == 1:
        return 1.0
    result = stats.permutation_test(
        (changed,),
        # ways whose sums are equal differ in rounding, and only in that where they cancel out
        lambda sample, axis: sample.sum(axis=axis).round(_DIGITS),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=max(1, _HELD // len(changed)),
        rng=generator,
    )
    return float(result.pvalue)


def _interval(
    units: _Units, settings: Significance, generator: np.random.Generator
) -> tuple[float | None, float | None]:
    if settings.interval == "t":
        half = float(stats.t.isf(settings.level / 2, len(units.sums) - 1)) * units.error
        return units.mean - half, units.mean + half
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        interval = stats.bootstrap(
            (units.sums, units.sizes),
            lambda sums, sizes, axis: sums.sum(axis=axis) / sizes.sum(axis=axis),
            paired=True,
            vectorized=True,
            confidence_level=1 - settings.level,
            n_resamples=settings.resamples,
            batch=max(1, _HELD // len(units.sums)),
            method="BCa",
            rng=generator,
        ).confidence_interval
    low, high = float(interval.low), float(interval.high)
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (None, None)
