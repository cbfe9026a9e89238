"""BM25 candidates against a dense BM25 written from the equation, and the order of ties."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.data.bm25 import Index, best, words_of
from switchrank.data.candidates import build_candidates
from switchrank.data.qrels import ranked_queries
from switchrank.data.texts import build_passages, build_queries
from switchrank.errors import SwitchRankError
from tests.toy import homeassistant as made
from tests.unit.data.conftest import documents_of, reader_of

WORDS = ["pump", "gate", "lamp", "green", "old", "opens", "closes", "garden", "night"]


def dense_bm25(documents: list[list[str]], query: list[str], k1: float = 1.5, b: float = 0.75) -> list[float]:
    """Kamphuis et al. 2020, the Lucene row of table 1, term by term."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for words in documents:
        counts, score = Counter(words), 0.0
        for term in query:
            holding = sum(term in other for other in documents)
            idf = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            score += idf * counts[term] / (counts[term] + k1 * (1 - b + b * len(words) / mean))
        scores.append(score)
    return scores


def test_words_are_runs_of_letters_in_any_script() -> None:
    assert words_of("The Öffner of Tür-Nr. 2_b") == ["öffner", "tür", "nr", "2_b"]
    assert words_of("СВЕТ, 電池を; باب!") == ["свет", "電池を", "باب"]
    assert words_of("It is on the…") == []


def test_one_score_by_hand() -> None:
    scores = Index(["green pump", "old gate", "green lamp opens"]).scores("Green")
    # n = 2 of N = 3, mean length 7/3: ln(1 + 1.5/2.5) · 1 / (1 + 1.5 (.25 + .75 · 2 / (7/3)))
    expected = np.log(1.6) / (1 + 1.5 * (0.25 + 0.75 * 6 / 7))
    assert scores.dtype == np.float32
    assert scores[0] == np.float32(expected) and scores[1] == 0


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=1, max_size=12),
    st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=5),
)
def test_scores_are_those_of_the_equation(documents: list[list[str]], query: list[str]) -> None:
    found = Index([" ".join(words) for words in documents]).scores(" ".join(query))
    np.testing.assert_allclose(found, dense_bm25(documents, query), rtol=1e-6)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(0, 45), st.randoms())
def test_best_is_the_head_of_a_full_sort(values: list[int], depth: int, random: object) -> None:
    scores = np.array(values, dtype=np.float32)
    tie = np.array(random.sample(range(100), len(values)))  # type: ignore[attr-defined]
    expected = sorted(range(len(values)), key=lambda position: (-values[position], tie[position]))[:depth]
    assert best(scores, tie, depth).tolist() == expected


def table(key: str, language: str, texts: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({key: [*texts], "language": [language] * len(texts), "text": [*texts.values()]})


def small(depth: int, split: str = "test") -> pl.DataFrame:
    english = {
        "d": "green pump",
        "b": "green pump",
        "a": "old lamp",
        "c": "green gate",
        "e": "green green",
        "t": "green",
    }
    splits = pl.DataFrame({"doc_id": [*"abcdet"], "group": ["g"] * 6, "split": ["test"] * 5 + ["train"]})
    passages = [
        table("doc_id", "ja", dict.fromkeys("abcdt", "日本語")),
        table("doc_id", "en", english),
    ]
    queries = table("query_id", "en", {"q2": "pump", "q1": "the green thing", "unjudged": "lamp"})
    qrels = pl.DataFrame({"query_id": ["q1", "q2"], "doc_id": ["c", "a"], "relevance": [1, 1]})
    return build_candidates(ranked_queries([queries], qrels), passages, splits, split, depth)


def test_pool_ties_and_unforced_relevant_passage() -> None:
    found = small(depth=3)
    # e has no Japanese, t is no test document; equal scores go by doc_id; q2's relevant a shares no word with it
    assert found.select("query_id", "rank", "doc_id").rows() == [
        ("q1", 1, "b"), ("q1", 2, "c"), ("q1", 3, "d"), ("q2", 1, "b"), ("q2", 2, "d"),
    ]  # fmt: skip
    scores = found["score"].to_list()
    assert scores[0] == scores[1] == scores[2] > 0 and scores[3] == scores[4] > 0
    assert [*found.schema.values()] == [pl.String, pl.String, pl.Int32, pl.Float32]


def test_only_passages_that_share_a_word_are_candidates() -> None:
    # q1 asks for green: b, c, d; q2 for pump: b, d
    assert small(depth=50).group_by("query_id").len().sort("query_id").rows() == [("q1", 3), ("q2", 2)]


def test_queries_that_share_no_word_with_any_passage_are_an_error() -> None:
    passages = [table("doc_id", "en", {"a": "old lamp"})]
    splits = pl.DataFrame({"doc_id": ["a"], "group": ["g"], "split": ["test"]})
    with pytest.raises(SwitchRankError, match="none of 1 test queries shares a word with one of 1 passages"):
        build_candidates(table("query_id", "en", {"q": "свет"}), passages, splits, "test", 3)


def test_an_empty_pool_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="no document of the split dev has a passage in every language"):
        small(depth=3, split="dev")


def toy_candidates(path: Path, order: int) -> pl.DataFrame:
    """Candidates of a toy split that holds everything; rows reversed when `order` is −1."""
    with reader_of(path) as reader:
        passages = [build_passages(reader, code)[::order] for code in made.LANGUAGES]
        every = documents_of(reader)
        queries = build_queries(reader, "test", "en", every, ["en"])[::order]
    splits = pl.DataFrame({"doc_id": passages[0]["doc_id"]}).with_columns(group=pl.lit("g"), split=pl.lit("test"))
    return build_candidates(queries, passages[::order], splits, "test", 15)


def test_row_order_does_not_matter(toy_path: Path) -> None:
    assert toy_candidates(toy_path, 1).equals(toy_candidates(toy_path, -1))


def test_hash_seed_and_threads_do_not_matter(toy_path: Path, tmp_path: Path) -> None:
    code = (
        "import runpy, sys; from pathlib import Path; "
        "made = runpy.run_path(sys.argv[1]); "
        "made['toy_candidates'](Path(sys.argv[2]), 1).write_ipc(sys.argv[3])"
    )
    root = Path(__file__).parents[3]
    for name, seed, threads in (("one", "1", "1"), ("two", "2", "4")):
        variables = {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads}
        path = os.pathsep.join([str(root), str(root / "src")])
        subprocess.run(
            [sys.executable, "-c", code, __file__, str(toy_path), str(tmp_path / name)],
            env=os.environ | variables | {"PYTHONPATH": path},
            check=True,
        )
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
