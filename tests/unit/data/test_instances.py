"""Training instances: counts, order, and no false negative."""

from __future__ import annotations

import polars as pl
import pytest

from switchrank.data.instances import build_instances
from switchrank.data.readers.homeassistant import Reader
from switchrank.data.settings import Negatives
from switchrank.data.texts import build_passages, build_queries
from switchrank.errors import SwitchRankError

Inputs = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def inputs(toy_reader: Reader, toy_splits: pl.DataFrame) -> Inputs:
    """Queries, passages, qrels and splits of the toy's train split."""
    queries = build_queries(toy_reader, "train", "en", toy_splits, ["en"])
    return queries, build_passages(toy_reader, "en"), qrels_of(queries["query_id"].to_list()), toy_splits


def qrels_of(ids: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"query_id": ids, "doc_id": ids, "relevance": [1] * len(ids)})


def hand_made() -> Inputs:
    """`a` and `b` ask the same in another case; `d` repeats the passage of `a`; `z` is a test document."""
    texts = {
        "a": ("Open gate", "open the gate"),
        "b": ("OPEN GATE", "open the old gate"),
        "c": ("Green pump", "green pump"),
        "d": ("Other", "open the gate"),
        "e": ("Lamp", "white lamp"),
        "z": ("Open lamp", "open gate now"),
    }
    queries = pl.DataFrame({"query_id": [*"abc"], "language": ["en"] * 3, "text": [texts[name][0] for name in "abc"]})
    passages = pl.DataFrame({"doc_id": [*texts], "language": ["en"] * 6, "text": [text for _, text in texts.values()]})
    splits = pl.DataFrame({"doc_id": [*texts], "group": ["g"] * 6, "split": ["train"] * 5 + ["test"]})
    return queries, passages, qrels_of([*"abc"]), splits


def test_by_hand_only_true_negatives_are_left() -> None:
    found = build_instances(*hand_made(), Negatives(per_positive=2, depth=30, seed=1))
    rows = found.select("query_id", "label", "doc_id").rows()
    assert rows[:3] == [("a", 1, "a"), ("a", 0, "c"), ("a", 0, "e")]
    assert rows[3][:2] == ("b", 1) and {row[2] for row in rows[4:6]} < {"c", "d", "e"}
    assert rows[6] == ("c", 1, "c") and {row[2] for row in rows[7:]} < {"a", "b", "d", "e"}
    assert found["instance_id"].to_list() == list(range(9))
    assert [*found.schema.values()] == [pl.Int64, pl.String, pl.String, pl.Int8]


def test_a_passage_in_another_case_or_composition_repeats_the_positive() -> None:
    queries, passages, qrels, splits = hand_made()
    repeated = {"a": "Open the café", "d": "OPEN THE CAFE\u0301", "c": "open the ca\u00adfé"}
    text = pl.col("doc_id").replace_strict(repeated, default=pl.col("text"))
    found = build_instances(
        queries, passages.with_columns(text=text), qrels, splits, Negatives(per_positive=1, depth=30, seed=1)
    )
    assert found.filter((pl.col("query_id") == "a") & (pl.col("label") == 0))["doc_id"].to_list() == ["e"]


def test_too_few_negatives_are_an_error() -> None:
    with pytest.raises(SwitchRankError, match=r"query 'a' has 2 possible negatives, negatives\.per_positive is 3"):
        build_instances(*hand_made(), Negatives(per_positive=3, depth=30, seed=1))


def test_one_deep_takes_the_best_allowed_passage() -> None:
    found = build_instances(*hand_made(), Negatives(per_positive=1, depth=1, seed=1))
    # b's best passages are a (barred: it is relevant to the same words) and d (the only other one with both words)
    assert found.filter((pl.col("query_id") == "b") & (pl.col("label") == 0))["doc_id"].to_list() == ["d"]


def test_counts_ids_and_no_false_negatives_on_the_toy(inputs: Inputs) -> None:
    queries, passages, qrels, splits = inputs
    found = build_instances(*inputs, Negatives(per_positive=4, depth=30, seed=1))
    per_query = found.group_by("query_id").agg(
        pl.len(), pl.col("label").sum(), pl.col("doc_id").n_unique().alias("different")
    )
    assert per_query.height == queries.height
    assert per_query.select("len", "label", "different").unique().rows() == [(5, 1, 5)]
    assert found["instance_id"].to_list() == list(range(5 * queries.height))
    assert found.equals(found.sort("query_id", "label", "doc_id", descending=[False, True, False]))
    train = set(splits.filter(pl.col("split") == "train")["doc_id"])
    assert set(found["doc_id"]) <= train
    question = {key: text.casefold() for key, text in queries.select("query_id", "text").iter_rows()}
    passage = dict(passages.select("doc_id", "text").iter_rows())
    for query_id, doc_id in found.filter(pl.col("label") == 0).select("query_id", "doc_id").iter_rows():
        assert question.get(doc_id) != question[query_id]
        assert passage[doc_id] != passage[query_id]
    assert found.filter(pl.col("label") == 1).select("query_id", "doc_id").equals(qrels.select("query_id", "doc_id"))


def test_row_order_does_not_matter_and_the_seed_does(inputs: Inputs) -> None:
    settings = Negatives(per_positive=4, depth=30, seed=1)
    straight = build_instances(*inputs, settings)
    queries, passages, qrels, splits = (table[::-1] for table in inputs)
    assert build_instances(queries, passages, qrels, splits, settings).equals(straight)
    assert not build_instances(*inputs, settings.model_copy(update={"seed": 2})).equals(straight)


def test_a_query_that_matches_nothing_gets_fillers_of_its_own() -> None:
    names = [f"doc_{number:03d}" for number in range(200)]
    passages = pl.DataFrame({"doc_id": names, "language": ["en"] * 200, "text": [f"passage {name}" for name in names]})
    queries = pl.DataFrame(
        {"query_id": names[:40], "language": ["en"] * 40, "text": [f"вопрос {name[4:]}" for name in names[:40]]}
    )
    splits = pl.DataFrame({"doc_id": names, "group": names, "split": ["train"] * 200})
    found = build_instances(queries, passages, qrels_of(names[:40]), splits, Negatives(per_positive=4, depth=5, seed=1))
    negatives = found.filter(pl.col("label") == 0)["doc_id"]
    assert negatives.n_unique() > 80  # filling up in the order of doc_id would give six documents to all
