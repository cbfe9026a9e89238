"""What a comparison could have found, and whether its difference is too small to count."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

POWER = 0.8
"""Chance of finding an effect of the smallest size that a design can detect (Cohen 1988)."""
_NODES = 200
"""Points of the quadrature: twice as many change the smallest effect by less than one part in a million, and by .4 %
where one degree of freedom meets a level of .001."""


def smallest_effect(error: float, degrees: float, level: float) -> float:
    """The difference that a two-sided t-test finds with probability POWER.

    The test rejects where |t| is above its quantile b. If the true difference is δ, t is (Z + δ / error) / √(U / f),
    with Z standard normal and U of the chi-squared distribution with f degrees of freedom (Cohen 1988, *Statistical
    Power Analysis*, section 2.2). The probability is integrated over U: scipy's noncentral t is NaN far out.

    Args:
        error: standard error of the mean difference.
        degrees: its degrees of freedom, above 0.
        level: of the test.
    """
    bound = float(stats.t.isf(level / 2, degrees))
    nodes, weights = _quadrature()
    edges = bound * np.sqrt(stats.chi2.ppf((nodes + 1) / 2, degrees) / degrees)

    def missing(shift: float) -> float:
        found = special.ndtr(shift - edges) + special.ndtr(-shift - edges)
        return float(weights @ found / 2) - POWER

    return error * float(optimize.brentq(missing, 0.0, 4 * bound + 4))


@cache
def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss and Legendre's nodes and weights on −1 … 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def p_of_equivalence(difference: float, error: float, degrees: float, margin: float) -> float:
    """The larger p-value of two one-sided t-tests (Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15): of a
    difference at or below −margin, and of one at or above +margin. Both must be rejected for equivalence."""
    return float(stats.t.sf((margin - abs(difference)) / error, degrees))
