"""Cosine, CSLS and inverted softmax against their formulas in dense float64 numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.search import blocks as block_search
from switchrank.lexicon.search import faiss_search
from switchrank.lexicon.search import neighbours as retrieval
from switchrank.lexicon.search.blocks import largest
from switchrank.lexicon.search.neighbours import Neighbours, csls, inverted_softmax, nearest
from tests.toy.rotations import rotation

Matrix = NDArray[np.float32]


def unit(rows: NDArray) -> Matrix:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def cosines(source: Matrix, target: Matrix) -> NDArray[np.float64]:
    return source.astype(np.float64) @ target.astype(np.float64).T


def dense_csls(source: Matrix, target: Matrix, neighbours: int) -> NDArray[np.float64]:
    """CSLS of every pair: Conneau et al. 2018, eqs. 3 and 4, as written."""
    cosine = cosines(source, target)
    toward_targets = np.sort(cosine, axis=1)[:, ::-1][:, :neighbours].mean(axis=1)
    toward_sources = np.sort(cosine, axis=0)[::-1][:neighbours].mean(axis=0)
    return 2 * cosine - toward_targets[:, None] - toward_sources[None, :]


def dense_softmax(source: Matrix, target: Matrix, temperature: float) -> NDArray[np.float64]:
    """Logarithm of Smith et al. 2017, eq. 10, as written: small probabilities are compared as closely as large ones."""
    scaled = np.exp(temperature * cosines(source, target))
    return np.log(scaled / scaled.sum(axis=0))


def soft(source: Matrix, target: Matrix, temperature: float, count: int, threads: int = 1) -> Neighbours:
    found = inverted_softmax(source, target, temperature, count, threads)
    return Neighbours(found.index, np.log(found.score))


METHODS: dict[str, tuple[Callable[..., Neighbours], Callable[..., NDArray[np.float64]]]] = {
    "nearest": (nearest, cosines),
    "csls": (lambda x, y, count, threads=1: csls(x, y, 10, count, threads), lambda x, y: dense_csls(x, y, 10)),
    "inverted_softmax": (
        lambda x, y, count, threads=1: soft(x, y, 30.0, count, threads),
        lambda x, y: dense_softmax(x, y, 30.0),
    ),
}


def check(found: Neighbours, expected: NDArray[np.float64], count: int) -> None:
    best = np.sort(expected, axis=1)[:, ::-1][:, :count]
    # equal but for ties: a softmax over few sources comes to 1 for several targets
    np.testing.assert_allclose(np.take_along_axis(expected, found.index, axis=1), best, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.score, best, atol=2e-5)
    assert found.index.dtype == np.int64


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("sources", "targets", "dimensions"), [(60, 80, 16), (200, 150, 48), (7, 300, 300), (300, 2, 5), (2, 40, 8)]
)
def test_best_targets_and_scores_are_those_of_the_formula(
    method: str, sources: int, targets: int, dimensions: int
) -> None:
    random = np.random.default_rng(sources)
    source = unit(random.normal(size=(sources, dimensions)))
    target = unit(random.normal(size=(targets, dimensions)))
    search, formula = METHODS[method]
    check(search(source, target, 5), formula(source, target), 5)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(2, 60), st.integers(2, 5), st.integers(1, 12))
def test_small_spaces_of_few_dimensions(
    method: str, seed: int, sources: int, targets: int, dimensions: int, count: int
) -> None:
    """Few dimensions: many near neighbours, and hubs, so that candidates alone are often not enough."""
    random = np.random.default_rng(seed)
    source, target = unit(random.normal(size=(sources, dimensions))), unit(random.normal(size=(targets, dimensions)))
    search, formula = METHODS[method]
    check(search(source, target, count), formula(source, target), count)


@pytest.mark.parametrize("method", ["csls", "inverted_softmax"])
def test_a_target_far_down_the_list_is_found_where_the_near_ones_are_hubs(method: str) -> None:
    """300 targets stand close around a crowd of sources; one stands alone, further off, and wins for the outermost."""
    random = np.random.default_rng(3)
    middle = np.eye(1, 20)
    crowd = middle + 0.05 * random.normal(size=(300, 20))
    outermost = middle + 0.9 * np.eye(1, 20, 1)
    source = unit(np.concatenate([crowd + 0.02 * random.normal(size=(300, 20)), outermost]))
    target = unit(np.concatenate([crowd, middle + 1.9 * np.eye(1, 20, 2) + 1.9 * np.eye(1, 20, 1)]))
    search, formula = METHODS[method]
    expected = formula(source, target)
    assert expected[300].argmax() == 300 and cosines(source, target)[300].argsort()[::-1].tolist().index(300) > 100
    check(search(source, target, 1), expected, 1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, method: str, threads: int) -> None:
    random = np.random.default_rng(5)
    source, target = unit(random.normal(size=(333, 12))), unit(random.normal(size=(517, 12)))
    search, formula = METHODS[method]
    whole = search(source, target, 4)
    monkeypatch.setattr(block_search, "_ROWS", 50)
    monkeypatch.setattr(block_search, "_COLUMNS", 130)
    monkeypatch.setattr(retrieval, "_ROOM", 2_000)
    monkeypatch.setattr(retrieval, "_ROWS", 100)
    cut = search(source, target, 4, threads)
    assert cut.index.tolist() == whole.index.tolist()
    np.testing.assert_allclose(cut.score, whole.score, rtol=1e-6)
    check(cut, formula(source, target), 4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", ["random", "crowded", "repeated"])
def test_the_number_of_threads_changes_no_byte(method: str, rows: str) -> None:
    random = np.random.default_rng(8)
    source, target = random.normal(size=(900, 40)), random.normal(size=(1_300, 40))
    if rows == "crowded":  # all within rounding of one another: every row is searched again
        source, target = 1 + 1e-4 * source, 1 + 1e-4 * target
    if rows == "repeated":
        source, target = source[random.integers(0, 30, 900)], target[random.integers(0, 30, 1_300)]
    source, target = unit(source), unit(target)
    search, formula = METHODS[method]
    one, *others = (search(source, target, 7, threads) for threads in (1, 2, 5))
    check(one, formula(source, target), 7)
    for other in others:
        assert other.index.tobytes() == one.index.tobytes() and other.score.tobytes() == one.score.tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_of_many_equal_targets_the_lowest_come_first(method: str) -> None:
    """More of them than candidates are kept, in no order among other targets."""
    random = np.random.default_rng(4)
    kind = random.integers(0, 3, 400)
    target = unit(random.normal(size=(3, 30)))[kind]
    found = METHODS[method][0](unit(random.normal(size=(80, 30))), target, 5, 2)
    for row in found.index:
        assert row.tolist() == np.flatnonzero(kind == kind[row[0]])[:5].tolist()


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_kept_are_the_largest_products(threads: int) -> None:
    random = np.random.default_rng(1)
    source, target = unit(random.normal(size=(700, 9))), unit(random.normal(size=(5_000, 9)))
    rows, columns = largest(source, target, 11, 6, threads)
    product = source @ target.T
    for kept, matrix in ((rows, product), (columns, product.T)):
        count = kept.index.shape[1]
        best = np.sort(matrix, axis=1)[:, ::-1][:, :count]
        np.testing.assert_allclose(np.sort(kept.value, axis=1)[:, ::-1], best, atol=1e-6)
        np.testing.assert_allclose(np.take_along_axis(matrix, kept.index, axis=1), kept.value, atol=1e-6)
        np.testing.assert_allclose(kept.floor(), best[:, -1], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_equal_targets_are_told_apart_by_their_order(method: str) -> None:
    target = unit(np.repeat(np.random.default_rng(0).normal(size=(5, 6)), 9, axis=0))
    found = METHODS[method][0](target[::9], target, 3)
    assert found.index.tolist() == [[9 * row, 9 * row + 1, 9 * row + 2] for row in range(5)]


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
    assert nearest(points[:2], points[2:], 1).index.tolist() == [[2], [2]]


def test_the_inverted_softmax_by_hand() -> None:
    """Two sources, a target at the first and one between them. With β = ln 3, exp(β cos) is 3 and 1 for the first
    target (so P = 3/4 and 1/4) and the same for both sources for the second (P = 1/2)."""
    source = np.array([[1, 0], [0, 1]], dtype=np.float32)
    target = np.array([[1, 0], [np.sqrt(0.5), np.sqrt(0.5)]], dtype=np.float32)
    found = inverted_softmax(source, target, float(np.log(3)), 2)
    assert found.index.tolist() == [[0, 1], [1, 0]]
    np.testing.assert_allclose(found.score, [[0.75, 0.5], [0.5, 0.25]], atol=1e-6)


def test_a_steep_softmax_loses_nothing() -> None:
    """β = 2000, a target at 180° and 150° from the sources: e⁻²⁰⁰⁰ + e⁻¹⁷³² has no term that is a number above 0. Its
    share of the first source, e⁻²⁶⁸, is 0 in float32, that of the second 1."""
    degrees = np.radians([0, 30, 180])
    points = np.stack([np.cos(degrees), np.sin(degrees)], axis=1).astype(np.float32)
    log_sum = retrieval.log_sums(points[:2], points[2:], 2_000.0)
    np.testing.assert_allclose(log_sum, [-2_000 * np.cos(np.radians(30))], rtol=1e-6)
    found = inverted_softmax(points[:2], points[2:], 2_000.0, 1)
    assert found.index.tolist() == [[0], [0]] and found.score.tolist() == [[0.0], [1.0]]


def test_a_rotation_of_the_space_changes_nothing() -> None:
    random = np.random.default_rng(0)
    source, target = unit(random.normal(size=(50, 8))), unit(random.normal(size=(70, 8)))
    turn = rotation(8, random)
    one, other = csls(source, target, 10, 3), csls(unit(source @ turn), unit(target @ turn), 10, 3)
    assert one.index.tolist() == other.index.tolist()
    np.testing.assert_allclose(one.score, other.score, atol=1e-5)


def test_faiss_says_the_same() -> None:
    random = np.random.default_rng(2)
    source, target = unit(random.normal(size=(400, 24))), unit(random.normal(size=(500, 24)))
    one, other = csls(source, target, 10, 3), faiss_search.csls(source, target, 10, 3, "cpu")
    assert one.index.tolist() == other.index.tolist()
    np.testing.assert_allclose(one.score, other.score, atol=1e-5)
    sums = retrieval.log_sums(source, target, 30.0)
    softly = faiss_search.shifted(source, target, 30.0, sums, 3, "cpu")
    assert softly.index.tolist() == inverted_softmax(source, target, 30.0, 3).index.tolist()


def test_a_gpu_that_is_not_there_is_said_plainly() -> None:
    source = unit(np.random.default_rng(0).normal(size=(5, 4)))
    if hasattr(faiss_search.faiss, "StandardGpuResources") and faiss_search.faiss.get_num_gpus():
        pytest.skip("there is one")
    with pytest.raises(SwitchRankError, match="device: gpu is set, but the installed faiss"):
        faiss_search.csls(source, source, 2, 1, "gpu")
