"""One space for two languages: an orthogonal map, from known word pairs and then from the pairs that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.retrieval import csls
from switchrank.lexicon.settings import Refinement

Step = Literal["unit", "centre"]


class Round(NamedTuple):
    """The state of an alignment before a round of refinement, or after the last.

    Attributes:
        number: 0 for the map of the seed pairs.
        pairs: mutual nearest neighbours under the map.
        score: their mean CSLS score; NaN without pairs.
    """

    number: int
    pairs: int
    score: float

    def __str__(self) -> str:
        """One line for the log."""
        return f"round {self.number}: {self.pairs:,} mutual pairs, mean CSLS {self.score:.5f}"


def words_and_vectors(table: pa.Table, label: str) -> tuple[list[str], NDArray[np.float32]]:
    """The words of a VECTORS table and their vectors, float32 [words, d].

    Raises:
        SwitchRankError: there is no word, vectors differ in length, or one is zero or no number.
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
    """Refuse vectors that cannot be compared.

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
        steps: in order; `unit` divides each vector by its length (zero stays zero), `centre` takes their mean away.

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

    Args:
        source: [pairs, d].
        target: [pairs, d], the counterparts.

    Returns:
        float64 [d, d].
    """
    left, _, right = np.linalg.svd(source.astype(np.float64).T @ target.astype(np.float64))
    mapping: NDArray[np.float64] = left @ right
    return mapping


def refine(
    source: NDArray[np.float32], pivot: NDArray[np.float32], mapping: NDArray[np.float64], settings: Refinement
) -> tuple[NDArray[np.float64], list[Round]]:
    """Procrustes on the mutual nearest neighbours that the map itself gives, again and again (Conneau et al. 2018,
    arXiv 1710.04087, section 2.2), with CSLS between the most frequent words of either language.

    It ends after `iterations`, when a round lifts the mean CSLS score of mutual pairs by less than `min_gain`, or when
    fewer than two pairs are left.

    Args:
        source: float32 [n, d], by falling frequency.
        pivot: float32 [m, d], by falling frequency.
        mapping: float64 [d, d] to start from.
        settings: of the refinement.

    Returns:
        The map with the highest mean score, the first of equals; and all rounds, none when nothing is refined.
    """
    if not settings.iterations:
        return mapping, []
    source, pivot = source[: settings.max_words], pivot[: settings.max_words]
    unit_pivot = normalise(pivot, ["unit"])
    history: list[Round] = []
    best = mapping
    for number in range(settings.iterations + 1):
        pairs, score = _mutual_pairs(turn(source, mapping), unit_pivot, settings.neighbours)
        highest = max((past.score for past in history), default=-np.inf)
        best = mapping if score > highest else best
        history.append(Round(number, len(pairs), score))
        risen = number == 0 or score - history[-2].score >= settings.min_gain
        if len(pairs) < 2 or not risen:
            break
        mapping = procrustes(source[pairs[:, 0]], pivot[pairs[:, 1]])
    return best, history


def turn(vectors: NDArray[np.float32], mapping: NDArray[np.float64]) -> NDArray[np.float32]:
    """Vectors under a map, float32 [n, d]; products are in float64, a few thousand rows at a time."""
    turned = np.empty_like(vectors)
    for start in range(0, len(vectors), 8_192):
        turned[start : start + 8_192] = vectors[start : start + 8_192].astype(np.float64) @ mapping
    return turned


def _mutual_pairs(
    source: NDArray[np.float32], unit_pivot: NDArray[np.float32], neighbours: int
) -> tuple[NDArray[np.int64], float]:
    """Rows of source and pivot words that are each other's nearest, int64 [pairs, 2], and their mean CSLS score."""
    unit_source = normalise(source, ["unit"])
    there, back = csls(unit_source, unit_pivot, neighbours, 1), csls(unit_pivot, unit_source, neighbours, 1)
    rows = np.arange(len(source))
    mutual = back.index[there.index[:, 0], 0] == rows
    pairs = np.stack([rows[mutual], there.index[mutual, 0]], axis=1)
    return pairs, float(there.score[mutual, 0].mean(dtype=np.float64)) if len(pairs) else float("nan")


def _lengths(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", over="ignore"):
        lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    return lengths
