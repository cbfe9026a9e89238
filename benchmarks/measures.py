"""Measuring runs from Parquet, compared with pytrec_eval and a polars join.

    python benchmarks/measures.py

Runs of 6,980 queries with 1,000 candidates each, the size of MS MARCO's dev set; all runs share one candidate list,
scores are rounded so that ties occur. One judged passage per query, among the candidates for 93 % of the queries. Each
program measures RR, nDCG@10 and R@10 query by query, in its own process, one run after the other:

- switchrank: `measure_file`, the qrels prepared once.
- pytrec_eval: `RelevanceEvaluator`, made once; a run is read by polars and put into the dictionaries that it takes.
  "evaluate" is its own part of that time.
- polars: the ranks of the judged passages alone, by a join of the run with them and counts of better passages, after
  the checks that `measure_file` makes (scores that are numbers, no passage twice).

The values of both are compared query by query. A small size: `--queries 200 --depth 100 --runs 3 --peer-runs 1`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from switchrank import tables

PASSAGES = 8_841_823
PAIR = "en-de"
MEASURES = {"RR": "recip_rank", "nDCG@10": "ndcg_cut_10", "R@10": "recall_10"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=6_980)
    parser.add_argument("--depth", type=int, default=1_000, help="candidates per query")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--peer-runs", type=int, default=3, help="how many of these pytrec_eval measures")
    parser.add_argument("--folder", type=Path, help="folder in which the files are kept; temporary when absent")
    parser.add_argument("--only", choices=["ours", "peer", "joined"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(json.dumps({"ours": ours, "peer": peer, "joined": joined}[given.only](given)))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_files(given)
        show(given, alone("ours", given), alone("peer", given), alone("joined", given))
    return None


def alone(name: str, given: argparse.Namespace) -> dict[str, float]:
    """A measurement in its own process, so that its peak memory is measured alone."""
    options = [f"--{key}={getattr(given, key.replace('-', '_'))}" for key in ("runs", "peer-runs", "folder")]
    command = [sys.executable, __file__, "--only", name, *options]
    return json.loads(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout)


def show(given: argparse.Namespace, ours: dict[str, float], peer: dict[str, float], joined: dict[str, float]) -> None:
    """The table of docs/performance.md."""
    compared = [
        float(
            (
                pl.read_parquet(given.folder / f"ours-{number}.parquet")["value"]
                - pl.read_parquet(given.folder / f"peer-{number}.parquet")["value"]
            )
            .abs()
            .max()
        )
        for number in range(min(given.peer_runs, given.runs))
    ]
    print("| what | runs | seconds per run | times ours | peak memory |\n|---|--:|--:|--:|--:|")
    print(f"| switchrank | {given.runs} | {ours['seconds']:.3f} | 1 | {ours['peak']:,.0f} MiB |")
    for label, key in (("pytrec_eval, from Parquet", "seconds"), ("pytrec_eval, evaluate alone", "evaluate")):
        ratio = peer[key] / ours["seconds"]
        print(f"| {label} | {len(compared)} | {peer[key]:.3f} | {ratio:.1f} | {peer['peak']:,.0f} MiB |")
    ratio = joined["seconds"] / ours["seconds"]
    print(f"| polars join | {len(compared)} | {joined['seconds']:.3f} | {ratio:.1f} | {joined['peak']:,.0f} MiB |")
    print(f"\nlargest difference of a query's value: {max(compared):.1e}")


def make_files(given: argparse.Namespace) -> None:
    """Qrels and runs, the same for every call."""
    rng = np.random.default_rng(1)
    query_ids = sorted(str(number) for number in rng.choice(1_200_000, given.queries, replace=False))
    # later doc_ids first, so that a stable sort by score gives the order of ranks
    candidates = np.array(
        [sorted(map(str, rng.choice(PASSAGES, given.depth, replace=False)), reverse=True) for _ in query_ids]
    )
    hit = rng.uniform(size=given.queries) < 0.93
    relevant = np.where(
        hit, candidates[np.arange(given.queries), rng.integers(given.depth, size=given.queries)], "none"
    )
    qrels = pl.DataFrame({"query_id": query_ids, "doc_id": relevant.tolist(), "relevance": 1}, schema=_QRELS)
    tables.write(qrels, given.folder / "qrels.parquet", tables.QRELS)
    ranks = np.arange(1, given.depth + 1, dtype=np.int32)
    queries_a_group = max(1, tables.STREAMED_ROWS * 4 // given.depth)
    for number in range(given.runs):
        with tables.stream(given.folder / f"run-{number}.parquet", tables.RUN) as append:
            for first in range(0, given.queries, queries_a_group):
                names = query_ids[first : first + queries_a_group]
                scores = rng.normal(size=(len(names), given.depth)).round(3).astype(np.float32)
                order = np.argsort(-scores, axis=1, kind="stable")
                rows = {
                    "pair": np.repeat(PAIR, len(names) * given.depth),
                    "query_id": np.repeat(names, given.depth),
                    "doc_id": np.take_along_axis(candidates[first : first + len(names)], order, axis=1).ravel(),
                    "rank": np.tile(ranks, len(names)),
                    "score": np.take_along_axis(scores, order, axis=1).ravel(),
                }
                append(pa.table(rows))


_QRELS = {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}


def ours(given: argparse.Namespace) -> dict[str, float]:
    """Seconds per run and peak memory in MiB; compiled code is cached as after a first run."""
    from switchrank.measures.computing import measure, measure_file
    from switchrank.measures.judgements import judgements_of

    one = pl.DataFrame({"query_id": ["q"], "doc_id": ["d"], "rank": [1], "score": [1.0]}, schema=_RUN)
    measure(one, pl.DataFrame({"query_id": ["q"], "doc_id": ["d"], "relevance": [1]}, schema=_QRELS), list(MEASURES))
    judgements = judgements_of(tables.read(given.folder / "qrels.parquet", tables.QRELS))
    measure_file(given.folder / "run-0.parquet", lambda pair: judgements, list(MEASURES))
    start = time.perf_counter()
    for number in range(given.runs):
        found = measure_file(given.folder / f"run-{number}.parquet", lambda pair: judgements, list(MEASURES))
        tables.write(found, given.folder / f"ours-{number}.parquet", tables.MEASURES)
    return {"seconds": (time.perf_counter() - start) / given.runs, "peak": _peak()}


_RUN = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}


def peer(given: argparse.Namespace) -> dict[str, float]:
    """Seconds per run, those of evaluate alone, and peak memory in MiB."""
    import pytrec_eval

    qrels = _nested(tables.read(given.folder / "qrels.parquet", tables.QRELS), "relevance")
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, set(MEASURES.values()))
    evaluating, runs = 0.0, min(given.peer_runs, given.runs)
    start = time.perf_counter()
    for number in range(runs):
        run = _nested(tables.read(given.folder / f"run-{number}.parquet", tables.RUN), "score")
        begun = time.perf_counter()
        found = evaluator.evaluate(run)
        evaluating += time.perf_counter() - begun
        rows = [(name, query, found[query][theirs]) for name, theirs in MEASURES.items() for query in sorted(found)]
        table = pl.DataFrame(rows, schema=["measure", "query_id", "value"], orient="row")
        table = table.with_columns(pair=pl.lit(PAIR))
        tables.write(table, given.folder / f"peer-{number}.parquet", tables.MEASURES)
    return {"seconds": (time.perf_counter() - start) / runs, "evaluate": evaluating / runs, "peak": _peak()}


def joined(given: argparse.Namespace) -> dict[str, float]:
    """Seconds per run and peak memory in MiB of a polars join; its reciprocal ranks are compared with ours."""
    qrels = tables.read(given.folder / "qrels.parquet", tables.QRELS)
    runs = min(given.peer_runs, given.runs)
    start = time.perf_counter()
    for number in range(runs):
        found = _ranks(tables.read(given.folder / f"run-{number}.parquet", tables.RUN), qrels)
    seconds = (time.perf_counter() - start) / runs
    own = pl.read_parquet(given.folder / f"ours-{runs - 1}.parquet").filter(pl.col("measure") == "RR")
    both = own.join(found, on="query_id", how="left", maintain_order="left")
    assert ((1 / both["rank"]).fill_null(0.0) - both["value"]).abs().max() < 1e-9
    return {"seconds": seconds, "peak": _peak()}


def _ranks(run: pl.DataFrame, qrels: pl.DataFrame) -> pl.DataFrame:
    """The rank of each judged passage; of equal scores, the later doc_id is first."""
    assert not run["score"].is_nan().any()
    assert not run.select("query_id", "doc_id").is_duplicated().any()
    hits = run.join(qrels, on=["query_id", "doc_id"], maintain_order="left").select(
        "query_id", hit="doc_id", reached="score"
    )
    better = (pl.col("score") > pl.col("reached")) | (
        (pl.col("score") == pl.col("reached")) & (pl.col("doc_id") > pl.col("hit"))
    )
    rows = run.select("query_id", "doc_id", "score").join(hits, on="query_id", maintain_order="left")
    return rows.group_by("query_id", "hit", maintain_order=True).agg(rank=better.sum() + 1)


def _nested(table: pl.DataFrame, value: str) -> dict[str, dict[str, float]]:
    """Value by passage by query, the quickest way that we found: a dictionary of each query's two lists."""
    return {
        str(query): dict(zip(part["doc_id"].to_list(), part[value].to_list(), strict=True))
        for (query,), part in table.partition_by("query_id", as_dict=True, maintain_order=True).items()
    }


def _peak() -> float:
    """MiB; the high-water mark of this program alone, which getrusage would mix with its parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
