"""The example of docs/your-own-data.md in every accepted format, and an exported benchmark that is read back: the data
stage writes the same bytes, whichever way the texts came."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from switchrank import tables
from switchrank.data.benchmarks import Benchmark
from switchrank.data.table_rows import json_rows, separated_rows
from tests.toy.data_stage import run_data_stage
from tests.toy.homeassistant import build_wheel
from tests.toy.script import Job, Named, run_script
from tests.toy.workspace import ROOT

EXAMPLE = ROOT / "docs" / "your-own-data"
ENTRIES: dict[str, Any] = yaml.safe_load((EXAMPLE / "config.yaml").read_text(encoding="utf-8"))["benchmarks"]
BENCHMARKS = {"training": "train", "mine": "test"}
Rows = list[dict[str, str]]


def folder_of(benchmark: str, language: str) -> Path:
    return ROOT / ENTRIES[benchmark]["source"]["path"].replace("{language}", language)


def texts(benchmark: str, name: str) -> Rows:
    """All lines of one sort of file, with their language and split."""
    split = {"split": BENCHMARKS[benchmark]} if name == "queries" else {}
    return [
        {"id": row["_id"], "language": language, **split, "text": row["text"]}
        for language in ENTRIES[benchmark]["languages"]
        for _, row in json_rows(folder_of(benchmark, language) / f"{name}.jsonl")
    ]


def judgements(benchmark: str) -> Rows:
    path = folder_of(benchmark, "en") / f"qrels/{BENCHMARKS[benchmark]}.tsv"
    return [dict(row) for _, row in separated_rows(path, "\t")]


def as_json(path: Path, rows: Rows) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)


def as_text(path: Path, rows: Rows) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        delimiter = "," if path.suffix == ".csv" else "\t"
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def as_parquet(path: Path, rows: Rows) -> None:
    pl.DataFrame(rows).write_parquet(path)


WRITERS = {
    ".tsv": as_text,
    ".csv": as_text,
    ".jsonl": as_json,
    ".jsonl.gz": as_json,
    ".parquet": as_parquet,
}


def one_beir_folder(benchmark: str, folder: Path) -> dict[str, Any]:
    """A BEIR folder whose lines name their language."""
    for name in ("corpus", "queries"):
        as_json(folder / f"{name}.jsonl", [{"_id": row.pop("id"), **row} for row in texts(benchmark, name)])
    shutil.copytree(folder_of(benchmark, "en") / "qrels", folder / "qrels")
    return {"format": "beir", "path": str(folder)}


def tables_ending(ending: str) -> Callable[[str, Path], dict[str, Any]]:
    """Three tables with columns."""

    def write(benchmark: str, folder: Path) -> dict[str, Any]:
        columns = {"id": "id", "text": "text", "language": "language"}
        WRITERS[ending](folder / f"passages{ending}", texts(benchmark, "corpus"))
        WRITERS[ending](folder / f"queries{ending}", texts(benchmark, "queries"))
        WRITERS[ending](folder / f"qrels{ending}", judgements(benchmark))
        judged = {"query": "query-id", "passage": "corpus-id", "relevance": "score"}
        return {
            "format": "tables",
            "passages": {"path": f"{folder}/passages{ending}", **columns},
            "queries": {"path": f"{folder}/queries{ending}", "split": "split", **columns},
            "qrels": {"path": f"{folder}/qrels{ending}", **judged},
        }

    return write


WAYS = {"beir, a field for the language": one_beir_folder, **{ending: tables_ending(ending) for ending in WRITERS}}


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def made(benchmark: str, source: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """The tables of a benchmark of the example, from another source."""
    run_data_stage({**ENTRIES[benchmark], "source": source}, folder, [BENCHMARKS[benchmark]])
    return files_of(folder)


@pytest.fixture(scope="module")
def as_it_stands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The tables of both benchmarks from the folders of the example, one for each language."""
    folder = tmp_path_factory.mktemp("beir")
    absolute = {
        name: {**entry["source"], "path": str(ROOT / entry["source"]["path"])} for name, entry in ENTRIES.items()
    }
    return {name: made(name, absolute[name], folder / name) for name in BENCHMARKS}


