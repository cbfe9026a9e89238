"""The division of documents: by group, keyed by name."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from switchrank.data.settings import Shares
from switchrank.data.splits import in_split, split_documents

SHARES = Shares(train=0.6, dev=0.1, test=0.3, seed=1)
GROUPS = ["küche", "кухня", "台所", "مطبخ", "रसोई"] + [f"room_{number}" for number in range(60)]


def documents(groups: list[str]) -> pl.DataFrame:
    rows = [(f"{group}/{number}", group, None) for group in groups for number in range(3)]
    return pl.DataFrame(rows, schema=dict.fromkeys(("doc_id", "group", "split"), pl.String), orient="row")


def split_of(groups: list[str], shares: Shares = SHARES) -> dict[str, set[str]]:
    table = split_documents(documents(groups), shares)
    return {group: set(table.filter(pl.col("group") == group)["split"]) for group in groups}


def test_a_group_is_in_one_split() -> None:
    found = split_of(GROUPS)
    assert all(len(splits) == 1 for splits in found.values())
    assert set.union(*found.values()) == {"train", "dev", "test"}


@given(st.lists(st.sampled_from(GROUPS), min_size=1, unique=True))
def test_other_groups_and_their_order_do_not_matter(groups: list[str]) -> None:
    everything = split_of(GROUPS)
    assert split_of(groups) == {group: everything[group] for group in groups}


def test_a_larger_train_share_only_adds_to_train() -> None:
    small, large = split_of(GROUPS), split_of(GROUPS, Shares(train=0.7, dev=0.1, test=0.2, seed=1))
    assert {g for g in GROUPS if small[g] == {"train"}} < {g for g in GROUPS if large[g] == {"train"}}


def test_shares_hold_in_expectation_and_the_seed_matters() -> None:
    groups = [f"group {number}" for number in range(4000)]
    tables = [split_documents(documents(groups), SHARES.model_copy(update={"seed": seed})) for seed in (1, 2)]
    for table in tables:
        shares = {split: count / table.height for split, count in table["split"].value_counts().iter_rows()}
        # four standard deviations of a share of 4,000 draws
        assert abs(shares["train"] - 0.6) < 0.031 and abs(shares["dev"] - 0.1) < 0.019
    assert not tables[0].equals(tables[1])


def test_a_split_of_the_source_stays_and_shares_divide_the_rest() -> None:
    given = documents(GROUPS).with_columns(
        split=pl.when(pl.col("group") == "台所").then(pl.lit("dev")).otherwise(pl.col("split"))
    )
    found = split_documents(given, Shares(train=1.0, dev=0.0, test=0.0, seed=1))
    assert set(found.filter(pl.col("group") == "台所")["split"]) == {"dev"}
    assert set(found.filter(pl.col("group") != "台所")["split"]) == {"train"}


def test_without_shares_a_document_belongs_to_every_split() -> None:
    given = documents(["кухня", "مطبخ"]).with_columns(
        split=pl.when(pl.col("group") == "кухня").then(pl.lit("test")).otherwise(pl.col("split"))
    )
    found = split_documents(given, None)
    assert found.equals(given)
    assert set(in_split(found, "train")["group"]) == {"مطبخ"}
    assert set(in_split(found, "test")["group"]) == {"кухня", "مطبخ"}
