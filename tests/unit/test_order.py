"""Values to the last bit, whatever the order of the rows read and the number of polars' threads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.encoder.pair_kinds import parallel_pairs, query_passage_pairs
from switchrank.encoder.pairs import Part, join_pairs
from switchrank.evaluation.backend_comparison import compare_runs
from switchrank.evaluation.pool_measures import pool_measures
from switchrank.report.figures.curves import curves_of_training
from tests.toy.workspace import ROOT

CODES = ("ar", "de", "en", "hi", "ja", "ru")
Shuffle = Callable[[pl.DataFrame], pl.DataFrame]


def _pool(queries: int) -> pl.DataFrame:
    """Ranks of two passages of each query, in every pair of languages."""
    draw = Random(7)
    rows = [
        (one, f"q{query:05}", other, f"d{query}{part}", draw.randint(1, 99), draw.randint(1, 999))
        for one in CODES
        for other in CODES
        for query in range(queries)
        for part in "ab"
    ]
    names = ["query_language", "query_id", "passage_language", "doc_id", "rank", "pool_rank"]
    return pl.DataFrame(rows, schema=names, orient="row")


def of_pool(shuffle: Shuffle, size: int) -> object:
    return {name: value.hex() for name, value in pool_measures(shuffle(_pool(size))).items()}


def of_runs(shuffle: Shuffle, size: int) -> object:
    draw = Random(3)
    queries = [f"q{number:05}" for number in range(3 * size)]
    qrels = pl.DataFrame({"query_id": queries, "doc_id": ["d3"] * len(queries), "relevance": [1] * len(queries)})
    runs = {}
    for name in ("torch", "int8"):
        rows = [
            (query, f"d{doc}", rank, float(10 - rank))
            for query in queries
            for rank, doc in enumerate(draw.sample(range(9), 9), start=1)
        ]
        run = pl.DataFrame(rows, schema=["query_id", "doc_id", "rank", "score"], orient="row")
        runs[name] = shuffle(run.cast({"rank": pl.Int32, "score": pl.Float32}))
    found = compare_runs(runs, shuffle(qrels.cast({"relevance": pl.Int8})), ["RR@10", "nDCG@10"], "en-de")
    return [(name, measure, value.hex()) for name, measure, value in found.select("backend", "measure", "mean").rows()]


def of_curves(shuffle: Shuffle, size: int) -> object:
    draw = Random(5)
    steps = range(1, 40 * size)
    tables = [pl.DataFrame({"step": steps, "loss": [draw.random() for _ in steps]}) for _ in range(3)]
    found = curves_of_training({"mlcs": [shuffle(table) for table in tables]})
    return [(step, value.hex()) for step, value in found.select("step", "value").rows()]


def of_pairs(shuffle: Shuffle, size: int) -> object:
    """Two passages answer a query, and two queries have one passage."""

    def texts(key: str, prefix: str, words: str) -> dict[str, pl.DataFrame]:
        return {
            code: shuffle(
                pl.DataFrame(
                    {
                        key: [f"{prefix}{number}" for number in range(size)],
                        "language": code,
                        "text": [f"{words} {code} {number} दरवाज़ा" for number in range(size)],
                    }
                )
            )
            for code in CODES
        }

    answers = [(f"q{number}", f"d{(number + shift) % size}", 1) for number in range(size) for shift in (0, 1)]
    qrels = shuffle(pl.DataFrame(answers, schema=["query_id", "doc_id", "relevance"], orient="row"))
    queries, passages = texts("query_id", "q", "дверь"), texts("doc_id", "d", "扉")
    parallel, asked = (
        parallel_pairs(passages, "doc_id", "home", {}),
        query_passage_pairs(queries, passages, qrels, "home", 1),
    )
    return join_pairs([Part("home passages", parallel), Part("home", asked)]).pairs.rows()


MAKERS = [of_pool, of_runs, of_curves, of_pairs]


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=12)
@given(seed=st.integers(1, 2**32 - 1))
def test_the_order_of_rows_changes_no_bit(make: Callable[[Shuffle, int], object], seed: int) -> None:
    generator = np.random.default_rng(seed)

    def shuffled(table: pl.DataFrame) -> pl.DataFrame:
        return table[generator.permutation(table.height)]

    assert make(shuffled, 7) == make(lambda table: table, 7)


def test_the_number_of_threads_changes_no_bit() -> None:
    script = (
        "from tests.unit.test_order import of_curves, of_pairs, of_pool\n"
        "for make in (of_pool, of_curves, of_pairs):\n"
        "    print(make(lambda table: table, 100))"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=os.environ | {"POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(threads)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in (1, 4)
    ]
    assert len(found[0]) > 1000
    assert found[0] == found[1]
