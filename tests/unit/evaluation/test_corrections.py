"""Corrections by hand and against statsmodels, with hypothesis; the false discovery rate of planted effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from switchrank.evaluation.corrections import CORRECTIONS, adjusted, benjamini_hochberg, bonferroni

THEIRS = {"bonferroni": "bonferroni", "holm": "holm", "bh": "fdr_bh"}


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from(sorted(THEIRS)))
def test_equal_to_statsmodels(p_values: list[float], name: str) -> None:
    expected = multipletests(p_values, method=THEIRS[name])[1]
    assert CORRECTIONS[name](p_values) == pytest.approx(expected.tolist(), abs=1e-12)


def test_by_hand() -> None:
    assert bonferroni([0.01, 0.3, 0.04]) == pytest.approx([0.03, 0.9, 0.12])
    # sorted .005 .01 .03 .04 times 4/1 4/2 4/3 4/4: .02 .02 .04 .04
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_what_could_not_be_computed_counts(name: str) -> None:
    found = CORRECTIONS[name]([0.01, None, 0.02])
    assert found[1] is None
    assert found[0] == CORRECTIONS[name]([0.01, 1.0, 0.02])[0]
    assert CORRECTIONS[name]([]) == []


def test_families_are_corrected_apart() -> None:
    found = adjusted([0.01, 0.02, 0.04], ["CLIR", "MoIR", "CLIR"], "bonferroni")
    assert found == pytest.approx([0.02, 0.02, 0.08])
    assert adjusted([0.01, None], ["a", "a"], "none") == [0.01, None]


def test_benjamini_hochberg_keeps_the_false_discovery_rate() -> None:
    """10 real effects among 20: the mean share of false ones among the discoveries stays at .05 · 10/20 or below,
    with room for the error of 500 simulations; uncorrected it does not."""
    generator = np.random.default_rng(7)
    shares: dict[str, list[float]] = {"bh": [], "none": []}
    for _ in range(500):
        effects = np.where(np.arange(20) < 10, 0.8, 0.0)
        p_values = stats.ttest_1samp(generator.normal(effects, 1, size=(25, 20)), 0).pvalue.tolist()
        for name, found in shares.items():
            rejected = np.array(CORRECTIONS[name](p_values), dtype=float) < 0.05
            found.append(rejected[10:].sum() / max(rejected.sum(), 1))
    assert np.mean(shares["bh"]) < 0.032
    assert np.mean(shares["none"]) > 0.04
