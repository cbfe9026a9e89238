"""The batches of contrastive training, as a table."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.encoder.settings import Batches
from switchrank.encoder.shared_documents import documents_of
from switchrank.errors import SwitchRankError
from switchrank.normalising import caseless
from switchrank.randomness import key_of, shuffled, uniform
from switchrank.tables import BATCHES


class Marks(NamedTuple):
    """What decides whether two pairs may share a batch.

    Attributes:
        own: the texts of the pair, without letter case, and its document.
        about: the same, and the documents of all pairs that contain one of the texts.
    """

    own: frozenset[str]
    about: frozenset[str]


class _Taken:
    """The marks of the pairs of a batch."""

    def __init__(self, *marks: Marks) -> None:
        self.own: set[str] = set()
        self.about: set[str] = set()
        for of_pair in marks:
            self.add(of_pair)

    def add(self, marks: Marks) -> None:
        self.own |= marks.own
        self.about |= marks.about

    def bars(self, marks: Marks) -> bool:
        """Whether a text of the pair is one of the batch's or about one of its documents, or the other way round."""
        return not (marks.own.isdisjoint(self.about) and marks.about.isdisjoint(self.own))


def plan_batches(pairs: pl.DataFrame, settings: Batches, seed: int, joint: int | None = None) -> pl.DataFrame:
    """Batches without false negatives: no text and no document occurs in two pairs of a batch.

    Texts that differ only in letter case count as one. A text is about the documents of all pairs that contain it, and
    shares no batch with a pair of any of them.

    mixed: pairs are taken in a keyed order; one whose text or document is already in the open batch waits for a later
    batch. Every pair occurs once per epoch, in a batch of at least two: a pair left alone at the end has no negatives
    and is left out.

    hybrid (arXiv 2408.10536, section 3): a batch is monolingual with probability α, else cross-lingual; then one
    language pair of that sort is drawn, uniformly or by its number of pairs, and the batch is filled from its pairs,
    each of which is used once before one is repeated.

    The pairs of a joint loss have batches of their own, without false negatives among themselves: as many as there are
    steps, in passes over all these pairs.

    Args:
        pairs: PAIRS table.
        settings: of the batches.
        seed: of all draws.
        joint: most pairs of the joint loss per step; None without a joint loss.

    Returns:
        BATCHES table; steps count from 1 over all epochs; in a step, the pairs of the joint loss come last.

    Raises:
        SwitchRankError: fewer than two different documents, or hybrid batches of a kind that no pair has.
    """
    main = _planned(pairs.filter(~pl.col("joint")), settings, seed)
    if joint is None:
        return main
    steps = int(main["step"].max())  # type: ignore[arg-type]
    passes = Batches(size=joint, epochs=steps, steps=steps)
    beside = _planned(pairs.filter("joint"), passes, key_of(seed, "joint"))
    after = main.group_by("step", maintain_order=True).agg(pl.len().cast(pl.Int32).alias("before"))
    moved = beside.join(after, on="step", maintain_order="left").with_columns(
        position=pl.col("position") + pl.col("before")
    )
    return pl.concat([main, moved.select(main.columns)]).sort("step", "position")


def _planned(pairs: pl.DataFrame, settings: Batches, seed: int) -> pl.DataFrame:
    """The batches of one loss."""
    if pairs["document"].n_unique() < 2:
        raise SwitchRankError(
            f"contrastive pairs: {pairs['document'].n_unique()} different document(s); in-batch negatives need two"
        )
    marks = _marks(pairs)
    batches = _hybrid(pairs, marks, settings, seed) if settings.how == "hybrid" else _mixed(marks, settings, seed)
    ids = pairs["pair_id"].to_numpy()
    kept = [batch for _, batch in zip(range(settings.steps or 1 << 62), batches, strict=False)]
    if not kept:
        raise SwitchRankError("contrastive batches: no two pairs can share a batch: all share a text or a document")
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
    """The name of a document, which cannot equal a text: its first character begins no text."""
    about = documents_of(pairs)
    name = _names(about)
    documents = {text: frozenset(name[document] for document in found) for text, found in about.items()}
    found = []
    for document, *texts in pairs.select("document", "anchor", "positive").iter_rows():
        anchor, positive = map(caseless, texts)
        own = frozenset({anchor, positive, name[document]})
        found.append(Marks(own, own | documents[anchor] | documents[positive]))
    return found


