"""Peak memory of tokenising a corpus and of training on it, by the number of instances.

    python benchmarks/training_memory.py --instances 500000 2000000

A corpus of made texts: a query of about 5 and a passage of about 20 words (log-normal lengths), all different; 50,000
queries, so 10 or 40 instances each, one of them positive. The ranker has 2 layers, 64 wide, with random weights, and
takes `--steps` updates of 32 instances: those after the first few add no memory, and the first one shuffles all.
Each measurement is a process of its own; its peak includes torch, transformers and the model.
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
import pyarrow as pa
from made_text import encoder, sentences, tokenizer

from switchrank import tables

JOBS = ("tokenize_corpus", "train_ranker, pointwise", "train_ranker, lce")
QUERIES, LENGTH = 50_000, 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, nargs="+", default=[500_000, 2_000_000])
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="folder in which the files are kept; temporary when absent")
    parser.add_argument("--only", choices=JOBS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(*measured(given))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_model(given.folder / "encoder")
        for count in given.instances:
            if not corpus_file(given.folder, count).exists():
                make_corpus(corpus_file(given.folder, count), count)
        print("| what | instances | peak memory | seconds |\n|---|--:|--:|--:|")
        for job in JOBS:
            for count in given.instances:
                memory, seconds = alone(job, count, given)
                print(f"| {job} | {count:,} | {memory:,.0f} MiB | {seconds:,.1f} |", flush=True)
    return None


def alone(job: str, count: int, given: argparse.Namespace) -> tuple[float, float]:
    """MiB and seconds of one job in its own process."""
    options = [f"--{key}={getattr(given, key)}" for key in ("steps", "threads", "folder")]
    command = [sys.executable, __file__, "--only", job, "--instances", str(count), *options]
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr)
    memory, seconds = map(float, done.stdout.splitlines()[-1].split())
    return memory, seconds


def measured(given: argparse.Namespace) -> tuple[float, float]:
    """Peak memory of this process in MiB, and the seconds of the job without imports."""
    from switchrank.models.folder import read_hugging_face_tokenizer
    from switchrank.ranker.settings import Training
    from switchrank.ranker.stored_pairs import stored_corpus
    from switchrank.ranker.tokenized_corpus import tokenize_corpus
    from switchrank.ranker.training import train_ranker
    from switchrank.training.peak_memory import peak_memory

    corpus, start = corpus_file(given.folder, given.instances[0]), time.perf_counter()
    tokens, source = corpus.with_suffix(".tokens.parquet"), given.folder / "encoder"
    known = read_hugging_face_tokenizer(source)
    if given.only == "tokenize_corpus":
        tokenize_corpus(corpus, known, tokens, "tokenising")
    else:
        loss = given.only.rpartition(" ")[2]
        settings = Training(loss=loss, max_steps=given.steps, max_length=LENGTH, batch_size=32)
        with stored_corpus(tokens, known, LENGTH, whole_queries=loss != "pointwise") as (instances, pairs):
            train_ranker(instances, pairs, source, settings, 1, given.threads, "training")
    return peak_memory(), time.perf_counter() - start


def corpus_file(folder: Path, count: int) -> Path:
    """Where the corpus of so many instances is."""
    return folder / f"corpus{count}.parquet"


def make_model(folder: Path) -> None:
    """An encoder and its tokenizer."""
    from switchrank.models.folder import save_model

    made = tokenizer(sentences(np.random.default_rng(1), 4000, 20).to_pylist(), LENGTH)
    save_model(encoder(len(made), layers=2, width=64), made, folder)


def make_corpus(path: Path, count: int) -> None:
    """A CORPUS table in row groups of the usual size."""
    rng = np.random.default_rng(2)
    with tables.stream(path, tables.CORPUS) as append:
        for start in range(0, count, tables.STREAMED_ROWS):
            ids = np.arange(start, min(start + tables.STREAMED_ROWS, count))
            texts = {"query": sentences(rng, len(ids), 5), "passage": sentences(rng, len(ids), 20)}
            rest = {
                name: pl.Series([0] * len(ids), dtype=pl.Int32) if kind == pa.int32() else pl.Series(["en"] * len(ids))
                for name, kind in tables.CORPUS.columns.items()
                if name not in texts
            }
            keys = {
                "instance_id": pl.Series(ids, dtype=pl.Int64),
                "query_id": pl.Series(ids % QUERIES).cast(pl.String).str.zfill(8),
                "label": pl.Series(ids < QUERIES).cast(pl.Int8),
            }
            frame = pl.DataFrame({**rest, **{name: pl.Series(text) for name, text in texts.items()}, **keys})
            append(frame.select(list(tables.CORPUS.columns)).to_arrow(compat_level=pl.CompatLevel.oldest()))


if __name__ == "__main__":
    main()
