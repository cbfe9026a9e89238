"""The batches of contrastive training."""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.encoder.batch_schedule import plan_batches
from switchrank.encoder.settings import Batches
from switchrank.errors import SwitchRankError


def pairs(*texts: tuple[str, str]) -> pl.DataFrame:
    """Pairs of (anchor, positive) about a document each; ids are 10, 11, …"""
    anchors, positives = zip(*texts, strict=True)
    ids = pl.Series(range(10, 10 + len(texts)), dtype=pl.Int64)
    columns = {"pair_id": ids, "anchor": anchors, "positive": positives}
    return pl.DataFrame(columns).with_columns(
        document=pl.format("home/{}", "pair_id"),
        anchor_language=pl.lit("en"),
        positive_language=pl.lit("xx"),
        joint=pl.lit(False),
    )


def plan_mixed(given_pairs: pl.DataFrame, size: int, epochs: int, seed: int) -> pl.DataFrame:
    return plan_batches(given_pairs, Batches(size=size, epochs=epochs), seed)


DIFFERENT = pairs(*((f"door {number}", f"дверь {number}") for number in range(23)))


def batches_of(plan: pl.DataFrame) -> list[list[int]]:
    return plan.sort("step", "position").group_by("step", maintain_order=True).agg("pair_id")["pair_id"].to_list()


def test_every_pair_once_an_epoch_in_full_batches(tmp_path: Path) -> None:
    plan = plan_mixed(DIFFERENT, 5, 3, 1)
    tables.write(plan, tmp_path / "batches.parquet", tables.BATCHES)
    batches = batches_of(plan)
    assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3] * 3
    assert plan["step"].unique().sort().to_list() == list(range(1, 16))
    for epoch in range(3):
        assert sorted(chain(*batches[5 * epoch : 5 * epoch + 5])) == list(range(10, 33))


def test_a_pair_left_alone_is_left_out() -> None:
    batches = batches_of(plan_mixed(DIFFERENT, 11, 2, 1))
    assert [len(batch) for batch in batches] == [11, 11] * 2


def test_the_plan_is_a_function_of_the_seed() -> None:
    plan = plan_mixed(DIFFERENT, 5, 2, 1)
    assert plan.equals(plan_mixed(DIFFERENT, 5, 2, 1))
    other = plan_mixed(DIFFERENT, 5, 2, 2)
    assert batches_of(other) != batches_of(plan)
    first, second = batches_of(plan)[:5], batches_of(plan)[5:]
    assert first != second


def test_versions_of_one_text_never_meet() -> None:
    # three texts with four versions each: exactly four batches of three can hold them
    versions = pairs(*((f"text {number % 3}", f"version {number}") for number in range(12)))
    anchors = dict(versions.select("pair_id", "anchor").rows())
    batches = batches_of(plan_mixed(versions, 8, 1, 7))
    assert sorted(chain(*batches)) == list(range(10, 22))
    assert [sorted(anchors[pair] for pair in batch) for batch in batches] == [["text 0", "text 1", "text 2"]] * 4


def test_a_common_translation_is_no_negative() -> None:
    # "close" and "shut" are both "schließen": each would be taught to differ from its own translation
    both = pairs(("close", "schließen"), ("shut", "schließen"), ("open", "öffnen"), ("lock", "sperren"))
    for seed in range(20):
        for batch in batches_of(plan_mixed(both, 3, 1, seed)):
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
    try:
        plan = plan_mixed(given_pairs, size, 2, seed)
    except SwitchRankError:  # right only if every pair shares a text with every other
        assert all(set(one) & set(other) for one in words.values() for other in words.values())
        return
    for batch in batches_of(plan):
        assert 2 <= len(batch) <= size
        assert max(Counter(word for pair in batch for word in words[pair]).values()) == 1
    assert max(Counter(plan["pair_id"].to_list()).values(), default=0) <= 2