def _names(about: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """A name for each document. Documents with the same texts share one: hundreds are called "Name"."""
    texts: dict[str, list[str]] = {}
    for text, documents in about.items():
        for document in documents:
            texts.setdefault(document, []).append(text)
    first: dict[tuple[str, ...], str] = {}
    return {document: "\0" + first.setdefault(tuple(shown), document) for document, shown in texts.items()}


def _mixed(marks: Sequence[Marks], settings: Batches, seed: int) -> Iterator[list[int]]:
    for epoch in range(settings.epochs):
        order = shuffled(len(marks), key_of(seed, "batches"), epoch).tolist()
        yield from (batch for batch in _without_repeats(order, marks, settings.size) if len(batch) >= 2)


def _without_repeats(order: list[int], marks: Sequence[Marks], size: int) -> list[list[int]]:
    """Fill each pair into the first open batch that lacks its marks and has room."""
    batches: list[list[int]] = []
    taken: list[_Taken] = []
    open_from = 0
    for row in order:
        at = open_from
        while at < len(batches) and (len(batches[at]) >= size or taken[at].bars(marks[row])):
            at += 1
        if at == len(batches):
            batches.append([])
            taken.append(_Taken())
        batches[at].append(row)
        taken[at].add(marks[row])
        while open_from < len(batches) and len(batches[open_from]) >= size:
            open_from += 1
    return batches


def _hybrid(pairs: pl.DataFrame, marks: Sequence[Marks], settings: Batches, seed: int) -> Iterator[list[int]]:
    groups = _by_language_pair(pairs, marks)
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


def _by_language_pair(pairs: pl.DataFrame, marks: Sequence[Marks]) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Rows of each language pair that can fill a batch of two, by its name."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, name in enumerate(pairs.select("anchor_language", "positive_language").iter_rows()):
        rows.setdefault(name, []).append(row)
    return {name: np.array(rows[name], dtype=np.int64) for name in sorted(rows) if _two_can_meet(rows[name], marks)}


def _two_can_meet(rows: Sequence[int], marks: Sequence[Marks]) -> bool:
    found = [marks[row] for row in rows]
    if frozenset.intersection(*(of_pair.own for of_pair in found)):
        return False  # the usual reason, and faster to find than by trying all pairs of pairs
    return any(not _Taken(one).bars(other) for one, other in combinations(found, 2))


class _Deck:
    """Pairs of one language pair, drawn without replacement and shuffled again when few are left."""

    def __init__(self, rows: NDArray[np.int64], key: int) -> None:
        self.rows, self.key, self.shuffles = rows, key, 0
        self.waiting: deque[int] = deque()

    def deal(self, size: int, marks: Sequence[Marks]) -> list[int]:
        """A batch of `size` pairs that do not exclude each other, or of as many as there are.

        A pair that can share a batch with no other of its language pair is removed when it is drawn.
        """
        batch = self._dealt(size, marks)
        while len(batch) == 1 and len(self.rows) > 1:
            self.rows = self.rows[self.rows != batch[0]]
            batch = self._dealt(size, marks)
        return batch

    def _dealt(self, size: int, marks: Sequence[Marks]) -> list[int]:
        batch: list[int] = []
        self._fill(batch, size, marks)
        if len(batch) < size:
            # the remaining pairs cannot fill a batch: all are shuffled again
            chosen = set(batch)
            self.waiting = deque(row for row in self._shuffled() if row not in chosen)
            self._fill(batch, size, marks)
        return batch

    def _fill(self, batch: list[int], size: int, marks: Sequence[Marks]) -> None:
        taken = _Taken(*(marks[row] for row in batch))
        later: list[int] = []
        while self.waiting and len(batch) < size:
            row = self.waiting.popleft()
            if taken.bars(marks[row]):
                later.append(row)
            else:
                batch.append(row)
                taken.add(marks[row])
        self.waiting.extendleft(reversed(later))

    def _shuffled(self) -> list[int]:
        self.shuffles += 1
        return [int(row) for row in self.rows[shuffled(len(self.rows), self.key, self.shuffles)]]
