"""Text vectors to Parquet: switchrank compared with polars read_csv and gensim KeyedVectors.

    python benchmarks/read_vectors.py                    # 200,000 words of 300 values, three rounds
    python benchmarks/read_vectors.py --words 20000

Makes a .vec file from a seed in a temporary folder. Each reader runs in its own process, in turns; what it
imports and compiles, by reading a small file first, is not timed. All pass an Arrow table of word and vector to
the same two writers: `plain`, the fastest that Parquet has (no dictionary, no compression), and `contract`, the
table between the stages of the workflow. The tables must be equal, value by value.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_SYLLABLES = {
    "latin": "ba be da fen gro hal kü lin mar not ori pel sch tra ung vér wal ção ß ñe",
    "cyrillic": "ба во ге дом ен жи ка ло мы но пра ро ста ти ую хо че ша",
    "arabic": "با تم جر حل دا رس سي شم عل في قد كت لم مع نو هي",
    "devanagari": "का गी चु जे ता दी नू पे बा मी या रो लु वे शा हि",
    "cjk": "光 水 门 窗 电 池 温 度 网 络 厨 房 开 关 灯 音",
}
_SCALE = 100_000
_LARGEST = 3 * _SCALE


def write_vectors(path: Path, words: int, dimensions: int, seed: int) -> None:
    """A file as fastText's: header, unique words of five scripts, values of five decimals."""
    random = np.random.default_rng(seed)
    texts = [f"{number / _SCALE:.5f}" for number in range(-_LARGEST, _LARGEST + 1)]
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{words} {dimensions}\n")
        names = _names(random)
        for start in range(0, words, 1_000):
            rows = random.normal(0, _SCALE / 10, size=(min(1_000, words - start), dimensions))
            # never a zero vector, even with few values
            numbers = np.clip(rows.astype(np.int64), -_LARGEST, _LARGEST) | 1
            for row in (numbers + _LARGEST).tolist():
                file.write(f"{next(names)} {' '.join([texts[number] for number in row])}\n")


def _names(random: np.random.Generator) -> Iterator[str]:
    """Distinct words of one to six syllables."""
    seen: set[str] = set()
    scripts = [syllables.split() for syllables in _SYLLABLES.values()]
    while True:
        syllables = scripts[random.integers(len(scripts))]
        word = "".join(syllables[at] for at in random.integers(len(syllables), size=random.integers(1, 7)))
        if word not in seen:
            seen.add(word)
            yield word


def read_switchrank(path: Path, threads: int) -> pa.Table:
    from switchrank.lexicon.settings import FileVectors
    from switchrank.lexicon.vectors.files import read_vectors

    settings = FileVectors(method="files", path="-", languages=["en"], max_words=10_000_000)
    return read_vectors(path, settings, "en", threads)[0].select(["word", "vector"])


def read_polars(path: Path, threads: int) -> pa.Table:
    """`threads` are set by POLARS_MAX_THREADS. The columns become rows by polars' own transposition."""
    import polars as pl

    with path.open("rb") as file:
        dimensions = int(file.readline().split()[1])
    schema = {"word": pl.String, **{f"v{at}": pl.Float32 for at in range(dimensions)}}
    rows = pl.read_csv(path, separator=" ", has_header=False, skip_rows=1, quote_char=None, schema=schema)
    values = rows.drop("word").to_numpy(order="c").reshape(-1)
    return _table(rows["word"].to_arrow().cast(pa.string()), values, dimensions)


def read_gensim(path: Path, threads: int) -> pa.Table:
    from gensim.models import KeyedVectors

    found = KeyedVectors.load_word2vec_format(str(path))
    return _table(pa.array(found.index_to_key, pa.string()), found.vectors.reshape(-1), found.vector_size)


def _table(words: pa.Array, values: np.ndarray, dimensions: int) -> pa.Table:
    return pa.table({"word": words, "vector": pa.FixedSizeListArray.from_arrays(pa.array(values), dimensions)})


READERS: dict[str, Callable[[Path, int], pa.Table]] = {
    "switchrank": read_switchrank,
    "polars": read_polars,
    "gensim": read_gensim,
}


def write_plain(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="none", use_dictionary=False, version="2.6")


def write_contract(table: pa.Table, path: Path) -> None:
    from switchrank import tables

    ranks = pa.array(np.arange(len(table), dtype=np.int32))
    tables.write(table.append_column("rank", ranks), path, tables.VECTORS)


def run_one(reader: str, folder: Path, threads: int) -> None:
    """Read and write once; print seconds and peak memory (MiB, of the whole process) as JSON."""
    small = READERS[reader](folder / "small.vec", threads)
    write_plain(small, folder / "small.parquet")
    write_contract(small, folder / "small.parquet")
    start = time.perf_counter()
    table = READERS[reader](folder / "words.vec", threads)
    read = time.perf_counter()
    write_plain(table, folder / f"{reader}.parquet")
    plain = time.perf_counter()
    # before the second writer, which sorts and therefore copies
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = time.perf_counter()
    write_contract(table, folder / f"{reader}.contract.parquet")
    contract = time.perf_counter()
    print(json.dumps({"read": read - start, "plain": plain - read, "contract": contract - again, "peak": peak}))


def compare(arguments: argparse.Namespace, folder: Path) -> None:
    write_vectors(folder / "small.vec", 50, 5, 1)
    write_vectors(folder / "words.vec", arguments.words, arguments.dimensions, 2)
    measured: dict[str, list[dict[str, float]]] = {reader: [] for reader in arguments.readers}
    environment = {**os.environ, "POLARS_MAX_THREADS": str(arguments.threads)}
    for number in range(arguments.rounds):
        # gensim takes long and varies little
        for reader in [name for name in arguments.readers if name != "gensim" or number == 0]:
            command = [sys.executable, __file__, "--run", reader, "--folder", str(folder)]
            command += ["--threads", str(arguments.threads)]
            run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            measured[reader].append(json.loads(run.stdout.splitlines()[-1]))
    print(
        f"{arguments.words:,} × {arguments.dimensions}, {(folder / 'words.vec').stat().st_size / 1e6:.0f} MB, ", end=""
    )
    print(f"{arguments.threads} threads, medians of {arguments.rounds} runs (gensim: 1)\n")
    show({reader: _medians(runs) for reader, runs in measured.items()})
    print("\n" + check_equal(folder, list(measured)))


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def show(medians: dict[str, dict[str, float]]) -> None:
    """A Markdown table; a ratio is a reader's time over switchrank's."""
    print("| reader | read s | ratio | read + plain s | ratio | read + contract s | ratio | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    ours = medians["switchrank"]
    for reader, found in medians.items():
        cells = []
        for write in ("", "plain", "contract"):
            total, base = (row["read"] + (row[write] if write else 0) for row in (found, ours))
            cells += [f"{total:.2f}", f"{total / base:.1f}×"]
        print(f"| {reader} | {' | '.join(cells)} | {found['peak']:,.0f} |")


def check_equal(folder: Path, readers: list[str]) -> str:
    first, *others = (pq.read_table(folder / f"{reader}.parquet") for reader in readers)
    unequal = [reader for reader, table in zip(readers[1:], others, strict=True) if not table.equals(first)]
    if unequal:
        raise SystemExit(f"not equal to {readers[0]}: {unequal}")
    return f"equal tables: {', '.join(readers)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--dimensions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--readers", nargs="+", choices=list(READERS), default=list(READERS))
    parser.add_argument("--run", choices=list(READERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run_one(arguments.run, arguments.folder, arguments.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, Path(folder))


if __name__ == "__main__":
    main()