def test_titles_that_differ_in_letter_case_are_one_text() -> None:
    titles = pairs(
        ("Fan mode", "Lüftermodus"),
        ("FAN MODE", "Режим вентилятора"),
        ("Gebläse", "режим вентилятора"),
        ("Große Tür", "दरवाज़ा"),
        ("GROSSE TÜR", "ドア"),
        ("باب", "门"),
    )
    for seed in range(20):
        for batch in batches_of(plan_mixed(titles, 6, 1, seed)):
            assert not any(both <= set(batch) for both in ({10, 11}, {11, 12}, {13, 14}))


def test_a_text_of_several_documents_meets_none_of_them() -> None:
    # "Close" is the title of two documents: the passage of the second is no wrong answer to it
    shared = pairs(("Close", "Schließen"), ("Close", "Закрыть"), ("It shuts the door.", "Sie schließt die Tür."))
    shared = pl.concat([shared, pairs(*((f"door {number}", f"дверь {number}") for number in range(4)))])
    about = ["home/d1", "home/d2", "home/d2", *(f"home/o{number}" for number in range(4))]
    shared = shared.with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64), document=pl.Series(about))
    hows: tuple[Literal["mixed", "hybrid"], ...] = ("mixed", "hybrid")
    for how in hows:
        for seed in range(20):
            settings = Batches(size=4, epochs=3, how=how, monolingual=0.0)
            for batch in batches_of(plan_batches(shared, settings, seed)):
                assert len(set(batch) & {0, 1, 2}) <= 1


@given(st.integers(0, 30))
def test_a_pair_that_stands_beside_no_other_leaves_the_others_their_batch(seed: int) -> None:
    """Twelve pairs about one document, which shows "Open" and "Lock" as well: only the last two can meet."""
    crowd = pairs(
        *((f"text {number}", f"текст {number}") for number in range(10)),
        *(("Open", "Öffnen"), ("Lock", "Sperren"), ("Open", "Открыть"), ("Lock", "ताला लगाना")),
    )
    about = pl.when(pl.col("pair_id") < 22).then(pl.lit("home/one")).otherwise("document")
    plan = plan_batches(
        crowd.with_columns(document=about), Batches(size=2, how="hybrid", monolingual=0.0, steps=1), seed
    )
    assert {frozenset(batch) for batch in batches_of(plan)} == {frozenset({22, 23})}


SHOWN = ["Fan mode", "fan mode", "FAN MODE", "Straße", "STRASSE", "Режим", "РЕЖИМ", "Ώρα", "ώρα", "الوضع", "门", "पंखा"]


@given(
    st.lists(st.tuples(st.sampled_from(SHOWN), st.integers(0, 11), st.integers(0, 5)), min_size=2, max_size=30),
    st.sampled_from(["mixed", "hybrid"]),
    st.integers(2, 9),
    st.integers(0, 3),
)
def test_no_folded_text_and_no_document_of_a_text_in_two_pairs_of_a_batch(
    drawn: list[tuple[str, int, int]], how: Literal["mixed", "hybrid"], size: int, seed: int
) -> None:
    """Anchors are few and repeat, in several documents; positives are theirs or texts of other languages."""
    given_pairs = pairs(*((anchor, f"{SHOWN[number]} {number % 3}") for anchor, number, _ in drawn))
    given_pairs = given_pairs.with_columns(document=pl.Series([f"home/{document}" for *_, document in drawn]))
    shows: dict[str, set[str]] = {}
    for document, anchor, positive in given_pairs.select("document", "anchor", "positive").rows():
        shows.setdefault(document, set()).update((anchor.casefold(), positive.casefold()))
    rows = {row[0]: row[1:] for row in given_pairs.select("pair_id", "document", "anchor", "positive").rows()}

    def apart(one: int, other: int) -> bool:
        """By hand: no text in common, and none of the one about the document of the other."""
        texts = [{text.casefold() for text in rows[pair][1:]} for pair in (one, other)]
        about = [shows[rows[pair][0]] for pair in (one, other)]
        return not (texts[0] & texts[1] or texts[0] & about[1] or texts[1] & about[0])

    try:
        plan = plan_batches(given_pairs, Batches(size=size, epochs=2, how=how, monolingual=0.0), seed)
    except SwitchRankError:
        assert not any(apart(one, other) for one, other in combinations(rows, 2))
        return
    for batch in batches_of(plan):
        assert len(batch) >= 2
        assert all(apart(one, other) for one, other in combinations(batch, 2))


