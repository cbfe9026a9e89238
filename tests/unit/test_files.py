"""Files are whole or not there, and what the system refuses is one message."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.exports import write_trec_run
from switchrank.files import refusal, whole, write_text, written
from tests.toy.workspace import ROOT

QUERIES = pl.DataFrame({"query_id": ["q1"], "language": ["ru"], "text": ["Как открыть окно?"]})
RUN = pl.DataFrame(
    {"query_id": ["q1"], "doc_id": ["d1"], "rank": [1], "score": [0.5]},
    schema_overrides={"rank": pl.Int32, "score": pl.Float32},
)


def _stream(path: Path) -> None:
    with tables.stream(path, tables.QUERIES) as append:
        append(pa.Table.from_pylist(QUERIES.to_dicts()))


WRITERS = {
    "table": lambda path: tables.write(QUERIES, path, tables.QUERIES),
    "stream": _stream,
    "text": lambda path: write_text("<p>свет → 光</p>", path),
    "export": lambda path: write_trec_run([RUN], path, "система"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_folder_that_is_a_file_is_named(tmp_path: Path, writer: str) -> None:
    (tmp_path / "results").write_text("", encoding="utf-8")
    path = tmp_path / "results" / "данные.parquet"
    with pytest.raises(SwitchRankError, match=f"{path}: cannot be written: (Not a directory|File exists)"):
        WRITERS[writer](path)


def test_what_stands_stays_when_a_write_fails(tmp_path: Path) -> None:
    path = tmp_path / "таблица.md"
    write_text("old", path)
    with pytest.raises(ValueError, match="in between"), whole(path) as partial:
        partial.write_text("half", encoding="utf-8")
        raise ValueError("in between")
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["таблица.md"]


FULL = """
import os, resource, sys
from pathlib import Path
import numpy as np, polars as pl, pyarrow as pa, torch
from switchrank import tables
from switchrank.data.fetch import fetch
from switchrank.errors import SwitchRankError
from switchrank.evaluation.exports import write_beir_texts
from switchrank.files import write_text
from switchrank.training.checkpoint import Checkpoints
folder = Path(sys.argv[1])
texts = ["".join(chr(0x4E00 + int(c)) for c in np.random.default_rng(i).integers(0, 8000, 90)) for i in range(400)]
table = pl.DataFrame({"query_id": [f"q{i:03}" for i in range(400)], "language": ["zh"] * 400, "text": texts})
def stream():
    with tables.stream(folder / "stream.parquet", tables.QUERIES) as append:
        append(table.to_arrow().cast(pa.schema(list(tables.QUERIES.columns.items()))))
writers = [
    lambda: tables.write(table, folder / "table.parquet", tables.QUERIES),
    stream,
    lambda: write_text("".join(texts), folder / "page.html"),
    lambda: write_beir_texts([table], "query_id", folder / "queries.jsonl"),
    lambda: fetch({"filename": "toy.whl", "sha256": "0", "bytes": "9000"}, folder / "wheel"),
    lambda: Checkpoints(folder / "checkpoint").write(1, {"weight": torch.rand(4000)}, {}),
]
os.environ["SWITCHRANK_SOURCES"] = str(folder / "sources")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for writer in writers:
    try:
        writer()
    except SwitchRankError as error:
        print(str(error).removeprefix(str(folder)))
"""


def test_a_disk_that_takes_no_more_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk without room: the same call fails in the same place."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "toy.whl").write_bytes(bytes(9000))
    finished = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"},  # Python would cut its own files
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    names = (
        "table.parquet",
        "stream.parquet",
        "page.html",
        "queries.jsonl",
        "wheel",
        "checkpoint/checkpoint.safetensors",
    )
    said = [line.split(" (")[0] for line in finished.stdout.splitlines()]
    assert said == [f"/{name}: cannot be written: File too large" for name in names], finished.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["toy.whl"]


def test_errors_of_libraries_in_rust_count_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SafetensorError) as failed:
        save_file({"weight": torch.rand(4)}, tmp_path / "file" / "model.safetensors")
    with pytest.raises(SwitchRankError, match="ранкер: cannot be written: Not a directory"), written("ранкер"):
        raise failed.value
    assert refusal(SafetensorError("I/O error: No space left on device (os error 28)")) == (
        "a file: No space left on device"
    )


def test_other_errors_are_not_taken_for_it() -> None:
    assert refusal(ValueError("No space left")) is None
    assert refusal(FileNotFoundError(2, "No such file or directory", "окно.vec")) is None
