"""Dense retrieval against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from switchrank import tables
from switchrank.encoder.embedding import embed, read_encoder
from switchrank.errors import SwitchRankError
from switchrank.evaluation.pool import rank_pool
from switchrank.evaluation.retrieval import Retriever, pool_of, retrieve_passages
from switchrank.evaluation.runs import stream_runs
from switchrank.evaluation.settings import Retrieval

SETTINGS = Retrieval(query_prefix="query: ", passage_prefix="passage: ", depth=2)


@pytest.fixture(scope="module")
def retriever(encoder_folder: Path) -> Retriever:
    return Retriever(read_encoder(encoder_folder, SETTINGS, torch.device("cpu")), SETTINGS)


def by_language(key: str, texts: dict[str, list[str]]) -> dict[str, pl.DataFrame]:
    return {
        code: pl.DataFrame({key: [f"{key[0]}{n}" for n in range(len(lines))], "language": code, "text": lines})
        for code, lines in texts.items()
    }


def test_a_run_holds_the_nearest_passages(
    tmp_path: Path, retriever: Retriever, encoder_folder: Path, texts: dict[str, list[str]]
) -> None:
    queries, passages = by_language("query_id", texts)["hi"], by_language("doc_id", texts)["ar"]
    run = retrieve_passages(retriever, queries, passages, {"q0", "q2"}, "test")
    with stream_runs(tmp_path / "run.parquet") as append:
        append("hi-ar", run)
    left = embed(encoder_folder, ["query: " + texts["hi"][n] for n in (0, 2)], "t").astype(np.float64)
    right = embed(encoder_folder, ["passage: " + text for text in texts["ar"]], "t").astype(np.float64)
    expected = [
        (query, f"d{place}", rank, cosine[place])
        for query, cosine in zip(("q0", "q2"), left @ right.T, strict=True)
        for rank, place in enumerate(np.argsort(-cosine)[:2], start=1)
    ]
    assert run.select("query_id", "doc_id", "rank").rows() == [row[:3] for row in expected]
    assert run["score"].to_list() == pytest.approx([row[3] for row in expected], abs=1e-5)


def test_a_query_that_is_a_passage_does_not_find_itself(retriever: Retriever, texts: dict[str, list[str]]) -> None:
    """Every text is a query and a passage; the nearest passage of each is itself, at cosine 1 without prefixes."""
    settings = SETTINGS.model_copy(update={"query_prefix": "", "passage_prefix": ""})
    same = Retriever(retriever.embedder, settings)
    lines = pl.DataFrame({"id": ["hi:0", "hi:1", "hi:2"], "text": texts["hi"][:3]})
    queries, passages = lines.rename({"id": "query_id"}), lines.rename({"id": "doc_id"})
    judged = {"hi:0", "hi:2"}
    whole = retrieve_passages(same, queries, passages, judged, "test")
    assert whole.filter(pl.col("rank") == 1).select("query_id", "doc_id").rows() == [("hi:0", "hi:0"), ("hi:2", "hi:2")]
    run = retrieve_passages(same, queries, passages, judged, "test", without_itself=True)
    assert {(query, rank) for query, _, rank, _ in run.rows()} == {(q, r) for q in judged for r in (1, 2)}
    assert run.filter(pl.col("query_id") == pl.col("doc_id")).is_empty()
    second = whole.filter(pl.col("rank") == 2).select("query_id", "doc_id", "score")
    assert run.filter(pl.col("rank") == 1).select("query_id", "doc_id", "score").equals(second)


def test_a_query_that_is_a_passage_does_not_count_in_the_pool(
    retriever: Retriever, texts: dict[str, list[str]]
) -> None:
    tables_of = {
        code: pl.DataFrame({"id": [f"{code}:{n}" for n in range(3)], "text": texts[code][:3]}) for code in texts
    }
    queries = {code: table.rename({"id": "query_id"}) for code, table in tables_of.items()}
    passages = {code: table.rename({"id": "doc_id"}) for code, table in tables_of.items()}
    qrels = pl.DataFrame({"query_id": ["hi:0", "hi:0"], "doc_id": ["hi:1", "ja:1"], "relevance": [1, 1]})
    settings = SETTINGS.model_copy(update={"query_prefix": "", "passage_prefix": ""})
    given = Retriever(retriever.embedder, settings), queries, passages, qrels, "test"
    [hindi, japanese] = rank_pool(*given).select("rank", "pool_rank").rows()
    assert rank_pool(*given, without_itself=True).select("rank", "pool_rank").rows() == [
        (hindi[0] - 1, hindi[1] - 1),
        (japanese[0], japanese[1] - 1),
    ]


def test_equal_passages_rank_as_trec_eval_breaks_ties(retriever: Retriever, texts: dict[str, list[str]]) -> None:
    queries = by_language("query_id", texts)["en"]
    same = pl.DataFrame({"doc_id": ["a", "b", "c"], "text": [texts["zh"][0]] * 3})
    run = retrieve_passages(retriever, queries, same[:2], {"q1"}, "test")
    assert run["doc_id"].to_list() == ["b", "a"]


def test_no_judged_query(retriever: Retriever, texts: dict[str, list[str]]) -> None:
    with pytest.raises(SwitchRankError, match="test: 0 judged queries and 3 passages have a text"):
        retrieve_passages(
            retriever, by_language("query_id", texts)["en"], by_language("doc_id", texts)["en"], {"x"}, "test"
        )


def test_the_pool_holds_what_every_language_has(texts: dict[str, list[str]]) -> None:
    passages = by_language("doc_id", texts)
    passages["ja"] = passages["ja"].filter(pl.col("doc_id") != "d1")
    splits = pl.DataFrame({"doc_id": ["d0", "d1", "d2"], "group": "g", "split": ["test", "test", "train"]})
    assert {tuple(table["doc_id"]) for table in pool_of(passages, splits, "test").values()} == {("d0",)}
    with pytest.raises(SwitchRankError, match="no passage of the split dev exists in all of en, de"):
        pool_of(passages, splits, "dev")


def test_the_pool_of_passages_that_are_not_parallel_holds_all(texts: dict[str, list[str]]) -> None:
    every = by_language("doc_id", texts)
    passages = {"ja": every["ja"].head(2), "hi": every["hi"].slice(2)}
    splits = pl.DataFrame({"doc_id": ["d0", "d1", "d2"], "group": "g", "split": ["test", "train", None]})
    found = pool_of(passages, splits, "test", parallel=False)
    assert {code: table["doc_id"].to_list() for code, table in found.items()} == {"ja": ["d0"], "hi": ["d2"]}
    with pytest.raises(SwitchRankError, match="no passage of the split train is in hi"):
        pool_of(passages, splits.with_columns(split=pl.Series(["train", "train", "test"])), "train", parallel=False)


def test_ranks_in_the_pool_by_brute_force(
    tmp_path: Path, retriever: Retriever, encoder_folder: Path, texts: dict[str, list[str]]
) -> None:
    queries, passages = by_language("query_id", texts), by_language("doc_id", texts)
    passages["de"] = passages["de"].with_columns(text=pl.lit(texts["de"][0]))  # equal passages: ties
    qrels = pl.DataFrame({"query_id": ["q0", "q1", "q1"], "doc_id": ["d0", "d1", "d2"], "relevance": [1, 1, 2]})
    ranks = rank_pool(retriever, queries, passages, qrels, "test")
    tables.write(ranks, tmp_path / "pool.parquet", tables.POOL)
    assert ranks.height == len(texts) * 3 * len(texts)
    every = sorted((doc, code, text) for code, table in passages.items() for doc, _, text in table.rows())
    vectors = embed(encoder_folder, ["passage: " + text for _, _, text in every], "t")
    for code, query, other, document, rank, pool_rank in ranks.rows():
        asked = embed(encoder_folder, ["query: " + texts[code][int(query[1])]], "t")[0]
        # numbers as a run has them: by score, ties by the later id first
        scored = sorted(
            ((round(float(v @ asked), 5), doc, language) for v, (doc, language, _) in zip(vectors, every, strict=True)),
            reverse=True,
        )
        assert pool_rank == 1 + [row[1:] for row in scored].index((document, other))
        assert rank == 1 + [row[1] for row in scored if row[2] == other].index(document)


def test_a_pool_without_relevant_passages(retriever: Retriever, texts: dict[str, list[str]]) -> None:
    qrels = pl.DataFrame({"query_id": ["q0"], "doc_id": ["other"], "relevance": [1]})
    with pytest.raises(SwitchRankError, match="no query has a relevant passage in the pool of 21 passages"):
        rank_pool(retriever, by_language("query_id", texts), by_language("doc_id", texts), qrels, "test")


class Recorder:
    """A retriever that notes which queries are multiplied together."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def passages(self, texts: list[str], label: str) -> np.ndarray:
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)

    def queries(self, texts: list[str], label: str) -> np.ndarray:
        self.asked.append(texts)
        return self.passages(texts, label)


