"""CSLS against its formula in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from switchrank.lexicon.csls import csls, mean_similarity


def unit(rows: NDArray) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def dense(source: NDArray, target: NDArray, neighbours: int) -> NDArray[np.float64]:
    """CSLS of every pair: Conneau et al. 2018, eqs. 3 and 4, as written."""
    cosine = source.astype(np.float64) @ target.astype(np.float64).T
    toward_targets = np.sort(cosine, axis=1)[:, ::-1][:, :neighbours].mean(axis=1)
    toward_sources = np.sort(cosine, axis=0)[::-1][:neighbours].mean(axis=0)
    return 2 * cosine - toward_targets[:, None] - toward_sources[None, :]


@pytest.mark.parametrize(("sources", "targets", "dimensions"), [(60, 80, 16), (200, 150, 48), (7, 300, 300)])
@pytest.mark.parametrize("neighbours", [1, 10])
def test_best_targets_and_scores_are_those_of_the_formula(
    sources: int, targets: int, dimensions: int, neighbours: int
) -> None:
    random = np.random.default_rng(sources + neighbours)
    source = unit(random.normal(size=(sources, dimensions)))
    target = unit(random.normal(size=(targets, dimensions)))
    expected = dense(source, target, min(neighbours, sources))
    if sources < neighbours:
        cosine = source.astype(np.float64) @ target.astype(np.float64).T
        toward_targets = np.sort(cosine, axis=1)[:, ::-1][:, :neighbours].mean(axis=1)
        expected = 2 * cosine - toward_targets[:, None] - cosine.mean(axis=0)[None, :]
    found = csls(source, target, neighbours, 5)
    order = np.argsort(-expected, axis=1, kind="stable")[:, :5]
    assert found.index.tolist() == order.tolist()
    np.testing.assert_allclose(found.score, np.take_along_axis(expected, order, axis=1), atol=1e-5)
    assert found.score.dtype == np.float32 and found.index.dtype == np.int64


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 12), st.integers(1, 20), st.integers(1, 20))
def test_scores_of_small_spaces(seed: int, sources: int, targets: int, neighbours: int, count: int) -> None:
    random = np.random.default_rng(seed)
    source, target = unit(random.normal(size=(sources, 4))), unit(random.normal(size=(targets, 4)))
    found = csls(source, target, neighbours, count)
    cosine = source.astype(np.float64) @ target.astype(np.float64).T
    means = (
        np.sort(cosine, axis=1)[:, ::-1][:, :neighbours].mean(axis=1),
        np.sort(cosine, axis=0)[::-1][:neighbours].mean(axis=0),
    )
    expected = 2 * cosine - means[0][:, None] - means[1][None, :]
    best = np.sort(expected, axis=1)[:, ::-1][:, :count]
    np.testing.assert_allclose(found.score, best, atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(expected, found.index, axis=1), best, atol=1e-5)


def test_scaling_demotes_a_hub() -> None:
    """By hand: the hub h is the nearest of both sources by cosine, yet each has its own target.

    In the plane: sources at 0° and 40°, targets a −25°, b 65°, hub h 20°. Cosines of the sources:
    to a .906, .423; to b .423, .906; to h .940, .940. With k = 2: r(source) = (.940 + .906) / 2 = .923 for
    both, r(a) = r(b) = (.906 + .423) / 2 = .664, r(h) = .940. CSLS to the own target 1.813 − .923 − .664 = .226,
    to the hub 1.879 − .923 − .940 = .017.
    """
    degrees = np.radians([0, 40, -25, 65, 20])
    points = np.stack([np.cos(degrees), np.sin(degrees)], axis=1).astype(np.float32)
    found = csls(points[:2], points[2:], neighbours=2, count=2)
    assert found.index.tolist() == [[0, 2], [1, 2]]
    np.testing.assert_allclose(found.score, [[0.2255, 0.0168]] * 2, atol=5e-4)
    assert (points[:2] @ points[2:].T).argmax(axis=1).tolist() == [2, 2]


def test_mean_similarity_uses_the_nearest_only() -> None:
    keys = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    queries = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    np.testing.assert_allclose(mean_similarity(queries, keys, 1), [1.0, 0.8], atol=1e-6)
    np.testing.assert_allclose(mean_similarity(queries, keys, 2), [0.5, 0.7], atol=1e-6)
    np.testing.assert_allclose(mean_similarity(queries, keys, 9), [0.0, 0.8 / 3], atol=1e-6)


def test_a_rotation_of_the_space_changes_nothing() -> None:
    random = np.random.default_rng(0)
    source, target = unit(random.normal(size=(50, 8))), unit(random.normal(size=(70, 8)))
    rotation = np.linalg.qr(random.normal(size=(8, 8)))[0]
    one, other = csls(source, target, 10, 3), csls(unit(source @ rotation), unit(target @ rotation), 10, 3)
    assert one.index.tolist() == other.index.tolist()
    np.testing.assert_allclose(one.score, other.score, atol=1e-5)
