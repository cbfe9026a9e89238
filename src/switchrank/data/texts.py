"""Passages, queries and titles of one language as tables, from a reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from switchrank.data.reading import BenchmarkReader, Split, joined, judgements
from switchrank.data.splits import in_split
from switchrank.errors import SwitchRankError


def build_passages(reader: BenchmarkReader[Any], language: str) -> pl.DataFrame:
    """PASSAGES table of a language.

    Raises:
        SwitchRankError: there is none in this language.
    """
    passages = joined(reader.passages(language), "doc_id", "text")
    if not passages.height:
        raise SwitchRankError(f"passages: the source has none in {language!r}; leave the language out")
    return passages.select("doc_id", pl.lit(language).alias("language"), "text")


def build_queries(
    reader: BenchmarkReader[Any], split: Split, language: str, documents: pl.DataFrame, judged_in: Iterable[str]
) -> pl.DataFrame:
    """QUERIES table of a split in a language.

    Args:
        reader: the source.
        split: train, dev or test.
        language: of the queries.
        documents: SPLITS table. If it divides the documents, a query that is judged is in the split of its relevant
            passages.
        judged_in: languages that the judgements are taken from.
    """
    queries = joined(reader.queries(split, language), "query_id", "text")
    if documents["split"].null_count() < documents.height:
        judged = judgements(reader, split, judged_in)
        here = judged.filter(pl.col("relevance") > 0).join(
            in_split(documents, split), on="doc_id", how="semi", maintain_order="left"
        )
        elsewhere = set(judged["query_id"]) - set(here["query_id"])
        queries = queries.filter(~pl.col("query_id").is_in(sorted(elsewhere)))
    return queries.select("query_id", pl.lit(language).alias("language"), "text")


def refuse_repeated_passages(reader: BenchmarkReader[Any], languages: Iterable[str]) -> None:
    """Check that each language has its own passages.

    Args:
        reader: of a source that is not parallel.
        languages: of the benchmark.

    Raises:
        SwitchRankError: a doc_id is in two languages.
    """
    first: dict[str, str] = {}
    for language in languages:
        for piece in reader.passages(language):
            for name in piece["doc_id"]:
                if first.setdefault(name, language) != language:
                    raise SwitchRankError(
                        f"passages: {name!r} is in {first[name]!r} and in {language!r}; in a source that is not "
                        "parallel, each language has its own passages, so each id is in one language"
                    )


def build_titles(reader: BenchmarkReader[Any], language: str, documents: pl.DataFrame) -> pl.DataFrame:
    """TITLES table of a language: titles of groups without a document in dev or test.

    Args:
        reader: a source that has titles.
        language: of the titles.
        documents: SPLITS table.
    """
    judged = documents.filter(pl.col("split").is_in(["dev", "test"]))["group"].to_list()
    titles = joined(reader.titles(language), "title_id", "group", "text")
    kept = titles.filter(~pl.col("group").is_in(judged))
    return kept.select("title_id", "group", pl.lit(language).alias("language"), "text")


def without(texts: pl.DataFrame, left_out: pl.DataFrame) -> pl.DataFrame:
    """The rows of a PASSAGES, QUERIES or TITLES table that a LEFT_OUT table does not name."""
    key = texts.columns[0]
    kind = {"doc_id": "passage", "query_id": "query", "title_id": "title"}[key]
    return texts.filter(~pl.col(key).is_in(left_out.filter(pl.col("kind") == kind)["id"].to_list()))
