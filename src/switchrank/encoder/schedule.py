"""The batches of contrastive training, as data."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.encoder.settings import Batches
from switchrank.errors import SwitchRankError
from switchrank.randomness import key_of, shuffled, uniform
from switchrank.tables import BATCHES

Marks = frozenset[str]
"""What must not stand in two pairs of a batch: the texts of a pair and its document."""


def plan_batches(pairs: pl.DataFrame, settings: Batches, seed: int) -> pl.DataFrame:
    """Batches without false negatives: no text and no document stands in two pairs of a batch.

    mixed: pairs are taken in a keyed order; one whose text or document is already in the open batch waits for a later
    batch. Every pair comes once an epoch, in a batch of at least two: a pair left alone at the end has no negatives
    and is left out.

    hybrid (arXiv 2408.10536, section 3): a batch is monolingual with probability α, else cross-lingual; then one
    language pair of that sort is drawn, uniformly or by its number of pairs, and the batch is filled from its pairs,
    each of which comes once before one comes again.

    Args:
        pairs: PAIRS table.
        settings: of the batches.
        seed: of all draws.

    Returns:
        BATCHES table; steps count from 1 over all epochs.

    Raises:
        SwitchRankError: fewer than two different documents, or hybrid batches of a sort that no pair has.
    """
    if pairs["document"].n_unique() < 2:
        raise SwitchRankError(
            f"contrastive pairs: {pairs['document'].n_unique()} different document(s); in-batch negatives need two"
        )
    marks = _marks(pairs)
    batches = _hybrid(pairs, marks, settings, seed) if settings.how == "hybrid" else _mixed(marks, settings, seed)
    ids = pairs["pair_id"].to_numpy()
    kept = [batch for _, batch in zip(range(settings.steps or 1 << 62), batches, strict=False)]
    if not kept:
        raise SwitchRankError("contrastive batches: no two pairs can stand in a batch: all share a text or a document")
    sizes = [len(batch) for batch in kept]
    return (
        pl.DataFrame(
            {
                "step": np.repeat(np.arange(1, len(kept) + 1), sizes),
                "position": np.concatenate([np.arange(size) for size in sizes]),
                "pair_id": ids[np.concatenate(kept)],
            }
        )
        .cast({"step": pl.Int32, "position": pl.Int32, "pair_id": pl.Int64})
        .select(list(BATCHES.columns))
    )


def _marks(pairs: pl.DataFrame) -> list[Marks]:
    """A document's name cannot be taken for a text: it has another first character than any text that was read."""
    rows = pairs.select("anchor", "positive", "\0" + pl.col("document")).iter_rows()
    return [frozenset(row) for row in rows]


def _mixed(marks: Sequence[Marks], settings: Batches, seed: int) -> Iterator[list[int]]:
    for epoch in range(settings.epochs):
        order = shuffled(len(marks), key_of(seed, "batches"), epoch).tolist()
        yield from (batch for batch in _without_repeats(order, marks, settings.size) if len(batch) >= 2)


def _without_repeats(order: list[int], marks: Sequence[Marks], size: int) -> list[list[int]]:
    """Fill each pair into the first open batch that lacks its marks and has room."""
    batches: list[list[int]] = []
    taken: list[set[str]] = []
    open_from = 0
    for row in order:
        at = open_from
        while at < len(batches) and (len(batches[at]) >= size or marks[row] & taken[at]):
            at += 1
        if at == len(batches):
            batches.append([])
            taken.append(set())
        batches[at].append(row)
        taken[at] |= marks[row]
        while open_from < len(batches) and len(batches[open_from]) >= size:
            open_from += 1
    return batches


def _hybrid(pairs: pl.DataFrame, marks: Sequence[Marks], settings: Batches, seed: int) -> Iterator[list[int]]:
    groups = _by_language_pair(pairs)
    sorts = {
        True: [name for name in groups if name[0] == name[1]],
        False: [name for name in groups if name[0] != name[1]],
    }
    for monolingual, share in ((True, settings.monolingual), (False, 1 - settings.monolingual)):
        if share > 0 and not sorts[monolingual]:
            raise SwitchRankError(
                f"contrastive batches: monolingual: {settings.monolingual:g} asks for "
                f"{'monolingual' if monolingual else 'cross-lingual'} batches, but no language pair of that sort has "
                f"two documents; language pairs: {', '.join(map('-'.join, groups)) or '(none)'}"
            )
    decks = {name: _Deck(rows, key_of(seed, "hybrid", *name)) for name, rows in groups.items()}
    key = key_of(seed, "hybrid")
    for step in range(settings.epochs * math.ceil(len(pairs) / settings.size)):
        names = sorts[bool(uniform(key, step, 0) < settings.monolingual)]
        weights = [len(groups[name]) if settings.languages == "size" else 1 for name in names]
        bounds = np.cumsum(weights) / sum(weights)
        name = names[min(int(np.searchsorted(bounds, uniform(key, step, 1), side="right")), len(names) - 1)]
        batch = decks[name].deal(settings.size, marks)
        if len(batch) >= 2:
            yield batch


def _by_language_pair(pairs: pl.DataFrame) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Rows of each language pair that can fill a batch of two, by its name."""
    numbered = pairs.with_row_index("row").sort("anchor_language", "positive_language", "row")
    groups = numbered.group_by("anchor_language", "positive_language", maintain_order=True).agg(
        "row", pl.min_horizontal(pl.n_unique("document", "anchor", "positive")).alias("documents")
    )
    return {
        (anchor, positive): np.array(rows, dtype=np.int64)
        for anchor, positive, rows, documents in groups.iter_rows()
        if documents >= 2
    }


class _Deck:
    """Pairs of one language pair, dealt without replacement and shuffled anew when few are left."""

    def __init__(self, rows: NDArray[np.int64], key: int) -> None:
        self.rows, self.key, self.shuffles = rows, key, 0
        self.waiting: deque[int] = deque()

    def deal(self, size: int, marks: Sequence[Marks]) -> list[int]:
        """A batch without repeats, of `size` pairs or as many as there are without."""
        batch: list[int] = []
        self._fill(batch, size, marks)
        if len(batch) < size:
            # what is left cannot fill a batch: it is put back with all the others
            chosen = set(batch)
            self.waiting = deque(row for row in self._shuffled() if row not in chosen)
            self._fill(batch, size, marks)
        return batch

    def _fill(self, batch: list[int], size: int, marks: Sequence[Marks]) -> None:
        taken = set().union(*(marks[row] for row in batch))
        later: list[int] = []
        while self.waiting and len(batch) < size:
            row = self.waiting.popleft()
            if marks[row] & taken:
                later.append(row)
            else:
                batch.append(row)
                taken |= marks[row]
        self.waiting.extendleft(reversed(later))

    def _shuffled(self) -> list[int]:
        self.shuffles += 1
        return [int(row) for row in self.rows[shuffled(len(self.rows), self.key, self.shuffles)]]
