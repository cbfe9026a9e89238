"""Draws: uniform, and functions of their key alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from switchrank.randomness import bits, choice, key_of, shuffled, uniform

KEY = key_of(1, "corpus", "homeassistant")
LIKELY = 1e-4  # the draws are fixed, so a test that passes once passes always


def finalise(state: int) -> int:
    """SplitMix64's finaliser on Python integers, as its authors print it."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) % 2**64
    return state ^ (state >> 31)


def test_the_stream_is_frozen() -> None:
    """A change here would change every corpus that was ever made."""
    assert key_of(1, "corpus", "homeassistant") == 9178196562862103965
    assert int(bits(1, 2, 3)) == 15020427595393229491
    drawn = ["0x1.4b54fe096c470p-5", "0x1.0e3fa90d963efp-1", "0x1.c98966c204300p-3"]
    assert [value.hex() for value in uniform(KEY, np.arange(3), 0, 0, 0).tolist()] == drawn
    assert choice(4, KEY, np.arange(8), 1, 0, 1).tolist() == [0, 3, 3, 1, 3, 3, 1, 2]
    assert shuffled(6, 1, 2).tolist() == [5, 1, 4, 3, 0, 2]


def test_one_part_is_one_step_of_splitmix64() -> None:
    """The first outputs of SplitMix64 from state 0 (java.util.SplittableRandom, and xoshiro's seeding)."""
    assert [int(bits(state)) for state in (0, 0x9E3779B97F4A7C15)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
def test_bits_are_those_of_plain_integers(parts: list[int]) -> None:
    state = 0
    for part in parts:
        state = finalise(((state ^ part) + 0x9E3779B97F4A7C15) % 2**64)
    assert int(bits(*parts)) == state
    assert float(uniform(*parts)) == (state >> 11) / 2**53


@pytest.mark.parametrize(
    "draws",
    [
        uniform(KEY, np.arange(200_000), 0, 0, 0),
        uniform(KEY, 5, 1, np.arange(200_000), 0),
        uniform(KEY, np.repeat(np.arange(2_000), 100), 0, np.tile(np.arange(100), 2_000), 1),
        uniform(np.arange(200_000), 7),
    ],
    ids=["instances", "tokens", "both", "keys"],
)
def test_draws_are_uniform(draws: np.ndarray) -> None:
    assert draws.min() >= 0 and draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > LIKELY
    # neighbours in the key are independent: a 10 × 10 table of consecutive draws
    table = np.histogram2d(draws[:-1], draws[1:], bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(table.ravel()).pvalue > LIKELY


def test_the_streams_of_one_token_are_independent() -> None:
    tokens = np.arange(200_000)
    switch, language = uniform(KEY, 3, 0, tokens, 0), choice(4, KEY, 3, 0, tokens, 1)
    table = np.array([np.histogram(switch[language == code], bins=10, range=(0, 1))[0] for code in range(4)])
    assert stats.chi2_contingency(table).pvalue > LIKELY


@pytest.mark.parametrize("size", [1, 2, 3, 5, 13])
def test_choices_are_uniform(size: int) -> None:
    counts = np.bincount(choice(size, KEY, np.arange(100_000), 0, 0, 1), minlength=size)
    assert len(counts) == size
    assert size == 1 or stats.chisquare(counts).pvalue > LIKELY


@given(st.permutations(range(40)), st.integers(1, 39))
def test_order_and_chunks_do_not_matter(order: list[int], cut: int) -> None:
    whole = uniform(KEY, np.arange(40), 1)
    parts = np.concatenate([uniform(KEY, np.array(order[:cut]), 1), uniform(KEY, np.array(order[cut:]), 1)])
    assert parts.tolist() == whole[order].tolist()
    assert float(uniform(KEY, order[0], 1)) == whole[order[0]]


def test_the_place_of_a_part_matters() -> None:
    assert len({int(bits(*parts)) for parts in [(1, 2), (2, 1), (1,), (1, 2, 0), (0, 1, 2), (3,), (1, 0), (0, 1)]}) == 8


def test_integer_types_do_not_matter() -> None:
    wanted = bits(KEY, np.arange(5, dtype=np.int64)).tolist()
    for kind in (np.int32, np.uint64, np.int8, np.uint16):
        assert bits(KEY, np.arange(5).astype(kind)).tolist() == wanted
    assert [int(bits(KEY, at)) for at in range(5)] == wanted


def test_shuffles_are_permutations_with_even_places() -> None:
    orders = np.array([shuffled(5, 7, epoch) for epoch in range(10_000)])
    assert (np.sort(orders, axis=1) == np.arange(5)).all()
    for place in range(5):
        assert stats.chisquare(np.bincount(orders[:, place], minlength=5)).pvalue > LIKELY
    assert shuffled(0, 1).tolist() == []


@given(st.lists(st.one_of(st.text(), st.integers()), min_size=1, max_size=4))
def test_names_become_one_stable_integer(parts: list[str | int]) -> None:
    assert 0 <= key_of(*parts) < 2**64
    assert key_of(*parts) == key_of(*parts)


def test_names_do_not_run_together() -> None:
    keys = {key_of(1, "a", "b"), key_of(1, "ab"), key_of("1a", "b"), key_of(1, "b", "a"), key_of(1, "дом", "家")}
    assert len(keys) == 5
