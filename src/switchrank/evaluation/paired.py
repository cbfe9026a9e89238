"""One paired comparison: test, confidence interval and effect size of a sample of differences."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from switchrank.evaluation.settings import Significance
from switchrank.randomness import key_of

Floats = NDArray[np.float64]
_DIGITS = 12
_ROUNDING = 10.0**-_DIGITS
"""Differences of values in 0 … 1 that vary less than this vary by rounding only."""
_HELD = 4_000_000
"""Resampled differences held at a time."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison says. What could not be computed is None, and `reason` says why.

    Attributes:
        difference: mean difference.
        low, high: its confidence interval.
        statistic: t, Wilcoxon's smaller sum of ranks, or the mean difference (randomisation).
        p_value: two-sided.
        effect: Cohen's d_z (1988, section 2.3.5), mean difference over the differences' standard deviation.
        reason: why something is None.
    """

    difference: float
    low: float | None = None
    high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    effect: float | None = None
    reason: str | None = None


def compare_paired(differences: Floats, settings: Significance, *key: str) -> Comparison:
    """Test whether the differences are centred at 0.

    Args:
        differences: float64[sample], system minus baseline, of queries or of seeds.
        settings: test, interval, level, over, resamples and seed.
        key: what is compared; random draws depend on it and on the seed alone.
    """
    difference = float(differences.mean())
    unit = {"queries": "query", "seeds": "seed"}[settings.over]
    if len(differences) < 2:
        return Comparison(difference, reason=f"not computable: one {unit} only")
    generator = np.random.default_rng(key_of(settings.seed, *key))
    if differences.std() < _ROUNDING:
        return _without_variation(differences, settings, unit, generator)
    statistic, p_value = _tested(differences, settings, generator)
    low, high = _interval(differences, settings, generator)
    effect = difference / float(differences.std(ddof=1))
    reason = None if low is not None else "interval not computable: bootstrap samples hardly vary"
    return Comparison(difference, low, high, statistic, p_value, effect, reason)


def _without_variation(
    differences: Floats, settings: Significance, unit: str, generator: np.random.Generator
) -> Comparison:
    """The same difference everywhere: no t, interval or effect size; signs and ranks can still be tested, if it is
    a difference at all."""
    difference = float(differences.mean())
    if settings.test == "t" or abs(difference) < _ROUNDING:
        return Comparison(difference, reason=f"not computable: no {unit} differs from another")
    statistic, p_value = _tested(differences, settings, generator)
    reason = f"interval not computable: no {unit} differs from another"
    return Comparison(difference, statistic=statistic, p_value=p_value, reason=reason)


def _tested(differences: Floats, settings: Significance, generator: np.random.Generator) -> tuple[float, float]:
    if settings.test == "t":
        result = _t_test(differences)
    elif settings.test == "wilcoxon":
        # 1/2 − 1/3 and 1/6 are a tie, though their doubles differ; adding 0 makes −0 no negative difference
        result = stats.wilcoxon(np.round(differences, _DIGITS) + 0.0)
    else:
        return float(differences.mean()), _by_sign_flips(differences, settings.resamples, generator)
    return float(result.statistic), float(result.pvalue)


def _t_test(differences: Floats) -> Any:
    return stats.ttest_rel(differences, np.zeros(len(differences)))


def _by_sign_flips(differences: Floats, resamples: int, generator: np.random.Generator) -> float:
    """Fisher's randomisation test (1935, section 21; Smucker et al. 2007, CIKM): under the null hypothesis every
    difference could as well have the other sign. Exact where there are at most `resamples` ways; flips of a zero
    change nothing, so zeros are left out."""
    changed = differences[np.abs(differences) >= _ROUNDING]
    if len(changed) == 1:
        return 1.0
    result = stats.permutation_test(
        (changed,),
        lambda sample, axis: sample.sum(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=max(1, _HELD // len(changed)),
        rng=generator,
    )
    return float(result.pvalue)


def _interval(
    differences: Floats, settings: Significance, generator: np.random.Generator
) -> tuple[float | None, float | None]:
    if settings.interval == "t":
        interval = _t_test(differences).confidence_interval(1 - settings.level)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", stats.DegenerateDataWarning)
            interval = stats.bootstrap(
                (differences,),
                np.mean,
                confidence_level=1 - settings.level,
                n_resamples=settings.resamples,
                batch=max(1, _HELD // len(differences)),
                method="BCa",
                rng=generator,
            ).confidence_interval
    low, high = float(interval.low), float(interval.high)
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (None, None)
