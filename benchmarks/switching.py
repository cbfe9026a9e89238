"""ML-CS switching from Parquet to Parquet, compared with the reference's per-token loop and a polars join.

    python benchmarks/switching.py --records 1000000

Records: a query of 6 and a passage of 56 words drawn by Zipf's law from a vocabulary of 50,000; five lexicons of 20,000
words into German, Spanish, French, Italian and Russian. All read and write Parquet files.

Peers, in one process group, one after the other:
- reference: what 2305.05295's code does for a text (github.com/mainlp/CodeSwitchCLIR): NLTK's Treebank tokens, a draw
  and a dictionary look-up per token, Treebank detokeniser. It is run on fewer records (`--reference`), tokenising timed
  apart: "tokens given" is what its later runs cost.
- polars: explode the tokens, join with each token's language and lexicon, group by record and join the strings.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from made_text import word, zipf

from switchrank import tables
from switchrank.corpus.files import shard_groups, switch_file
from switchrank.corpus.settings import Multilingual
from switchrank.corpus.tokens import tokenize_instances
from switchrank.languages import parse_pair

LANGUAGES = ["de", "es", "fr", "it", "ru"]
VOCABULARY, KNOWN = 50_000, 20_000
STREAM = 100_000
SETTINGS = Multilingual(recipe="multilingual", benchmark="b", lexicon="l", languages=LANGUAGES, p=0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--reference", type=int, default=20_000, help="records of the reference's loop")
    parser.add_argument("--polars", type=int, default=100_000, help="records of the polars peer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="folder in which the files are kept; temporary when absent")
    parser.add_argument("--only", choices=["ours", "reference", "polars"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(*{"ours": ours, "reference": reference, "polars": in_polars}[given.only](given))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_files(given.folder, given.records)
        runs = {name: [] for name in ("ours", "reference", "polars")}
        for _ in range(given.repeat):
            for name in runs:
                runs[name].append([float(value) for value in alone(name, given).split()])
        show(given, {name: np.median(np.array(values), axis=0) for name, values in runs.items()})
    return None


def alone(name: str, given: argparse.Namespace) -> str:
    """A measurement in its own process, so that its peak memory is measured alone."""
    options = [f"--{key}={getattr(given, key)}" for key in ("records", "reference", "polars", "threads", "folder")]
    command = [sys.executable, __file__, "--only", name, *options]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def show(given: argparse.Namespace, runs: dict[str, np.ndarray]) -> None:
    """The table of docs/performance.md."""
    seconds, memory = runs["ours"]
    rate = given.records / seconds
    first, later, first_memory = runs["reference"]
    joined, cores, polars_memory = runs["polars"]
    rows = [
        (f"switchrank, {given.threads} threads", given.records, rate, memory, "1"),
        ("reference loop, first run", given.reference, given.reference / first, first_memory, ""),
        ("reference loop, tokens given", given.reference, given.reference / later, first_memory, ""),
        (f"polars explode, join, group ({cores:.1f} cores)", given.polars, given.polars / joined, polars_memory, ""),
    ]
    print("| what | records | records/s | ours is … times as fast | peak memory |\n|---|--:|--:|--:|--:|")
    for name, records, speed, peak, _ in rows:
        print(f"| {name} | {records:,} | {speed:,.0f} | {rate / speed:.1f} | {peak:,.0f} MiB |")
    per_core = (rate / given.threads) / (given.polars / joined / cores)
    print(f"\nper core against polars: {per_core:.1f} times")


def make_files(folder: Path, records: int) -> None:
    """Tokens as tokenize_instances writes them, vocabulary and lexicons; the same for every call."""
    rng = np.random.default_rng(1)
    words = np.array(sorted({word(number) for number in range(2 * VOCABULARY)})[:VOCABULARY], dtype=object)
    rng.shuffle(words)
    lexicon_words = words[:KNOWN]
    for language in LANGUAGES:
        table = pl.DataFrame(
            {
                "source": lexicon_words.tolist(),
                "target": [f"{word[::-1]}{language if language != 'ru' else 'свет'}" for word in lexicon_words],
                "choice": 1,
                "score": 1.0,
                "margin": 0.1,
                "method": "made",
                "source_rank": range(KNOWN),
                "target_rank": range(KNOWN),
            },
            schema_overrides={"choice": pl.Int16, "score": pl.Float32, "margin": pl.Float32}
            | {"source_rank": pl.Int32, "target_rank": pl.Int32},
        )
        tables.write(table, folder / "lexicon" / f"en-{language}.parquet", tables.LEXICON)
    probabilities = zipf(VOCABULARY)
    # distinct texts for a part of the records, repeated with new ids, because tokenising is not measured
    distinct = min(records, STREAM)
    queries, passages = (_texts(words, probabilities, distinct, length, rng) for length in (6, 56))
    rows = pl.DataFrame(
        {
            "instance_id": range(distinct),
            "query_id": [f"q{row:07d}" for row in range(distinct)],
            "doc_id": [f"d{row:07d}" for row in range(distinct)],
            "label": [1] * distinct,
        },
        schema_overrides={"label": pl.Int8},
    )
    vocabulary, pieces = tokenize_instances(
        rows, _table("query_id", rows["query_id"], queries), _table("doc_id", rows["doc_id"], passages)
    )
    tables.write(vocabulary, folder / "vocabulary.parquet", tables.VOCABULARY)
    whole = pa.concat_tables(pieces).combine_chunks()
    with tables.stream(folder / "tokens.parquet", tables.TOKENS) as append:
        for first in range(0, records, tables.STREAMED_ROWS):
            count = min(tables.STREAMED_ROWS, records - first)
            at = (np.arange(first, first + count) * 7919) % distinct
            piece = whole.take(pa.array(at))
            append(piece.set_column(0, "instance_id", pa.array(np.arange(first, first + count))))


def _texts(
    words: np.ndarray, probabilities: np.ndarray, count: int, length: int, rng: np.random.Generator
) -> list[str]:
    drawn = words[rng.choice(len(words), size=(count, length), p=probabilities)]
    return [(" ".join(row[: length // 2]) + ", " + " ".join(row[length // 2 :]) + ".").capitalize() for row in drawn]


def _table(key: str, ids: pl.Series, texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({key: ids, "language": ["en"] * len(texts), "text": texts})


def ours(given: argparse.Namespace) -> tuple[float, float]:
    """Seconds and peak memory in MiB, set-up and both files included; compiled code is cached as after a first run."""
    pa.set_cpu_count(given.threads)
    _switch(given, range(1), given.folder / "warm.parquet")
    start = time.perf_counter()
    _switch(given, shard_groups(given.folder / "tokens.parquet", 0, 1), given.folder / "ours.parquet")
    return time.perf_counter() - start, _peak()


def _switch(given: argparse.Namespace, groups: range, output: Path) -> None:
    lexicons = [given.folder / "lexicon" / f"en-{language}.parquet" for language in LANGUAGES]
    tokens, vocabulary = given.folder / "tokens.parquet", given.folder / "vocabulary.parquet"
    pair = parse_pair("xx-xx")
    switch_file(tokens, vocabulary, lexicons, output, SETTINGS, pair, groups, given.threads)


def _lexicons(folder: Path) -> dict[str, dict[str, str]]:
    read = {language: pl.read_parquet(folder / "lexicon" / f"en-{language}.parquet") for language in LANGUAGES}
    return {language: dict(table.select("source", "target").iter_rows()) for language, table in read.items()}


def reference(given: argparse.Namespace) -> tuple[float, float, float]:
    """Seconds of the first run (tokenising included), of later ones, and peak memory."""
    from nltk.tokenize.treebank import TreebankWordDetokenizer, TreebankWordTokenizer

    lexicons = _lexicons(given.folder)
    start = time.perf_counter()
    texts = _some(given.folder, given.reference)
    split = TreebankWordTokenizer().tokenize
    tokens = {side: [split(text) for text in texts[side]] for side in ("query", "passage")}
    tokenised = time.perf_counter() - start
    start = time.perf_counter()
    join = TreebankWordDetokenizer().detokenize
    generator = random.Random(1)
    shown = {}
    for side, rows in tokens.items():
        shown[side] = []
        for row in rows:
            switched = []
            for token in row:
                lexicon = lexicons[generator.choice(LANGUAGES)]
                known = token.lower() in lexicon
                switched.append(lexicon[token.lower()] if known and generator.random() < 0.5 else token)
            shown[side].append(join(switched))
    pl.DataFrame(shown).write_parquet(given.folder / "reference.parquet")
    later = time.perf_counter() - start
    return tokenised + later, later, _peak()


def _some(folder: Path, count: int) -> pl.DataFrame:
    return pl.scan_parquet(folder / "tokens.parquet").select("instance_id", "query", "passage").head(count).collect()


def in_polars(given: argparse.Namespace) -> tuple[float, float, float]:
    """Seconds, cores kept busy, and peak memory of explode, join and group over the same tokens, with the same result:
    text between tokens, casing and counts included (its draws are polars' own hashes)."""
    start, used = time.perf_counter(), time.process_time()
    lexicon = pl.concat(_cased(given.folder, number, language) for number, language in enumerate(LANGUAGES))
    shown = pl.scan_parquet(given.folder / "tokens.parquet").head(given.polars).collect()
    result = shown.select("instance_id", "query_id", "doc_id", "label")
    for side in ("query", "passage"):
        result = result.join(_joined(shown, side, lexicon), on="instance_id", how="left", maintain_order="left")
    result.write_parquet(given.folder / "polars.parquet", compression="zstd", compression_level=1)
    seconds = time.perf_counter() - start
    return seconds, max((time.process_time() - used) / seconds, 1.0), _peak()


def _cased(folder: Path, number: int, language: str) -> pl.DataFrame:
    """Translations of the vocabulary into one language, in three casings."""
    vocabulary = pl.read_parquet(folder / "vocabulary.parquet").select("word_id", "word")
    lexicon = pl.read_parquet(folder / "lexicon" / f"en-{language}.parquet").select("source", "target")
    known = vocabulary.join(lexicon, left_on="word", right_on="source", maintain_order="left_right")
    target = pl.col("target")
    return known.select(
        "word_id",
        language=pl.lit(number, pl.UInt8),
        plain=target,
        capitalised=target.str.head(1).str.to_uppercase() + target.str.slice(1),
        upper=target.str.to_uppercase(),
    )


def _joined(shown: pl.DataFrame, side: str, lexicon: pl.DataFrame) -> pl.DataFrame:
    lists = {f"{side}_{what}": what for what in ("start", "end", "word", "case")}
    tokens = shown.select("instance_id", side, *lists).rename(lists | {side: "text"})
    tokens = tokens.explode("start", "end", "word", "case").rename({"word": "word_id"})
    row = pl.int_range(pl.len())
    drawn = tokens.with_columns(language=(row.hash(1) % len(LANGUAGES)).cast(pl.UInt8), switch=row.hash(2) % 2 == 0)
    joined = drawn.join(lexicon, on=["word_id", "language"], how="left", maintain_order="left")
    known, case = pl.col("plain").is_not_null(), pl.col("case")
    target = pl.when(case & 10 == 10).then("upper").when(case & 1 == 1).then("capitalised").otherwise("plain")
    done = pl.col("end").shift(1, fill_value=0).over("instance_id")
    between = pl.col("text").str.slice(done, pl.col("start") - done)
    itself = pl.col("text").str.slice(pl.col("start"), pl.col("end") - pl.col("start"))
    piece = between + pl.when(known & pl.col("switch")).then(target).otherwise(itself)
    counted = joined.with_columns(piece=piece, known=known, switched=known & pl.col("switch"))
    return counted.group_by("instance_id", maintain_order=True).agg(
        (pl.col("piece").str.join("") + pl.col("text").last().str.slice(pl.col("end").last())).alias(side),
        pl.col("known").sum().alias(f"{side}_known"),
        pl.col("switched").sum().alias(f"{side}_switched"),
    )


def _peak() -> float:
    """Peak memory of this process in MiB (getrusage would count what the parent held when it forked)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
