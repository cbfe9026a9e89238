"""Batches with little padding."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from switchrank.training.batching import batches_of_tokens, bucketed_batches

LENGTHS = st.lists(st.integers(1, 300), max_size=200).map(lambda values: np.asarray(values, dtype=np.int64))


def padding(lengths: np.ndarray, batches: list[np.ndarray]) -> float:
    """Share of the padded tokens that are padding."""
    padded = sum(int(lengths[batch].max()) * len(batch) for batch in batches)
    return 1 - int(lengths.sum()) / padded


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5), st.integers(1, 6))
def test_every_item_once_in_full_batches_but_the_last_of_a_pool(
    lengths: np.ndarray, size: int, seed: int, pool: int
) -> None:
    batches = bucketed_batches(lengths, size, seed, pool=pool)
    assert sorted(np.concatenate([*batches, []]).tolist()) == list(range(len(lengths)))
    assert len(batches) == -(-len(lengths) // size)
    assert sum(len(batch) < size for batch in batches) <= 1
    assert all(batch.dtype == np.int64 for batch in batches)


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5))
def test_the_same_key_gives_the_same_batches(lengths: np.ndarray, size: int, seed: int) -> None:
    first, second = (bucketed_batches(lengths, size, seed, 3) for _ in range(2))
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in second]


def test_another_seed_or_epoch_gives_other_batches() -> None:
    lengths = np.arange(1, 101)
    found = [[batch.tolist() for batch in bucketed_batches(lengths, 8, *key)] for key in ((1, 0), (2, 0), (1, 1))]
    assert found[0] != found[1] != found[2] != found[0]


def test_skewed_lengths_pad_little() -> None:
    # most are short, a few long; taken as they come, four fifths of the tokens would be padding
    lengths = np.asarray([5 + (index * 7919) % 20 + 200 * (index % 50 == 0) for index in range(4000)])
    as_they_come = [np.arange(start, start + 32) for start in range(0, 4000, 32)]
    assert padding(lengths, as_they_come) > 0.8
    assert padding(lengths, bucketed_batches(lengths, 32, 1, 0)) < 0.15


def test_batches_come_in_no_order_of_length() -> None:
    """Sorted batches would be a curriculum."""
    lengths = np.arange(1, 1001)
    longest = [int(lengths[batch].max()) for batch in bucketed_batches(lengths, 10, 1, 0)]
    rising = sum(after > before for before, after in pairwise(longest))
    assert 30 < rising < 70


def test_batches_of_tokens_by_hand() -> None:
    # longest first: 6 | 5 5 | 3 3 2 (9 ≤ 10) | 1; 6 + 6 would hold 12 tokens
    lengths = np.asarray([3, 6, 1, 5, 2, 5, 3])
    batches = batches_of_tokens(lengths, 10)
    assert [batch.tolist() for batch in batches] == [[1], [3, 5], [0, 6, 4], [2]]


@given(LENGTHS, st.integers(1, 1000))
def test_a_padded_batch_keeps_to_the_limit(lengths: np.ndarray, limit: int) -> None:
    batches = batches_of_tokens(lengths, limit)
    assert sorted(np.concatenate([*batches, []]).tolist()) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * int(lengths[batch].max()) <= limit
    longest = [int(lengths[batch].max()) for batch in batches]
    assert longest == sorted(longest, reverse=True)
