"""Batches of whole queries: every one once, none too large, little padding."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.ranker.sampling import Sampler, bucketed_groups, refuse_unusable, shares
from switchrank.ranker.settings import Training
from switchrank.training.batching import bucketed_batches


def frame(queries: list[str], labels: list[int]) -> pl.DataFrame:
    columns = {"instance_id": range(len(labels)), "query_id": queries, "label": labels}
    return pl.DataFrame(columns, schema_overrides={"label": pl.Int8})


@given(st.lists(st.integers(1, 9), min_size=1, max_size=200), st.integers(1, 20), st.integers(0, 3))
def test_groups_come_once_in_batches_that_are_not_too_large(sizes: list[int], most: int, epoch: int) -> None:
    lengths = np.asarray([7 * size % 23 + 1 for size in sizes])
    batches = bucketed_groups(lengths, np.asarray(sizes), most, 5, epoch, pool=4)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(sizes)))
    for batch in batches:
        assert sum(sizes[group] for group in batch) <= most or len(batch) == 1
    again = bucketed_groups(lengths, np.asarray(sizes), most, 5, epoch, pool=4)
    assert all(np.array_equal(one, other) for one, other in zip(batches, again, strict=True))


def test_groups_of_like_length_stand_together() -> None:
    rng = np.random.default_rng(1)
    lengths, sizes = rng.integers(5, 200, 3000), np.full(3000, 3)

    def padding(batches: list[np.ndarray]) -> float:
        return 1 - lengths.sum() / sum(len(batch) * lengths[batch].max() for batch in batches)

    shuffled = np.array_split(rng.permutation(3000), 200)
    assert padding(shuffled) > 0.4
    assert padding(bucketed_groups(lengths, sizes, 48, 1)) < 0.08


def test_pointwise_batches_are_the_bucketed_ones() -> None:
    """What models were trained with before there were other losses."""
    lengths = np.arange(50) % 7 + 3
    settings = Training(batch_size=8, epochs=2)
    sampler = Sampler(frame(["q"] * 50, [0, 1] * 25), lengths, settings, 99)
    assert sampler.steps() == 14
    expected = [*bucketed_batches(lengths, 8, 99, 0), *bucketed_batches(lengths, 8, 99, 1)]
    for found, wanted in zip(sampler.batches(), expected, strict=False):
        assert np.array_equal(sampler.rows(found), wanted)


@pytest.mark.parametrize("loss", ["pointwise", "lce"])
def test_steps_count_the_batches_of_all_epochs_or_are_given(loss: str) -> None:
    table = frame([f"q{row // 3 % 20:02d}" for row in range(66)], [1, 0, 0] * 22)
    lengths = np.arange(66) % 11 + 2
    for values, epochs in (({"epochs": 3}, 3), ({"epochs": 1}, 1)):
        sampler = Sampler(table, lengths, Training(loss=loss, batch_size=10, **values), 4)
        taken = [sampler.rows(units) for units, _ in zip(sampler.batches(), range(sampler.steps()), strict=False)]
        assert sorted(np.concatenate(taken).tolist()) == sorted(list(range(66)) * epochs)
    assert Sampler(table, lengths, Training(loss=loss, batch_size=10, max_steps=1000), 4).steps() == 1000


def test_a_query_stays_together_wherever_its_rows_stand() -> None:
    queries = ["я", "b", "光", "b", "я", "b", "光"]
    sampler = Sampler(frame(queries, [1, 1, 1, 0, 0, 0, 0]), np.arange(7) + 3, Training(loss="lce", batch_size=3), 1)
    groups = {tuple(sampler.rows(np.asarray([unit])).tolist()) for unit in range(3)}
    assert groups == {(0, 4), (1, 3, 5), (2, 6)}


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 5))
def test_shares_cover_a_batch(size: int, processes: int, parts: int) -> None:
    units = np.arange(size) * 3
    each = [shares(units, processes, own, parts) for own in range(processes)]
    assert sorted(np.concatenate([part for process in each for part in process]).tolist()) == units.tolist()
    assert all(len(part) for process in each for part in process)
    assert all(len(process) <= parts for process in each)
    held = [sum(map(len, process)) for process in each]
    assert max(held) - min(held) <= 1


@pytest.mark.parametrize(
    ("labels", "loss", "message"),
    [
        ([1, 1, 1, 1], "pointwise", r"^test: the corpus has labels \[1\]; training needs positives"),
        ([0, 2, 0, 1], "lce", r"labels \[0, 1, 2\]"),
        ([1, 0, 0, 0], "lce", r"^test: query '光' has no positive \(1 such queries in all\); loss: lce compares"),
        ([1, 1, 1, 0], "ranknet", r"query 'a' has no negative \(1 such"),
    ],
)
def test_labels_that_cannot_be_learned_from(labels: list[int], loss: str, message: str) -> None:
    with pytest.raises(SwitchRankError, match=message):
        refuse_unusable(frame(["a", "a", "光", "光"], labels), loss, "test")


def test_a_query_of_one_class_is_fine_pointwise() -> None:
    refuse_unusable(frame(["a", "a", "b", "b"], [1, 1, 0, 0]), "pointwise", "test")
