"""The batches of contrastive training."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.encoder.schedule import plan_batches
from switchrank.errors import SwitchRankError


def pairs(*texts: tuple[str, str]) -> pl.DataFrame:
    """Pairs of (anchor, positive); ids are 10, 11, …"""
    anchors, positives = zip(*texts, strict=True)
    ids = pl.Series(range(10, 10 + len(texts)), dtype=pl.Int64)
    return pl.DataFrame({"pair_id": ids, "anchor": anchors, "positive": positives})


DIFFERENT = pairs(*((f"door {number}", f"дверь {number}") for number in range(23)))


def batches_of(plan: pl.DataFrame) -> list[list[int]]:
    return plan.sort("step", "position").group_by("step", maintain_order=True).agg("pair_id")["pair_id"].to_list()


def test_every_pair_once_an_epoch_in_full_batches(tmp_path: Path) -> None:
    plan = plan_batches(DIFFERENT, 5, 3, 1)
    tables.write(plan, tmp_path / "batches.parquet", tables.BATCHES)
    batches = batches_of(plan)
    assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3] * 3
    assert plan["step"].unique().sort().to_list() == list(range(1, 16))
    for epoch in range(3):
        assert sorted(chain(*batches[5 * epoch : 5 * epoch + 5])) == list(range(10, 33))


def test_a_pair_left_alone_is_left_out() -> None:
    batches = batches_of(plan_batches(DIFFERENT, 11, 2, 1))
    assert [len(batch) for batch in batches] == [11, 11] * 2


def test_the_plan_is_a_function_of_the_seed() -> None:
    plan = plan_batches(DIFFERENT, 5, 2, 1)
    assert plan.equals(plan_batches(DIFFERENT, 5, 2, 1))
    other = plan_batches(DIFFERENT, 5, 2, 2)
    assert batches_of(other) != batches_of(plan)
    first, second = batches_of(plan)[:5], batches_of(plan)[5:]
    assert first != second


def test_versions_of_one_text_never_meet() -> None:
    # three texts with four versions each: exactly four batches of three can hold them
    versions = pairs(*((f"text {number % 3}", f"version {number}") for number in range(12)))
    anchors = dict(versions.select("pair_id", "anchor").rows())
    batches = batches_of(plan_batches(versions, 8, 1, 7))
    assert sorted(chain(*batches)) == list(range(10, 22))
    assert [sorted(anchors[pair] for pair in batch) for batch in batches] == [["text 0", "text 1", "text 2"]] * 4


def test_a_common_translation_is_no_negative() -> None:
    # "close" and "shut" are both "schließen": each would be taught to differ from its own translation
    both = pairs(("close", "schließen"), ("shut", "schließen"), ("open", "öffnen"), ("lock", "sperren"))
    for seed in range(20):
        for batch in batches_of(plan_batches(both, 3, 1, seed)):
            assert not {10, 11} <= set(batch)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(7, 30)), min_size=2, max_size=60),
    st.integers(2, 9),
    st.integers(0, 3),
)
def test_no_text_twice_in_a_batch(texts: list[tuple[int, int]], size: int, seed: int) -> None:
    given_pairs = pairs(*((str(anchor), str(positive)) for anchor, positive in texts))
    if given_pairs["anchor"].n_unique() < 2:
        return
    words = {row[0]: row[1:] for row in given_pairs.select("pair_id", "anchor", "positive").rows()}
    plan = plan_batches(given_pairs, size, 2, seed)
    for batch in batches_of(plan):
        assert 2 <= len(batch) <= size
        assert max(Counter(word for pair in batch for word in words[pair]).values()) == 1
    assert max(Counter(plan["pair_id"].to_list()).values(), default=0) <= 2


def test_one_text_cannot_be_contrasted() -> None:
    with pytest.raises(SwitchRankError, match=r"1 different text\(s\); in-batch negatives need two"):
        plan_batches(pairs(("door", "Tür"), ("door", "дверь")), 2, 1, 1)
