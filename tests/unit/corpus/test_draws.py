"""The compiled draws are those of `switchrank.randomness`."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.corpus.draws import corpus_key, pick, step, unit
from switchrank.corpus.replacements import language_bounds
from switchrank.randomness import bits, uniform


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
def test_a_key_walked_step_by_step_is_the_key_at_once(parts: list[int]) -> None:
    state = np.uint64(0)
    for part in parts:
        state = np.uint64(step(state, np.uint64(part)))
    assert int(state) == int(bits(*parts))
    assert float(unit(state)) == float(uniform(*parts))


def test_a_language_is_as_likely_as_its_weight() -> None:
    bounds = language_bounds(["de", "ru", "ja"], {"de": 1.0, "ru": 2.0, "ja": 5.0})
    assert bounds.tolist() == [0.125, 0.375, 1.0]
    assert [pick(draw, bounds, 0, 3) for draw in (0.0, 0.1249, 0.125, 0.374, 0.375, 0.9999)] == [0, 0, 1, 1, 2, 2]
    assert language_bounds(["de", "ru"], None).tolist() == [0.5, 1.0]
    assert pick(0.9999, bounds, 0, 1) == 0, "one option is always taken"


def test_seed_and_benchmark_make_the_key_and_the_corpus_does_not() -> None:
    assert corpus_key(1, "homeassistant") == 9178196562862103965
    assert len({corpus_key(1, "a"), corpus_key(2, "a"), corpus_key(1, "b")}) == 3
