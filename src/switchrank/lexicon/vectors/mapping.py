"""One space for two languages: an orthogonal map, from known word pairs and then from the pairs that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.search.neighbours import csls
from switchrank.lexicon.settings import Refinement

Step = Literal["unit", "centre"]


class Round(NamedTuple):
    """The state of an alignment before a round of refinement, or after the last.

    Attributes:
        number: 0 for the map of the seed pairs that are not held out.
        pairs: mutual nearest neighbours under the map.
        score: their mean CSLS score; NaN without pairs.
        right: held-out pivot words whose nearest word by CSLS is one that the seed pairs give them.
        held: held-out pivot words.
        similarity: mean cosine of the held-out pairs under the map.
    """

    number: int
    pairs: int
    score: float
    right: int
    held: int
    similarity: float

    def __str__(self) -> str:
        """One line for the log."""
        return (
            f"round {self.number}: {self.pairs:,} mutual pairs, mean CSLS {self.score:.5f}; "
            f"held out: {self.right:,} of {self.held:,} words right, mean cosine {self.similarity:.5f}"
        )

    def quality(self) -> tuple[int, float]:
        """The key by which rounds are compared; cosines that differ only by rounding, as between processors, are
        equal."""
        return self.right, round(self.similarity, 6)


def words_and_vectors(table: pa.Table, label: str) -> tuple[list[str], NDArray[np.float32]]:
    """The words of a VECTORS table and their vectors, float32 [words, d].

    Raises:
        SwitchRankError: there is no word, vectors differ in length, or one is zero or not finite.
    """
    words: list[str] = table.column("word").to_pylist()
    if not words:
        raise SwitchRankError(f"{label}: a table of vectors has no word; at least one is needed")
    column = table.column("vector")
    lengths = sorted(pc.unique(pc.list_value_length(column)).to_pylist())
    if len(lengths) > 1:
        raise SwitchRankError(f"{label}: vectors have {lengths} dimensions; all must have the same number")
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = flat.reshape(len(words), -1).astype(np.float32, copy=False)
    refuse_directionless(words, vectors, label)
    return words, vectors


def refuse_directionless(words: Sequence[str], vectors: NDArray[np.float32], label: str) -> None:
    """Check that vectors can be compared.

    Raises:
        SwitchRankError: a vector is zero or holds NaN or infinite values; it names the first word.
    """
    lengths = _lengths(vectors)
    broken = np.flatnonzero(~np.isfinite(lengths) | (lengths == 0))
    if len(broken):
        at = broken[0]
        raise SwitchRankError(f"{label}: the vector of {words[at]!r} has length {lengths[at]}; a direction is needed")


def normalise(vectors: NDArray[np.float32], steps: Sequence[Step]) -> NDArray[np.float32]:
    """Bring vectors into the form in which they are mapped (Artetxe et al. 2018, arXiv 1805.06297, section 3.1).

    Args:
        vectors: float32 [n, d].
        steps: in order; `unit` divides each vector by its length (zero stays zero), `centre` subtracts their mean.

    Returns:
        float32 [n, d], a new array; lengths and means are summed in float64.
    """
    made = vectors.copy()
    for step in steps:
        if step == "centre":
            made -= made.mean(axis=0, dtype=np.float64).astype(np.float32)
        else:
            lengths = _lengths(made)
            made /= np.where(lengths == 0, 1, lengths).astype(np.float32)[:, None]
    return made


def procrustes(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """The orthogonal W that minimises ||source W − target||_F: U Vᵀ of the SVD of sourceᵀ target (Schönemann 1966).

    Fewer independent pairs than dimensions do not determine W in all directions. In the others the SVD's
    vectors depend on the processor's LAPACK kernel; of the minimisers this is the one nearest to the
    identity, which does not depend on them.

    Args:
        source: [pairs, d].
        target: [pairs, d], the counterparts.

    Returns:
        float64 [d, d].
    """
    left, values, right = np.linalg.svd(source.astype(np.float64).T @ target.astype(np.float64))
    known = int((values > values[0] * len(values) * np.finfo(np.float64).eps).sum())
    mapping: NDArray[np.float64] = left[:, :known] @ right[:known]
    if known < len(values):
        open_left, open_right = left[:, known:], right[known:]
        inner_left, _, inner_right = np.linalg.svd(open_left.T @ open_right.T)
        mapping += open_left @ inner_left @ inner_right @ open_right
    return mapping


def refine(
    source: NDArray[np.float32],
    pivot: NDArray[np.float32],
    pairs: NDArray[np.int64],
    held: NDArray[np.bool_],
    settings: Refinement,
) -> tuple[NDArray[np.float64], list[Round]]:
    """Repeated Procrustes on the mutual nearest neighbours under the current map (Conneau et al. 2018,
    arXiv 1710.04087, section 2.2), with CSLS between the most frequent words of either language.

    It starts from the seed pairs that are not held out. It ends after `iterations`, when a round raises the mean CSLS
    score of mutual pairs by less than `min_gain`, or when fewer than two pairs are left. The held-out pairs, on which
    no map was fitted, choose among the maps: a rise of the mean score does not prove that translations are better.

    Args:
        source: float32 [n, d], by falling frequency.
        pivot: float32 [m, d], by falling frequency.
        pairs: int64 [pairs, 2], seed pairs, as rows of source and pivot.
        held: bool [pairs], those held out; without any, nothing is refined.
        settings: of the refinement.

    Returns:
        The map with the most held-out words right, of these the one with the highest mean cosine of held-out pairs, of
        these the first; if that is the first of all, the map of all seed pairs. And the rounds, none if nothing is
        refined.
    """
    unrefined = procrustes(source[pairs[:, 0]], pivot[pairs[:, 1]])
    if not settings.iterations or not held.any():
        return unrefined, []
    source, pivot = source[: settings.max_words], pivot[: settings.max_words]
    unit_pivot = normalise(pivot, ["unit"])
    given, judged = pairs[~held], pairs[held]
    history: list[Round] = []
    best, mapping = unrefined, procrustes(source[given[:, 0]], pivot[given[:, 1]])
    for number in range(settings.iterations + 1):
        turned = normalise(turn(source, mapping), ["unit"])
        state, mutual = _round(number, turned, unit_pivot, judged, settings.neighbours)
        if history and state.quality() > max(past.quality() for past in history):
            best = mapping
        history.append(state)
        risen = number == 0 or state.score - history[-2].score >= settings.min_gain
        if len(mutual) < 2 or not risen:
            break
        mapping = procrustes(source[mutual[:, 0]], pivot[mutual[:, 1]])
    return best, history


def turn(vectors: NDArray[np.float32], mapping: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mapped vectors, float32 [n, d]; products are in float64, a few thousand rows at a time."""
    turned = np.empty_like(vectors)
    for start in range(0, len(vectors), 8_192):
        turned[start : start + 8_192] = vectors[start : start + 8_192].astype(np.float64) @ mapping
    return turned


def _round(
    number: int,
    unit_source: NDArray[np.float32],
    unit_pivot: NDArray[np.float32],
    held: NDArray[np.int64],
    neighbours: int,
) -> tuple[Round, NDArray[np.int64]]:
    """The state under a map, and rows of source and pivot words that are each other's nearest, int64 [pairs, 2]."""
    there, back = csls(unit_source, unit_pivot, neighbours, 1), csls(unit_pivot, unit_source, neighbours, 1)
    rows = np.arange(len(unit_source))
    mutual = back.index[there.index[:, 0], 0] == rows
    pairs = np.stack([rows[mutual], there.index[mutual, 0]], axis=1)
    score = float(there.score[mutual, 0].mean(dtype=np.float64)) if len(pairs) else float("nan")
    right = held[back.index[held[:, 1], 0] == held[:, 0], 1]
    cosines = np.einsum("ij,ij->i", unit_source[held[:, 0]], unit_pivot[held[:, 1]], dtype=np.float64)
    words = len(np.unique(held[:, 1]))
    return Round(number, len(pairs), score, len(np.unique(right)), words, float(cosines.mean())), pairs


def _lengths(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", over="ignore"):
        lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    return lengths
