"""The batches of contrastive training, as data."""

from __future__ import annotations

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.randomness import key_of, shuffled
from switchrank.tables import BATCHES


def plan_batches(pairs: pl.DataFrame, batch_size: int, epochs: int, seed: int) -> pl.DataFrame:
    """Batches without false negatives: no text, English or switched, stands in two pairs of a batch.

    Pairs are taken in a keyed order; one whose text is already in the open batch waits for a later batch.
    Every pair comes once an epoch, in a batch of at least two: a pair left alone at the end has no negatives
    and is left out.

    Args:
        pairs: PAIRS table.
        batch_size: pairs a batch.
        epochs: passes over the pairs, each in another order.
        seed: of the orders.

    Returns:
        BATCHES table; steps count from 1 over all epochs.

    Raises:
        SwitchRankError: fewer than two different texts.
    """
    texts = [frozenset(row) for row in pairs.select("anchor", "positive").iter_rows()]
    if pairs["anchor"].n_unique() < 2:
        raise SwitchRankError(
            f"contrastive pairs: {pairs['anchor'].n_unique()} different text(s); in-batch negatives need two"
        )
    ids = pairs["pair_id"].to_list()
    steps: list[int] = []
    positions: list[int] = []
    chosen: list[int] = []
    step = 0
    for epoch in range(epochs):
        order = shuffled(len(ids), key_of(seed, "batches"), epoch).tolist()
        for batch in _without_repeats(order, texts, batch_size):
            if len(batch) < 2:
                continue
            step += 1
            steps += [step] * len(batch)
            positions += range(len(batch))
            chosen += [ids[row] for row in batch]
    return (
        pl.DataFrame({"step": steps, "position": positions, "pair_id": chosen})
        .cast({"step": pl.Int32, "position": pl.Int32, "pair_id": pl.Int64})
        .select(list(BATCHES.columns))
    )


def _without_repeats(order: list[int], texts: list[frozenset[str]], size: int) -> list[list[int]]:
    """Fill each pair into the first open batch that lacks its texts and has room."""
    batches: list[list[int]] = []
    taken: list[set[str]] = []
    open_from = 0
    for row in order:
        at = open_from
        while at < len(batches) and (len(batches[at]) >= size or texts[row] & taken[at]):
            at += 1
        if at == len(batches):
            batches.append([])
            taken.append(set())
        batches[at].append(row)
        taken[at] |= texts[row]
        while open_from < len(batches) and len(batches[open_from]) >= size:
            open_from += 1
    return batches
