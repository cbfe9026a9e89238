"""Training instances that a source gives: what is kept, what is left out and counted, and what BM25 fills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.data.given_instances import given_instances
from switchrank.data.instances import filled
from switchrank.data.settings import Negatives
from switchrank.errors import SwitchRankError
from tests.toy.data_stage import run_data_stage

TEXTS = {
    "a": "open the gate",
    "b": "open the old gate",
    "c": "green pump",
    "文": "the gate and the lamp",
    "ж": "a gate that nobody can open",
    "z": "open gate now",
}
QUERIES = {"q1": "Open gate", "вопрос": "Green pump"}
PAIRS = [("q1", "a", 1), ("вопрос", "c", 1), ("q1", "文", 0), ("q1", "文", 0), ("q9", "a", 0), ("q1", "b", 0)]


def texts(key: str, rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({key: list(rows), "language": ["en"] * len(rows), "text": list(rows.values())})


def pieces(size: int) -> list[pl.DataFrame]:
    table = pl.DataFrame(PAIRS, schema={"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8}, orient="row")
    return list(table.iter_slices(size))


def left_out(*rows: tuple[str, str]) -> pl.DataFrame:
    schema = dict.fromkeys(tables.LEFT_OUT.columns, pl.String)
    return pl.DataFrame([(*row, "en", "text") for row in rows], schema=schema, orient="row")


def kept(size: int, out: pl.DataFrame, passages: str = "abc文жz", queries: tuple[str, ...] = tuple(QUERIES)) -> Any:
    asked, shown = pl.DataFrame({"query_id": queries}), pl.DataFrame({"doc_id": [*passages]})
    return pl.concat(list(given_instances(pieces(size), asked, shown, out)))


@pytest.mark.parametrize("size", [1, 4, 9])
def test_given_pairs_keep_their_order_and_repetitions(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = kept(size, left_out())
    assert found.drop("instance_id").rows() == [row for row in PAIRS if row[0] != "q9"]
    assert found["instance_id"].to_list() == [0, 1, 2, 3, 4]
    assert capsys.readouterr().err == (
        "6 given pairs: 5 are kept, 2 of them relevant; 0 are left out, as the guard leaves out the query or the "
        "passage, and 1, as train has no such query or passage\n"
    )


def test_pairs_of_what_the_guard_leaves_out_go_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """The tables of texts lack what the guard leaves out."""
    found = kept(2, left_out(("passage", "文"), ("query", "вопрос"), ("title", "a")), "abcжz", ("q1",))
    assert found.drop("instance_id").rows() == [("q1", "a", 1), ("q1", "b", 0)]
    assert "2 are kept, 1 of them relevant; 3 are left out, as the guard" in capsys.readouterr().err


def test_without_a_relevant_pair_there_is_nothing_to_train_on() -> None:
    with pytest.raises(
        SwitchRankError, match=r"6 given pairs: 1 are kept, 0 of them relevant; .* relevant pair is needed"
    ):
        kept(3, left_out(), "b")


def test_bm25_fills_the_queries_that_lack_negatives() -> None:
    """q1 has two of three negatives, and only ж and c are left to it: z is of test, the others are given. The query
    вопрос lacks three."""
    splits = pl.DataFrame({"doc_id": [*TEXTS], "group": [*TEXTS], "split": [*["train"] * 5, "test"]})
    qrels = pl.DataFrame({"query_id": [*QUERIES], "doc_id": ["a", "c"], "relevance": [1, 1]})
    given = kept(9, left_out())
    inputs = texts("query_id", QUERIES), texts("doc_id", TEXTS), qrels, splits
    settings: dict[str, Any] = {"from": "given", "fill": True, "depth": 30, "seed": 1}
    found = filled(given, *inputs, Negatives(**settings, per_positive=3))
    assert found.head(5).equals(given) and found["instance_id"].to_list() == list(range(9))
    added = found.tail(4).drop("instance_id")
    assert added["query_id"].to_list() == ["q1", "вопрос", "вопрос", "вопрос"] and added[
        "label"
    ].unique().to_list() == [0]
    assert (
        added["doc_id"][0] in "cж" and set(added["doc_id"][1:]) < set("ab文ж") and added["doc_id"][1:].n_unique() == 3
    )
    full = filled(given.head(3), *inputs, Negatives(**settings, per_positive=1))
    assert full.height == 4 and full["query_id"][3] == "вопрос"


def test_sentences_of_a_section_are_the_negatives(tmp_path: Path) -> None:
    """SelQA's files through the stage, in the order of the file."""
    rows = [
        {
            "article": "Gate",
            "question": "Who opened it?",
            "candidates": ["Ada did.", "It is old.", "Цвет?"],
            "answers": [0],
        },
        {"article": "大门", "question": "When?", "candidates": ["In 1990.", "It is old."], "answers": [0]},
    ]
    (tmp_path / "selqa.json").write_text(json.dumps(rows), encoding="utf-8")
    entry = {
        "source": {"format": "selqa", "paths": [str(tmp_path / "selqa.json")]},
        "languages": ["en"],
        "negatives": {"from": "given"},
    }
    run_data_stage(entry, tmp_path, ["train"])
    found = tables.read(tmp_path / "instances.parquet", tables.INSTANCES)
    assert found.drop("instance_id").rows() == [
        ("q1", "Gate/1", 1),
        ("q1", "Gate/2", 0),
        ("q1", "Gate/3", 0),
        ("q2", "大门/1", 1),
        ("q2", "大门/2", 0),
    ]