def test_the_example_holds_what_its_page_says(as_it_stands: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    def read(benchmark: str, name: str) -> pl.DataFrame:
        return pl.read_parquet(as_it_stands[benchmark][name])

    assert read("training", "queries/train/en.parquet").height == 40
    assert read("training", "instances.parquet")["label"].sum() == 40
    assert read("mine", "qrels/test/shared.parquet").height == 12
    assert read("mine", "passages/ru.parquet")["text"][0].startswith("Журнал выдаётся")
    assert read("mine", "candidates/test/shared.parquet")["query_id"].n_unique() > 6


def blocks_of_page() -> list[str]:
    """Indented blocks of docs/your-own-data.md, without their indentation."""
    page = (ROOT / "docs" / "your-own-data.md").read_text(encoding="utf-8")
    found = re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in found]


def test_the_page_shows_the_configuration_as_it_is() -> None:
    [shown] = [block for block in blocks_of_page() if block.startswith("run:")]
    assert shown in (EXAMPLE / "config.yaml").read_text(encoding="utf-8")


def test_the_entry_of_tables_on_the_page_is_valid() -> None:
    [shown] = [yaml.safe_load(block) for block in blocks_of_page() if block.startswith("benchmarks:")]
    source = Benchmark(**shown["benchmarks"]["mine"]).source
    assert source.files("queries", "ru") == ["mine/queries.tsv", "mine/qrels.tsv"]


@pytest.mark.parametrize("way", WAYS)
def test_every_format_gives_the_same_bytes(way: str, as_it_stands: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    for benchmark, expected in as_it_stands.items():
        folder = tmp_path / benchmark
        folder.mkdir()
        assert made(benchmark, WAYS[way](benchmark, folder), tmp_path / "results" / benchmark) == expected


LANGUAGES = ["en", "de", "ru", "ja", "ar"]


def wheel_with_gaps(path: Path) -> None:
    """The toy wheel without the Japanese of every third component, whose queries are then judged in no language."""
    whole = path.with_name("whole")
    build_wheel(whole)
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(path, "w") as kept:
        japanese = sorted(name for name in archive.namelist() if name.endswith("/ja.json"))
        for name in archive.namelist():
            if name not in japanese[::3]:
                kept.writestr(name, archive.read(name))


def test_an_exported_benchmark_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One folder for each language, as `export_benchmark` writes it, in place of the wheel."""
    monkeypatch.chdir(tmp_path)
    wheel_with_gaps(Path("resources/toy"))
    entry = {
        "source": {"format": "homeassistant", "download": "toy"},
        "languages": LANGUAGES,
        "shares": {"train": 0.6, "dev": 0.1, "test": 0.3, "seed": 1},
    }
    first, again = Path("first"), Path("again")
    run_data_stage(entry, first, ["test"])
    asked = tables.read(first / "queries/test/de.parquet", tables.QUERIES)
    assert asked.height > tables.read(first / "qrels/test/shared.parquet", tables.QRELS)["query_id"].n_unique()
    for code in LANGUAGES:
        names = {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels/test.tsv"}
        inputs = {
            "queries": [str(first / f"queries/test/{code}.parquet")],
            "passages": [str(first / f"passages/{code}.parquet")],
            "qrels": str(first / "qrels/test/shared.parquet"),
            "splits": str(first / "splits.parquet"),
        }
        job = Job(
            Path("log"),
            params=Named(
                languages=[[code], [code]],
                judged_by={"qrels": str(first / "qrels/test/shared.parquet"), "queries": []},
            ),
            input=Named(**inputs),
            output=Named(**{key: f"export/{code}-{code}/test/{name}" for key, name in names.items()}),
            wildcards=Named(pair=f"{code}-{code}", split="test"),
        )
        run_script("export_benchmark", job)
    exported = {"format": "beir", "path": "export/{language}-{language}/test"}
    run_data_stage({"source": exported, "languages": LANGUAGES}, again, ["test"])
    expected, found = files_of(first), files_of(again)
    same = [name for name in expected if name.startswith(("passages", "queries/test", "qrels", "candidates", "mixed"))]
    assert len(same) == 2 * len(LANGUAGES) + 4
    for name in same:
        assert found[name] == expected[name], name
    divided, left_out = (tables.read(first / f"{name}.parquet", contract) for name, contract in SPLIT_AND_LEFT_OUT)
    kept = divided.join(left_out, left_on="doc_id", right_on="id", how="anti", maintain_order="left")
    assert tables.read(again / "splits.parquet", tables.SPLITS).equals(kept)


SPLIT_AND_LEFT_OUT = (("splits", tables.SPLITS), ("left_out", tables.LEFT_OUT))
