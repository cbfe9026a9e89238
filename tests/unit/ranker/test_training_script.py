"""The script of train_ranker: tables in, model and tables out, with dev evaluation in mixed languages."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.models.folder import MODEL_FILES, read_hugging_face_tokenizer
from switchrank.ranker.settings import Training
from switchrank.ranker.tokenized_corpus import tokenize_corpus
from tests.toy.script import Job, Named, run_script

LANGUAGES = ("en", "ja")


@pytest.fixture
def inputs(tmp_path: Path, corpus: pl.DataFrame, encoder_folder: Path, texts: dict[str, list[str]]) -> Named:
    """Files as the rule names them."""
    counts = {name: pl.lit(0, pl.Int32) for name, kind in tables.CORPUS.columns.items() if str(kind) == "int32"}
    whole = corpus.with_columns(
        doc_id=pl.lit("d"), query_language=pl.lit("en"), passage_language=pl.lit("en"), **counts
    )
    tables.write(whole, tmp_path / "corpus.parquet", tables.CORPUS)
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    tokenize_corpus(tmp_path / "corpus.parquet", tokenizer, tmp_path / "tokens.parquet", "test")
    ids = [f"d{number}" for number in range(3)]
    for code in LANGUAGES:
        shown = pl.DataFrame({"query_id": ["q"], "language": [code], "text": [texts[code][0]]})
        tables.write(shown, tmp_path / f"queries/{code}.parquet", tables.QUERIES)
        shown = pl.DataFrame({"doc_id": ids, "language": [code] * 3, "text": texts[code]})
        tables.write(shown, tmp_path / f"passages/{code}.parquet", tables.PASSAGES)
    frame = {"query_id": ["q"] * 3, "doc_id": ids, "rank": [1, 2, 3], "score": [3.0, 2.0, 1.0]}
    small = {"rank": pl.Int32, "score": pl.Float32, "relevance": pl.Int8}
    tables.write(pl.DataFrame(frame, schema_overrides=small), tmp_path / "candidates.parquet", tables.CANDIDATES)
    judged = pl.DataFrame({"query_id": ["q"], "doc_id": ["d0"], "relevance": [1]}, schema_overrides=small)
    tables.write(judged, tmp_path / "qrels.parquet", tables.QRELS)
    mixed = pl.DataFrame({"id": ids, "language": ["ja", "en", "ja"]})
    tables.write(mixed, tmp_path / "mixed.parquet", tables.MIXED)
    return Named(
        candidates=str(tmp_path / "candidates.parquet"),
        qrels=str(tmp_path / "qrels.parquet"),
        queries=[str(tmp_path / f"queries/{code}.parquet") for code in LANGUAGES],
        passages=[str(tmp_path / f"passages/{code}.parquet") for code in LANGUAGES],
        mixed_passages=str(tmp_path / "mixed.parquet"),
        tokens=str(tmp_path / "tokens.parquet"),
        encoder=[str(encoder_folder / name) for name in MODEL_FILES],
    )


def test_the_script_trains_and_evaluates(
    tmp_path: Path, inputs: Named, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    dev = {"every": 2, "pairs": ["en-xx", "ja-en"]}
    settings = Training.model_validate({"max_steps": 5, "dropout": 0.0, "max_length": 64, "dev": dev})
    job = Job(
        tmp_path / "log",
        input=inputs,
        output=Named(
            model=[f"out/{name}" for name in MODEL_FILES], training="out/training.parquet", dev="out/dev.parquet"
        ),
        params=Named(
            settings=settings.model_dump(mode="json"),
            code="c0de",
            dev={
                "candidates": dict.fromkeys(dev["pairs"], inputs["candidates"]),
                "judged_by": {key: {"qrels": inputs["qrels"], "queries": []} for key in dev["pairs"]},
            },
        ),
        wildcards=Named(system="toy", pair="en-en", seed="1"),
        resources=Named(processes=1, checkpoint_steps=2),
    )
    run_script("train_ranker", job)
    assert "train_ranker toy en-en seed 1: dev RR@10" in capsys.readouterr().err
    measured = tables.read("out/dev.parquet", tables.DEV)
    assert measured.select("step", "pair").rows() == [(s, p) for s in (2, 4, 5) for p in ("en-xx", "ja-en")]
    assert tables.read("out/training.parquet", tables.TRAINING).height == 5
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(
        [*MODEL_FILES, "dev.parquet", "training.parquet"]
    )
    assert not Path("results").exists() or not any(Path("results").iterdir())