def test_one_document_cannot_be_contrasted() -> None:
    same = pairs(("door", "Tür"), ("open door", "дверь")).with_columns(document=pl.lit("home/d1"))
    with pytest.raises(SwitchRankError, match=r"1 different document\(s\); in-batch negatives need two"):
        plan_mixed(same, 2, 1, 1)


def test_a_text_shared_by_all_pairs_leaves_no_batch() -> None:
    with pytest.raises(SwitchRankError, match="no two pairs can share a batch"):
        plan_mixed(pairs(("door", "Tür"), ("door", "дверь")), 2, 1, 1)


def test_two_pairs_about_one_document_never_meet() -> None:
    # a query and its passage, in three languages: each would be the other's false negative
    about = [f"home/d{number % 4}" for number in range(12)]
    given_pairs = pairs(*((f"text {number}", f"текст {number}") for number in range(12))).with_columns(
        document=pl.Series(about)
    )
    batches = batches_of(plan_mixed(given_pairs, 8, 1, 3))
    assert sorted(chain(*batches)) == list(range(10, 22))
    for batch in batches:
        documents = [about[pair - 10] for pair in batch]
        assert len(set(documents)) == len(documents)


def test_steps_cut_the_plan() -> None:
    whole = plan_mixed(DIFFERENT, 5, 3, 1)
    cut = plan_batches(DIFFERENT, Batches(size=5, epochs=3, steps=7), 1)
    assert cut.equals(whole.filter(pl.col("step") <= 7))


LANGUAGES = ["en", "de", "ru", "ja"]


def many(documents: int = 40) -> pl.DataFrame:
    """Every document in every pair of languages; English pairs twice as many documents as the others."""
    rows = [
        (f"home/d{number}", one, other, f"query {number} {one}", f"passage {number} {other}")
        for number in range(documents)
        for one in LANGUAGES
        for other in LANGUAGES
        if number % 2 == 0 or one == other == "en"
    ]
    names = ["document", "anchor_language", "positive_language", "anchor", "positive"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(joint=pl.lit(False)).with_row_index("pair_id").cast({"pair_id": pl.Int64})


def languages_of(plan: pl.DataFrame, given_pairs: pl.DataFrame) -> list[set[tuple[str, str]]]:
    joined = plan.join(given_pairs, on="pair_id").sort("step", "position")
    by_step = joined.group_by("step", maintain_order=True).agg("anchor_language", "positive_language")
    return [set(zip(one, other, strict=True)) for _, one, other in by_step.iter_rows()]


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.5, 1.0])
def test_the_share_of_monolingual_batches_is_alpha(alpha: float) -> None:
    given_pairs = many()
    plan = plan_batches(given_pairs, Batches(size=8, how="hybrid", monolingual=alpha, epochs=1000, steps=2000), 1)
    batches = languages_of(plan, given_pairs)
    assert len(batches) == 2000
    assert all(len(found) == 1 for found in batches)  # one language pair a batch
    share = sum(one == other for found in batches for one, other in found) / len(batches)
    assert share == pytest.approx(alpha, abs=4 * (alpha * (1 - alpha) / 2000) ** 0.5)


