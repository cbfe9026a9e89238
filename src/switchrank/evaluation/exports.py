"""Runs, qrels and benchmarks in other programs' formats: TREC files and BEIR folders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np
import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.files import whole
from switchrank.languages import MIXED

_FORBIDDEN = r'[\s\x00-\x20\x7f\x{85}"]|^$'
"""What would end a field (`str.split` takes every kind of white space) or begin a quoted one."""


def write_trec_run(run: Iterable[pl.DataFrame], path: str | Path, tag: str) -> None:
    """Write `query Q0 passage rank score tag` lines.

    Args:
        run: pieces of one pair of a RUN table. Scores are written with enough digits to restore the float32.
        path: the file; missing folders are made.
        tag: name of the run.

    Raises:
        SwitchRankError: an id or the tag is empty or has white space or a double quote.
    """
    _refuse(pl.DataFrame({"tag": [tag]}), path)
    with _whole(path) as file:
        for piece in run:
            _refuse(piece.select("query_id", "doc_id"), path)
            for query, doc, rank, score in piece.select("query_id", "doc_id", "rank", "score").iter_rows():
                file.write(f"{query} Q0 {doc} {rank} {np.float32(score)!s} {tag}\n")


def write_trec_qrels(qrels: pl.DataFrame, path: str | Path) -> None:
    """Write `query 0 passage relevance` lines.

    Raises:
        SwitchRankError: an id is empty or has white space or a double quote.
    """
    _refuse(qrels.select("query_id", "doc_id"), path)
    with _whole(path) as file:
        for query, doc, relevance in qrels.select("query_id", "doc_id", "relevance").iter_rows():
            file.write(f"{query} 0 {doc} {relevance}\n")


def write_beir_qrels(qrels: pl.DataFrame, path: str | Path) -> None:
    """Write BEIR's table of judgements, with its header.

    Raises:
        SwitchRankError: an id is empty or has white space or a double quote.
    """
    _refuse(qrels.select("query_id", "doc_id"), path)
    with _whole(path) as file:
        file.write("query-id\tcorpus-id\tscore\n")
        for query, doc, relevance in qrels.select("query_id", "doc_id", "relevance").iter_rows():
            file.write(f"{query}\t{doc}\t{relevance}\n")


def write_beir_texts(texts: Iterable[pl.DataFrame], key: str, path: str | Path, fields: Sequence[str] = ()) -> None:
    """Write BEIR's corpus.jsonl (key `doc_id`, with an empty title) or queries.jsonl (key `query_id`).

    Args:
        texts: pieces of a table with the key and text.
        key: column that becomes `_id`.
        path: where to; missing folders are made.
        fields: further columns that are written; other programs ignore them.

    Raises:
        SwitchRankError: an id is empty or has white space or a double quote.
    """
    title = {"title": ""} if key == "doc_id" else {}
    with _whole(path) as file:
        for piece in texts:
            _refuse(piece.select(key), path)
            for name, *values in piece.select(key, "text", *fields).iter_rows():
                row = {"_id": name, **title, **dict(zip(("text", *fields), values, strict=True))}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def shown_pieces(
    by_language: Mapping[str, Iterable[pl.DataFrame]], wanted: str, mixed: pl.DataFrame | None, key: str
) -> Iterator[pl.DataFrame]:
    """One side of a benchmark as a pair shows it, in pieces; a mixed side language by language.

    Args:
        by_language: pieces of the tables with the column `key` and text.
        wanted: language code, or `xx`.
        mixed: MIXED table. Without one, `xx` shows the texts of all languages, whose ids are different.
        key: `query_id` or `doc_id`.

    Raises:
        SwitchRankError: an id has no text in the language drawn for it.
    """
    if wanted != MIXED:
        yield from (piece.select(key, "text") for piece in by_language[wanted])
        return
    if mixed is None:
        yield from (piece.select(key, "text") for _, pieces in sorted(by_language.items()) for piece in pieces)
        return
    for language, pieces in sorted(by_language.items()):
        drawn = mixed.filter(pl.col("language") == language)["id"]
        missing = set(drawn)
        for piece in pieces:
            shown = piece.filter(pl.col(key).is_in(drawn.to_list())).select(key, "text")
            missing.difference_update(shown[key])
            yield shown
        if missing:
            raise SwitchRankError(f"{key} {min(missing)!r} has no text in {language!r}, the language drawn for it")


def _refuse(ids: pl.DataFrame, path: str | Path) -> None:
    for column in ids.columns:
        bad = ids.filter(pl.col(column).str.contains(_FORBIDDEN))
        if bad.height:
            raise SwitchRankError(
                f"{path}: {column} {bad[column][0]!r} cannot be exported: it is empty or has white space or a double "
                "quote, where a field would end; allowed are ids without"
            )


@contextmanager
def _whole(path: str | Path) -> Iterator[TextIO]:
    """A text file that is written completely or not at all."""
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="\n") as file:
        yield file