def test_the_queries_of_a_block_do_not_hang_on_the_order_of_rows() -> None:
    """300 queries in two languages, and one that has no relevant passage: blocks of 256 and 44."""
    shown = [f"q{number:03}" for number in range(301)]
    queries = {
        code: pl.DataFrame({"query_id": shown, "language": code, "text": [f"{word} {name}" for name in shown]})
        for code, word in (("ru", "дверь"), ("hi", "दरवाज़ा"))
    }
    passages = {
        code: pl.DataFrame({"doc_id": ["d1", "d2"], "language": code, "text": texts})
        for code, texts in (("ru", ["Окно.", "Свет"]), ("hi", ["खिड़की", "बत्ती।"]))
    }
    answers = [(name, f"d{1 + number % 2}", 1) for number, name in enumerate(shown[:300])]
    qrels = pl.DataFrame(answers, schema=["query_id", "doc_id", "relevance"], orient="row")
    found = []
    for turn in (1, -1):
        retriever = Recorder()
        given = ({code: table[::turn] for code, table in texts.items()} for texts in (queries, passages))
        ranks = rank_pool(retriever, *given, qrels[::turn], "test")  # type: ignore[arg-type]
        assert [len(texts) for texts in retriever.asked] == [256, 44] * 2
        found.append((retriever.asked, ranks.rows()))
    assert found[0] == found[1]
