"""Precision, recall and F1 of evidence by the rules of FEVEROUS's scorer (`feverous_scorer.py`, released 2021)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from switchrank.data.readers.feverous.claims import Claim
from switchrank.data.readers.feverous.elements import Element

_CELLS = frozenset({"cell", "header_cell", "table_caption", "item"})
MOST_SENTENCES = 5
MOST_CELLS = 25


@dataclass(frozen=True)
class Scores:
    """Means over claims, and F1 of these means."""

    precision: float
    recall: float
    f1: float


def counted(found: Iterable[Element]) -> list[Element]:
    """What counts: the first 5 sentences, and the first 25 cells, captions and list items.

    Args:
        found: elements, best first.
    """
    left = {True: MOST_CELLS, False: MOST_SENTENCES}
    kept = []
    for element in found:
        is_cell = element.kind in _CELLS
        if left[is_cell]:
            left[is_cell] -= 1
            kept.append(element)
    return kept


def evidence_scores(judged: Iterable[tuple[Claim, Sequence[Element]]]) -> Scores:
    """Scores of the elements found for each claim.

    Precision of a claim is the share of what counts that is in any of its sets, 1 if nothing was found. Recall is 1 if
    all of one set was found, or the claim has no set, and 0 otherwise.

    Args:
        judged: each claim, and what was found for it, best first; at least one.
    """
    precisions, recalls = [], []
    for claim, found in judged:
        kept = counted(found)
        relevant = {element for group in claim.sets for element in group}
        precisions.append(sum(element in relevant for element in kept) / len(kept) if kept else 1.0)
        recalls.append(float(not claim.sets or any(set(group) <= set(kept) for group in claim.sets)))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    both = precision + recall
    return Scores(precision, recall, 2 * precision * recall / both if both else 0.0)
