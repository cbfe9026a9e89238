"""Candidates by vectors, against a full sort of all cosines; given ones; and all passages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from switchrank import tables
from switchrank.data.candidates import all_candidates, given_candidates, without_itself
from switchrank.data.dense_candidates import dense_candidates, shown_blocks
from switchrank.data.settings import Candidates
from switchrank.data.splits import pool_ids
from switchrank.encoder import text_vectors
from switchrank.errors import SwitchRankError

Vectors = NDArray[np.float32]


def unit(rows: int, seed: int) -> Vectors:
    """Vectors with a few values each, so that many cosines are equal."""
    drawn = np.random.default_rng(seed).integers(-1, 2, (rows, 6)).astype(np.float32)
    drawn[:, 0] = 1
    found: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return found


def names(letter: str, count: int) -> pl.Series:
    return pl.Series([f"{letter}{number:03}" for number in range(count)])


@pytest.mark.parametrize("depth", [1, 7, 40, 500])
def test_the_nearest_of_all_blocks(depth: int) -> None:
    queries, passages = unit(9, 1), unit(203, 2)
    ids = names("д", len(passages))
    blocks = [(ids[start : start + 50], passages[start : start + 50]) for start in range(0, 203, 50)]
    found = dense_candidates([(names("q", 9), queries)], blocks, depth, "test")
    cosines = queries @ passages.T
    for number, query in enumerate(names("q", 9)):
        rows = found.filter(pl.col("query_id") == query)
        expected = sorted(zip(-cosines[number].astype(float), ids, strict=True))[:depth]
        assert rows["rank"].to_list() == list(range(1, min(depth, 203) + 1))
        np.testing.assert_allclose(rows["score"], [-score for score, _ in expected], atol=1e-6)
        # those at the last score may be any of the equal ones; before it they are exactly these
        last = -expected[-1][0]
        above = {name for score, name in expected if -score > last + 1e-6}
        assert above <= set(rows["doc_id"])
    again = dense_candidates([(names("q", 9), queries)], [(ids, passages)], 500, "test")
    for (_, _), rows in again.group_by("query_id", "score", maintain_order=True):
        assert rows["doc_id"].is_sorted(), "equal scores go by doc_id"


def write(path: Path, ids: list[str], vectors: Vectors) -> Path:
    table = pa.table({"id": ids, "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), 6)})
    tables.write(table, path, tables.EMBEDDED)
    return path


def test_blocks_of_one_language_of_drawn_ones_and_of_all(tmp_path: Path) -> None:
    hindi, thai = unit(3, 3), unit(3, 4)
    parallel = {
        "hi": write(tmp_path / "hi.parquet", ["a", "b", "c"], hindi),
        "th": write(tmp_path / "th.parquet", ["a", "b", "c"], thai),
    }
    [(ids, rows)] = shown_blocks(parallel, "th", None, {"c", "a"})
    assert ids.to_list() == ["a", "c"] and np.array_equal(rows, thai[[0, 2]])
    mixed = pl.DataFrame({"id": ["a", "b", "c"], "language": ["th", "hi", "th"]})
    found = [(ids.to_list(), rows.tolist()) for ids, rows in shown_blocks(parallel, "xx", mixed, {"a", "b"})]
    assert found == [(["b"], hindi[[1]].tolist()), (["a"], thai[[0]].tolist())]
    own = {"hi": parallel["hi"], "th": write(tmp_path / "own.parquet", ["x", "y"], thai[:2])}
    every = [ids.to_list() for ids, _ in shown_blocks(own, "xx", None, {"a", "y", "x"})]
    assert every == [["a"], ["x", "y"]]


def test_nothing_to_search_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="test: no judged query has a vector"):
        dense_candidates([], [(names("d", 2), unit(2, 1))], 3, "test")
    with pytest.raises(SwitchRankError, match="test: no passage has a vector"):
        dense_candidates([(names("q", 2), unit(2, 1))], [], 3, "test")
    broken = unit(2, 1)
    broken[1, 2] = np.nan
    with pytest.raises(SwitchRankError, match="test: the vector of 'q001' holds a number that is not finite"):
        dense_candidates([(names("q", 2), broken)], [(names("d", 2), unit(2, 1))], 3, "test")


def given(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows), schema={"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32}, orient="row"
    )


def test_given_candidates_are_limited_to_what_is_judged() -> None:
    pieces = [given(("q1", "ж", 1.0), ("q1", "д", 3.0), ("q9", "д", 1.0)), given(("q1", "а", 1.0), ("q1", "я", 9.0))]
    found = given_candidates(pieces, {"q1", "q2"}, {"а", "д", "ж"}, 2)
    assert found.rows() == [("q1", "д", 1, 3.0), ("q1", "а", 2, 1.0)], "equal scores by doc_id"
    assert found.schema == {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
    with pytest.raises(SwitchRankError, match="passage 'д' is given twice for query 'q1'"):
        given_candidates([*pieces, pieces[0]], {"q1"}, {"д"}, 2)
    with pytest.raises(SwitchRankError, match="the source gives none for 1 judged queries among 1 passages"):
        given_candidates(pieces, {"q7"}, {"д"}, 2)


def test_all_passages_are_candidates_of_every_query() -> None:
    found = all_candidates(["q2", "q1"], {"文", "a"})
    assert found.rows() == [("q1", "a", 1, 0.0), ("q1", "文", 2, 0.0), ("q2", "a", 1, 0.0), ("q2", "文", 2, 0.0)]


def test_a_query_that_is_a_passage_is_not_its_own_candidate() -> None:
    found = without_itself(all_candidates(["a", "文"], {"文", "a", "b"}), 1)
    assert found.select("query_id", "doc_id", "rank").rows() == [("a", "b", 1), ("文", "a", 1)]


def test_vectors_of_texts_come_in_pieces_by_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lengths:
        """Vectors of the length of a text and 1."""

        def vectors(self, texts: list[str], label: str, batch_tokens: int) -> Vectors:
            return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    monkeypatch.setattr(text_vectors, "_PIECE", 2)
    texts = {"c": "чай", "a": "शहर", "b": "門"}
    table = pl.DataFrame({"doc_id": [*texts], "language": ["xx"] * 3, "text": [*texts.values()]})
    with tables.stream(tmp_path / "embedded.parquet", tables.EMBEDDED) as append:
        for piece in text_vectors.embed_texts(Lengths(), table, "p: ", 64, "test"):  # type: ignore[arg-type]
            append(piece)
    found = [
        (ids.to_list(), rows.tolist())
        for ids, rows in shown_blocks({"en": tmp_path / "embedded.parquet"}, "en", None, set(texts))
    ]
    expected = [[len("p: " + texts[name]), 1] for name in "abc"]
    assert found == [(["a", "b"], expected[:2]), (["c"], expected[2:])]


def test_the_pool_is_what_every_language_has_or_what_is_shown() -> None:
    splits = pl.DataFrame({"doc_id": [*"abcd"], "group": [*"abcd"], "split": ["test", None, "train", "test"]})
    assert pool_ids([["a", "b", "c"], ["b", "c", "d"]], splits, "test", parallel=True) == {"b"}
    assert pool_ids([["a", "b", "c"], ["d"]], splits, "test", parallel=False) == {"a", "b", "d"}
    with pytest.raises(SwitchRankError, match="no document of the split dev has a passage in the languages shown"):
        pool_ids([["a"]], splits, "dev", parallel=False)


def test_settings_of_candidates() -> None:
    assert Candidates().origin == "bm25" and Candidates().model_dump(mode="json")["from"] == "bm25"
    dense = Candidates.model_validate({"from": "encoder", "encoder": "e5", "depth": 100})
    assert Candidates(**dense.model_dump(mode="json")) == dense
    for wrong, message in (
        ({"from": "encoder"}, "needs the name of an encoder"),
        ({"from": "all", "encoder": "e5"}, "encoder goes with from: encoder only, found from: all"),
        ({"embedding": {"pooling": "cls"}}, "embedding goes with from: encoder only, found from: bm25"),
        ({"from": "bm42"}, "'bm25', 'encoder', 'given' or 'all'"),
    ):
        with pytest.raises(ValueError, match=message):
            Candidates.model_validate(wrong)
