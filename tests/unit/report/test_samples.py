"""Samples: which instances are shown, and that they are read out of files with their originals."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.page.samples import Text, choose, read_samples, samples


def corpus_table(rows: list[tuple[int, str, int, str, str, str, int, int]]) -> pl.DataFrame:
    """CORPUS rows from instance, query id, label, query, passage, query language and switched tokens a side."""
    columns = ["instance_id", "query_id", "label", "query", "passage", "query_language"]
    columns += ["query_switched", "passage_switched"]
    table = pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"label": pl.Int8})
    counts = {name: pl.lit(9, pl.Int32) for name in tables.CORPUS.columns if name.endswith(("tokens", "known"))}
    counts |= {name: pl.lit(0, pl.Int32) for name in tables.CORPUS.columns if "content" in name}
    table = table.with_columns(doc_id=pl.col("query_id"), passage_language=pl.lit("xx"), **counts)
    return table.cast({"query_switched": pl.Int32, "passage_switched": pl.Int32})


CORPUS = corpus_table(
    [
        (0, "q0", 1, "plain", "plain", "xx", 0, 0),
        (1, "q1", 1, "Öffne 窓 <now>", "افتح the window & wait", "xx", 2, 1),
        (2, "q1", 1, "again", "the same query", "xx", 1, 1),
        (3, "q2", 0, "wrong", "passage", "xx", 1, 1),
        (4, "q3", 1, "включи свет", "खिड़की open", "ru", 2, 1),
    ]
)


def tokens_table(texts: dict[int, tuple[str, str]]) -> pl.DataFrame:
    """TOKENS rows with these texts and no tokens."""
    rows = [(number, f"q{number}", f"d{number}", 1, *pair) for number, pair in texts.items()]
    names = ["instance_id", "query_id", "doc_id", "label", "query", "passage"]
    table = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"label": pl.Int8})
    empty = {
        name: pl.lit([], pl.List(pl.Int8 if name.endswith("case") else pl.Int32))
        for name in tables.TOKENS.columns
        if name not in names
    }
    return table.with_columns(**empty)


def test_instances_are_switched_relevant_and_one_a_query() -> None:
    assert choose(CORPUS, 5) == [1, 4]
    assert choose(CORPUS.filter(pl.col("instance_id") == 0)) == []


def test_one_side_is_enough_where_too_few_have_both() -> None:
    rows = [(n, f"q{n}", 1, "q", "p", "xx", 1, 1 if n == 7 else 0) for n in range(9)]
    assert choose(corpus_table(rows), 3) == [0, 3, 6]
    assert choose(corpus_table(rows), 1) == [7], "one with both sides is enough for one sample"


def test_instances_spread_over_the_corpus() -> None:
    assert choose(corpus_table([(n, f"q{n:03}", 1, "q", "p", "xx", 1, 1) for n in range(90)])) == [0, 30, 60]


def test_samples_have_their_language_and_their_original() -> None:
    english = pl.DataFrame({"instance_id": [4], "query": ["turn on the light"], "passage": ["open the window"]})
    first, second = samples(CORPUS.filter(pl.col("instance_id").is_in([1, 4])), english)
    assert (first.query, first.passage) == (None, None)
    assert first.switched_query == Text("Öffne 窓 <now>", None)
    assert second.query == Text("turn on the light", "en")
    assert second.switched_query == Text("включи свет", "ru")
    assert second.switched_passage == Text("खिड़की open", None)


def test_samples_are_read_from_files(tmp_path: Path) -> None:
    tables.write(CORPUS, tmp_path / "corpus.parquet", tables.CORPUS)
    texts = {n: (f"English query {n}", f"English passage {n}") for n in range(5)}
    tables.write(tokens_table(texts), tmp_path / "tokens.parquet", tables.TOKENS)
    found = read_samples(tmp_path / "corpus.parquet", tmp_path / "tokens.parquet")
    assert [sample.switched_query.text for sample in found] == ["Öffne 窓 <now>", "включи свет"]
    assert [sample.query and sample.query.text for sample in found] == ["English query 1", "English query 4"]
    assert [sample.passage and sample.passage.text for sample in found] == ["English passage 1", "English passage 4"]


def test_a_corpus_without_a_switched_instance_has_no_samples(tmp_path: Path) -> None:
    tables.write(CORPUS.head(1), tmp_path / "corpus.parquet", tables.CORPUS)
    tables.write(tokens_table({0: ("a", "b")}), tmp_path / "tokens.parquet", tables.TOKENS)
    assert read_samples(tmp_path / "corpus.parquet", tmp_path / "tokens.parquet") == []


def test_a_file_of_another_contract_is_refused(tmp_path: Path) -> None:
    tables.write(CORPUS, tmp_path / "corpus.parquet", tables.CORPUS)
    with pytest.raises(SwitchRankError, match="not a table of tokens"):
        read_samples(tmp_path / "corpus.parquet", tmp_path / "corpus.parquet")
