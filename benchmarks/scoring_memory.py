"""Peak memory of scoring candidates, by their number and that of the language pairs.

    python benchmarks/scoring_memory.py --candidates 500000 2000000 --pairs 1 4

Made texts in four made languages: 20,000 queries of about 4 and 50,000 passages of about 8 words (log-normal lengths),
equal for all measurements; each query has 25 or 100 of the passages as candidates. The ranker has 1 layer, 32 wide,
with random weights. Each measurement is a process of its own, which writes a run file of all pairs; its peak includes
torch, transformers and the model. Several numbers of pairs are measured with the first number of candidates.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from made_text import encoder, sentences, tokenizer

from switchrank import tables

LANGUAGES, QUERIES, PASSAGES, LENGTH = ("de", "en", "ja", "ru"), 20_000, 50_000, 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, nargs="+", default=[500_000, 2_000_000])
    parser.add_argument("--pairs", type=int, nargs="+", default=[1, 4], choices=range(1, len(LANGUAGES) + 1))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="folder in which the files are kept; temporary when absent")
    parser.add_argument("--only", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(*measured(given))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_files(given.folder, given.candidates)
        print("| candidates | pairs of languages | peak memory | seconds |\n|--:|--:|--:|--:|")
        cases = [(count, given.pairs[0]) for count in given.candidates]
        for count, pairs in [*cases, *((given.candidates[0], pairs) for pairs in given.pairs[1:])]:
            options = [f"--candidates={count}", f"--pairs={pairs}", f"--folder={given.folder}"]
            command = [sys.executable, __file__, "--only", *options, f"--threads={given.threads}"]
            done = subprocess.run(command, text=True, capture_output=True)
            if done.returncode:
                sys.exit(done.stderr)
            memory, seconds = map(float, done.stdout.splitlines()[-1].split())
            print(f"| {count:,} | {pairs} | {memory:,.0f} MiB | {seconds:,.1f} |", flush=True)
    return None


def measured(given: argparse.Namespace) -> tuple[float, float]:
    """Peak memory of this process in MiB, and the seconds of the job without imports."""
    from switchrank.evaluation.scored_runs import score_runs
    from switchrank.training.peak_memory import peak_memory
    from switchrank.training.precision import prepare

    count, pairs = given.candidates[0], [f"{code}-{code}" for code in LANGUAGES[: given.pairs[0]]]
    codes, start = LANGUAGES[: given.pairs[0]], time.perf_counter()
    settings = {
        "languages": {"queries": codes, "passages": codes},
        "candidates": dict.fromkeys(pairs, str(given.folder / f"candidates{count}.parquet")),
        "rankers": dict.fromkeys(pairs, str(given.folder / "ranker")),
        "scoring": {"max_length": LENGTH},
    }
    texts = {side: [str(given.folder / f"{side}.{code}.parquet") for code in codes] for side in ("queries", "passages")}
    output = given.folder / f"run{count}.{len(pairs)}.parquet"
    score_runs(settings, texts, {}, output, prepare(0, given.threads), "scoring")
    return peak_memory(), time.perf_counter() - start


def make_files(folder: Path, counts: list[int]) -> None:
    """Candidates, texts in all languages, and a ranker."""
    from switchrank.models.folder import save_model
    from switchrank.ranker.model import new_ranker

    rng = np.random.default_rng(1)
    made = tokenizer(sentences(rng, 4000, 20).to_pylist(), LENGTH)
    save_model(encoder(len(made), layers=1, width=32), made, folder / "encoder")
    ranker = new_ranker(folder / "encoder", 0.0, "cls", 0.5)
    ranker.config.num_labels = 1
    save_model(ranker, made, folder / "ranker")
    sides = {"queries": ("query_id", QUERIES, 4, tables.QUERIES), "passages": ("doc_id", PASSAGES, 8, tables.PASSAGES)}
    for code in LANGUAGES:
        for side, (key, size, median, contract) in sides.items():
            frame = pl.DataFrame({key: ids(np.arange(size)), "text": pl.Series(sentences(rng, size, median))})
            tables.write(frame.with_columns(language=pl.lit(code)), folder / f"{side}.{code}.parquet", contract)
    for count in counts:
        make_candidates(folder / f"candidates{count}.parquet", count // QUERIES)


def make_candidates(path: Path, depth: int) -> None:
    """So many passages for each query."""
    with tables.stream(path, tables.CANDIDATES) as append:
        for start in range(0, QUERIES, 1000):
            queries = np.arange(start, start + 1000).repeat(depth)
            ranks = np.tile(np.arange(depth), 1000)
            frame = pl.DataFrame({"query_id": ids(queries), "doc_id": ids((queries * 7919 + ranks * 13) % PASSAGES)})
            frame = frame.with_columns(
                rank=pl.Series(ranks + 1, dtype=pl.Int32), score=pl.Series(-ranks, dtype=pl.Float32)
            )
            append(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))


def ids(numbers: np.ndarray) -> pl.Series:
    """As text, in the same order."""
    return pl.Series(numbers).cast(pl.String).str.zfill(6)


if __name__ == "__main__":
    main()