def test_languages_are_drawn_alike_or_by_size() -> None:
    given_pairs = many()
    for languages, share in (("uniform", 1 / 4), ("size", 40 / (40 + 3 * 20))):
        settings = Batches(size=4, how="hybrid", monolingual=1.0, languages=languages, epochs=1000, steps=3000)
        drawn = Counter(found.pop()[0] for found in languages_of(plan_batches(given_pairs, settings, 1), given_pairs))
        assert drawn["en"] / 3000 == pytest.approx(share, abs=0.035)


def test_a_language_pairs_pairs_come_once_before_one_comes_again() -> None:
    given_pairs = many().filter((pl.col("anchor_language") == "de") & (pl.col("positive_language") == "ru"))
    plan = plan_batches(given_pairs, Batches(size=6, how="hybrid", monolingual=0.0, epochs=30), 1)
    order = plan.sort("step", "position")["pair_id"].to_list()
    for start in range(0, 18, 18):  # three whole batches of the 20 pairs
        assert len(set(order[start : start + 18])) == 18
    counts = Counter(order)
    assert len(counts) == 20
    assert max(counts.values()) - min(counts.values()) <= len(order) // 20  # no pair is starved


@given(st.integers(2, 12), st.floats(0, 1), st.integers(0, 5), st.integers(2, 20))
def test_hybrid_batches_hold_no_false_negative(documents: int, alpha: float, seed: int, size: int) -> None:
    given_pairs = many(2 * documents)
    about = dict(given_pairs.select("pair_id", "document").rows())
    plan = plan_batches(given_pairs, Batches(size=size, how="hybrid", monolingual=alpha, steps=9), seed)
    for batch in batches_of(plan):
        assert 2 <= len(batch) <= size
        assert len({about[pair] for pair in batch}) == len(batch)


def test_a_share_of_batches_that_no_pair_can_fill() -> None:
    cross = many().filter(pl.col("anchor_language") != pl.col("positive_language"))
    with pytest.raises(SwitchRankError, match=r"monolingual: 0\.5 asks for monolingual batches, but no language pair"):
        plan_batches(cross, Batches(size=4, how="hybrid"), 1)


# -- the joint loss -----------------------------------------------------------------------------------------
def test_each_step_also_has_pairs_of_the_joint_loss_and_the_others_are_as_without_it(tmp_path: Path) -> None:
    beside = pairs(*((f"light {number}", f"光 {number}") for number in range(7)))
    beside = beside.with_columns(pl.col("pair_id") + 100, joint=pl.lit(True))
    both = pl.concat([DIFFERENT, beside])
    plan = plan_batches(both, Batches(size=5, epochs=2), 1, joint=3)
    tables.write(plan, tmp_path / "batches.parquet", tables.BATCHES)
    batches = batches_of(plan)
    main = [[pair for pair in batch if pair < 100] for batch in batches]
    assert main == batches_of(plan_mixed(DIFFERENT, 5, 2, 1))
    joint = [batch[len(own) :] for batch, own in zip(batches, main, strict=True)]
    assert [len(batch) for batch in joint] == [3, 3] * 5  # seven pairs in passes of three batches: one is left alone
    for first, second in zip(joint[::2], joint[1::2], strict=True):
        assert len({*first, *second}) == 6
    assert joint != batches_of(plan_batches(both, Batches(size=5, epochs=2), 2, joint=3))


def test_two_versions_of_a_text_never_meet_in_the_joint_loss_either() -> None:
    versions = pairs(*((f"text {number % 3}", f"version {number}") for number in range(12)))
    versions = versions.with_columns(pl.col("pair_id") + 100, joint=pl.lit(True))
    anchors = dict(versions.select("pair_id", "anchor").rows())
    plan = plan_batches(pl.concat([DIFFERENT, versions]), Batches(size=5), 1, joint=8)
    for batch in batches_of(plan):
        shown = [anchors[pair] for pair in batch if pair >= 100]
        assert sorted(shown) == ["text 0", "text 1", "text 2"]
