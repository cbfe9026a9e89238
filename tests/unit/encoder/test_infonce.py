"""InfoNCE against matrices worked out with math.log and math.exp."""

from __future__ import annotations

import math

import pytest
import torch

from switchrank.encoder.loss import Vectors, open_loss

# unit vectors at 0°, 60° and 90°, times lengths that must not matter
ANCHORS = torch.tensor([[2.0, 0.0], [0.0, 5.0]])
POSITIVES = torch.tensor([[3.0, 0.0], [0.5, math.sqrt(3) / 2]])
COSINES = [[1.0, 0.5], [0.0, math.sqrt(3) / 2]]


def infonce(
    anchors: torch.Tensor,
    positives: torch.Tensor,
    temperature: float,
    symmetric: bool,
    negatives: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    loss = open_loss("symmetric" if symmetric else "infonce", temperature)
    return loss(Vectors(anchors, positives, negatives, mask))


def cross_entropy(rows: list[list[float]]) -> float:
    """Mean of −log softmax on the diagonal."""
    parts = [math.log(sum(math.exp(value) for value in row)) - row[index] for index, row in enumerate(rows)]
    return sum(parts) / len(parts)


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.05])
def test_one_direction(temperature: float) -> None:
    rows = [[value / temperature for value in row] for row in COSINES]
    loss = infonce(ANCHORS, POSITIVES, temperature, symmetric=False)
    assert loss.shape == ()
    assert loss.item() == pytest.approx(cross_entropy(rows), abs=2e-7)


def test_one_direction_in_numbers() -> None:
    # row 1: log(e² + e¹) − 2 = log(1 + e⁻¹) = .313262; row 2: log(1 + e^√3) − √3 = .162902; mean .238082
    assert infonce(ANCHORS, POSITIVES, 0.5, symmetric=False).item() == pytest.approx(0.238082, abs=1e-6)


@pytest.mark.parametrize("temperature", [1.0, 0.05])
def test_both_directions(temperature: float) -> None:
    rows = [[value / temperature for value in row] for row in COSINES]
    columns = [list(column) for column in zip(*rows, strict=True)]
    loss = infonce(ANCHORS, POSITIVES, temperature, symmetric=True)
    assert loss.item() == pytest.approx((cross_entropy(rows) + cross_entropy(columns)) / 2, abs=2e-7)
    assert loss.item() == pytest.approx(infonce(POSITIVES, ANCHORS, temperature, symmetric=True).item(), rel=1e-6)
    assert cross_entropy(rows) != pytest.approx(cross_entropy(columns), rel=1e-2)


def test_three_pairs_that_cannot_be_told_apart() -> None:
    same = torch.ones(3, 4)
    assert infonce(same, same, 0.05, symmetric=True).item() == pytest.approx(math.log(3), rel=1e-6)


def test_three_orthogonal_pairs() -> None:
    # −log(e^(1/τ) / (e^(1/τ) + 2)) with τ = .5
    expected = math.log(math.exp(2) + 2) - 2
    assert infonce(torch.eye(3), torch.eye(3), 0.5, symmetric=False).item() == pytest.approx(expected, rel=1e-5)


def test_the_gradient_pulls_a_pair_together() -> None:
    anchors = ANCHORS.clone().requires_grad_()
    infonce(anchors, POSITIVES, 0.5, symmetric=True).backward()
    closer = (anchors - 0.1 * anchors.grad).detach()
    assert infonce(closer, POSITIVES, 0.5, symmetric=True) < infonce(ANCHORS, POSITIVES, 0.5, symmetric=True)


def test_hard_negatives_stand_beside_the_other_positives() -> None:
    # one hard negative at 30°: cosines cos 30° = √3/2 to the first anchor, sin 30° = 1/2 to the second
    hard = torch.tensor([[math.sqrt(3), 1.0]])
    rows = [[1.0, 0.5, math.sqrt(3) / 2], [0.0, math.sqrt(3) / 2, 0.5]]
    loss = infonce(ANCHORS, POSITIVES, 0.5, False, hard)
    assert loss.item() == pytest.approx(cross_entropy([[2 * value for value in row] for row in rows]), abs=2e-7)
    # backwards each positive picks its anchor; the hard negative takes no part
    forwards = loss.item()
    columns = [[2 * value for value in column] for column in zip(*COSINES, strict=True)]
    both = infonce(ANCHORS, POSITIVES, 0.5, True, hard).item()
    assert both == pytest.approx((forwards + cross_entropy(columns)) / 2, abs=2e-7)


def test_a_masked_candidate_counts_as_if_it_were_not_there() -> None:
    hard = torch.tensor([[math.sqrt(3), 1.0], [1.0, 1.0]])
    mask = torch.tensor([[False, False, True, True], [False, False, False, True]])
    # anchor 1 sees the positives alone; anchor 2 the first hard negative too
    rows = [[2 * 1.0, 2 * 0.5], [0.0, math.sqrt(3), 2 * 0.5]]
    expected = [math.log(sum(map(math.exp, rows[0]))) - rows[0][0], math.log(sum(map(math.exp, rows[1]))) - rows[1][1]]
    assert infonce(ANCHORS, POSITIVES, 0.5, False, hard, mask).item() == pytest.approx(sum(expected) / 2, abs=2e-7)


def test_masked_pairs_are_left_out_in_both_directions() -> None:
    mask = torch.tensor([[False, True], [False, False]])  # positive 2 is no negative of anchor 1, nor the reverse
    rows, columns = [[2.0], [0.0, math.sqrt(3)]], [[2.0, 0.0], [math.sqrt(3)]]
    forwards = (0 + math.log(sum(map(math.exp, rows[1]))) - rows[1][1]) / 2
    backwards = (math.log(sum(map(math.exp, columns[0]))) - columns[0][0] + 0) / 2
    loss = infonce(ANCHORS, POSITIVES, 0.5, True, None, mask)
    assert loss.item() == pytest.approx((forwards + backwards) / 2, abs=2e-7)


def test_equal_to_the_library_that_others_use() -> None:
    from sentence_transformers import util

    generator = torch.Generator().manual_seed(3)
    anchors, positives, hard = (torch.randn(size, 8, generator=generator) for size in (5, 5, 10))
    scores = 20 * util.cos_sim(anchors, torch.cat([positives, hard]))  # MultipleNegativesRankingLoss, scale 20
    expected = torch.nn.functional.cross_entropy(scores, torch.arange(5))
    assert infonce(anchors, positives, 0.05, False, hard).item() == pytest.approx(expected.item(), rel=1e-6)
