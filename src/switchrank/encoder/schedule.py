"""The batches of contrastive training, as data."""

from __future__ import annotations

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.randomness import key_of, shuffled
from switchrank.tables import BATCHES


def plan_batches(pairs: pl.DataFrame, batch_size: int, epochs: int, seed: int) -> pl.DataFrame:
    """Batches without false negatives: no two pairs of a batch share their English text.

    Pairs are taken in a keyed order; one whose text is already in the open batch waits for a later batch.
    The last, smaller batch of an epoch is kept if it has at least two pairs.

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
    anchors = pairs["anchor"].to_list()
    if len(set(anchors)) < 2:
        raise SwitchRankError(f"contrastive pairs: {len(set(anchors))} different text(s); in-batch negatives need two")
    ids = pairs["pair_id"].to_list()
    steps, positions, chosen = [], [], []
    step = 0
    for epoch in range(epochs):
        order = shuffled(len(ids), key_of(seed, "batches"), epoch).tolist()
        for batch in _without_repeats(order, anchors, batch_size):
            if len(batch) < 2:
                continue
            step += 1
            steps += [step] * len(batch)
            positions += range(len(batch))
            chosen += [ids[row] for row in batch]
    return pl.DataFrame({"step": steps, "position": positions, "pair_id": chosen}).cast(
        {"step": pl.Int32, "position": pl.Int32, "pair_id": pl.Int64}
    ).select(list(BATCHES.columns))


def _without_repeats(order: list[int], anchors: list[str], size: int) -> list[list[int]]:
    """Fill each pair into the first open batch that lacks its text and has room."""
    batches: list[list[int]] = []
    texts: list[set[str]] = []
    open_from = 0
    for row in order:
        at = open_from
        while at < len(batches) and (len(batches[at]) >= size or anchors[row] in texts[at]):
            at += 1
        if at == len(batches):
            batches.append([])
            texts.append(set())
        batches[at].append(row)
        texts[at].add(anchors[row])
        while open_from < len(batches) and len(batches[open_from]) >= size:
            open_from += 1
    return batches
