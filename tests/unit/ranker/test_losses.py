"""Losses worked out by hand, and their weights when a batch is cut."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from switchrank.ranker.loss import open_loss
from switchrank.settings import module_names

# query 0: positives 2 and 0, negative 1; query 1: positive −1, negatives 0.5 and 3; mixed up in the batch
LOGITS = torch.tensor([2.0, 0.5, 1.0, -1.0, 0.0, 3.0])
LABELS = torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
QUERIES = torch.tensor([0, 1, 0, 1, 0, 1])
LOSSES = {name: open_loss(name) for name in module_names("switchrank.ranker.losses")}


def exp(value: float) -> float:
    return math.exp(value)


def test_pointwise_by_hand() -> None:
    wrong = [exp(-2), exp(0.5), exp(1), exp(1), exp(0), exp(3)]  # odds against each label
    assert LOSSES["pointwise"](LOGITS, LABELS, QUERIES).item() == pytest.approx(sum(math.log1p(w) for w in wrong) / 6)


def test_ranknet_by_hand() -> None:
    # negative minus positive: query 0: 1−2, 1−0; query 1: 0.5+1, 3+1
    expected = sum(math.log1p(exp(gap)) for gap in (-1, 1, 1.5, 4)) / 4
    assert LOSSES["ranknet"](LOGITS, LABELS, QUERIES).item() == pytest.approx(expected)


def test_lce_by_hand() -> None:
    # each positive among itself and the negatives of its query; the other positive is no negative
    shares = [exp(2) / (exp(2) + exp(1)), exp(0) / (exp(0) + exp(1)), exp(-1) / (exp(-1) + exp(0.5) + exp(3))]
    assert LOSSES["lce"](LOGITS, LABELS, QUERIES).item() == pytest.approx(-sum(map(math.log, shares)) / 3)


@pytest.mark.parametrize(("loss", "count"), [("pointwise", 6), ("ranknet", 4), ("lce", 3)])
def test_terms_by_hand(loss: str, count: int) -> None:
    assert LOSSES[loss].terms(LABELS.numpy().astype(np.int8), QUERIES.numpy() + 1_000_000_000) == count


@pytest.mark.parametrize("loss", LOSSES)
@given(
    values=st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=6),
    cut=st.integers(1, 5),
)
def test_parts_weighed_by_their_terms_are_the_whole(
    loss: str, values: list[tuple[float, float, float]], cut: int
) -> None:
    """Queries of a positive and two negatives, cut between two of them."""
    cut = min(cut, len(values) - 1)
    logits = torch.tensor(values, dtype=torch.float64).flatten()
    labels = torch.tensor([1.0, 0.0, 0.0] * len(values), dtype=torch.float64)
    queries = torch.arange(len(values)).repeat_interleave(3)
    parts = [slice(0, 3 * cut), slice(3 * cut, None)]
    counts = [LOSSES[loss].terms(labels[part].numpy().astype(np.int8), queries[part].numpy()) for part in parts]
    each = [LOSSES[loss](logits[part], labels[part], queries[part]).item() for part in parts]
    mean = sum(count * value for count, value in zip(counts, each, strict=True)) / sum(counts)
    assert LOSSES[loss](logits, labels, queries).item() == pytest.approx(mean)


def test_large_logits_do_not_overflow() -> None:
    for loss in LOSSES.values():
        value = loss(torch.tensor([-1e4, 1e4]), torch.tensor([1.0, 0.0]), torch.tensor([0, 0]))
        assert math.isfinite(value.item())
