"""The best passages of each query by BM25, compared with bm25s' own retrieval.

    python benchmarks/bm25.py --passages 1000000 --queries 1000

Passages of 40 words and queries of 6, drawn by Zipf's law. Ours scores every passage for a query and keeps the best,
equal scores in the order of the passages. bm25s (numba) keeps the best ones, equal scores in no stated order. Both use
one thread, and each has a process of its own, because its peak memory is measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import bm25s
import numpy as np
from made_text import sentences

from switchrank.data import bm25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--depth", type=int, default=1_000)
    parser.add_argument("--only", choices=("switchrank", "bm25s"))
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measured(given)))
        return
    found = {}
    for name in ("switchrank", "bm25s"):
        call = [sys.executable, __file__, "--only", name]
        call += [f"--{key}={getattr(given, key)}" for key in ("passages", "queries", "depth")]
        found[name] = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    print("| route | index, s | ms per query | peak memory |\n|---|--:|--:|--:|")
    for name, row in found.items():
        print(f"| {name} | {row['index']:.0f} | {1000 * row['query']:.1f} | {row['memory']:,.0f} MiB |")
    ours, theirs = (np.array(found[name]["scores"]) for name in ("switchrank", "bm25s"))
    print(f"\nlargest relative difference of the scores at equal ranks: {np.abs(ours / theirs - 1).max():.1e}")


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Processor time of index and query, peak memory, and the scores of the first ten queries."""
    rng = np.random.default_rng(1)
    passages = sentences(rng, given.passages, 40).to_pylist()
    queries = sentences(rng, given.queries, 6).to_pylist()
    start = time.process_time()
    search = {"switchrank": ours, "bm25s": library}[given.only](passages, given.depth)
    indexed = time.process_time()
    search(queries[0])  # compiles bm25s' code
    first = time.process_time()
    scores = [search(query) for query in queries]
    return {
        "index": indexed - start,
        "query": (time.process_time() - first) / len(queries),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "scores": [float(score) for found in scores[:10] for score in found[:10]],
    }


def ours(passages: list[str], depth: int) -> Callable[[str], Any]:
    index, tie = bm25.Index(passages), np.arange(len(passages))

    def search(query: str) -> Any:
        scores = index.scores(query)
        return scores[bm25.best(scores, tie, min(depth, int(np.count_nonzero(scores))))]

    return search


def library(passages: list[str], depth: int) -> Callable[[str], Any]:
    documents = [bm25.words_of(text) for text in passages]
    ids = {word: number for number, word in enumerate(sorted({word for words in documents for word in words}))}
    index = bm25s.BM25(k1=bm25.K1, b=bm25.B, method="lucene", backend="numba")
    index.index(([[ids[word] for word in words] for words in documents], ids), show_progress=False)

    def search(query: str) -> Any:
        known = [ids[word] for word in bm25.words_of(query) if word in ids]
        return index.retrieve([known], k=depth, show_progress=False, n_threads=1)[1][0]

    return search


if __name__ == "__main__":
    main()
