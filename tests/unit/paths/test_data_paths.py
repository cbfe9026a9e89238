"""What the jobs of the data stage open: files of a source, judgements and the texts that these may name."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import data
from tests.unit.report.test_settings import edited

HOME, OWN = "results/data/home", "results/data/own"
BEIR: dict[str, Any] = {
    "source": {"format": "beir", "path": "own/{language}", "same_passages": False},
    "languages": ["ja", "en", "de"],
    "candidates": {"from": "all"},
}


def config(**changes: Any) -> Config:
    return read_config(edited(**{"benchmarks__own": BEIR, **changes}))


def test_a_job_of_one_language_opens_the_files_of_that_language() -> None:
    read = config()
    languages = data.read_languages(read, "own", "ja")
    assert data.source_files(read, "own", ("passages",), languages) == ["own/ja/corpus.jsonl"]
    every = data.read_languages(read, "own")
    assert data.source_files(read, "own", ("queries", "passages"), every) == [
        *(f"own/{code}/queries.jsonl" for code in ("ja", "en", "de")),
        *(f"own/{code}/corpus.jsonl" for code in ("ja", "en", "de")),
    ]


def test_a_file_that_holds_every_language_is_an_input_once() -> None:
    read = config()
    parts = data.read_languages(read, "home")
    assert data.source_files(read, "home", ("passages", "queries", "qrels"), parts) == ["resources/wheel"]


def test_judgements_are_read_in_one_language_if_all_languages_share_them() -> None:
    read = config()
    assert data.judged_in(read, "home") == data.judged_in(read, "home", "shared") == ["en"]
    assert data.judged_in(read, "own") == ["ja", "en", "de"]
    assert data.judged_in(read, "own", "de") == ["de"]
    assert data.read_languages(read, "own", scope="de")["qrels"] == ["de"]
    assert data.read_languages(read, "own", scope="de")["queries"] == ["ja", "en", "de"]


def test_training_needs_only_the_english_texts_of_a_parallel_benchmark() -> None:
    read = config()
    assert data.judged_queries(read, "home", "train") == [f"{HOME}/queries/train/en.parquet"]
    assert data.judged_passages(read, "home", "train") == [f"{HOME}/passages/en.parquet"]
    assert data.judged_passages(read, "home", "test", "shared") == [
        f"{HOME}/passages/{code}.parquet" for code in ("en", "de", "ru", "ja")
    ]


def test_judgements_of_passages_that_are_not_parallel_name_those_of_their_language() -> None:
    read = config()
    assert data.judged_passages(read, "own", "train", "de") == [f"{OWN}/passages/de.parquet"]
    assert data.judged_queries(read, "own", "train") == [
        f"{OWN}/queries/train/{code}.parquet" for code in ("ja", "en", "de")
    ]
    assert (data.train_qrels(read, "home"), data.train_qrels(read, "own")) == (
        f"{HOME}/qrels/train/shared.parquet",
        f"{OWN}/qrels/train/en.parquet",
    )


def test_languages_are_drawn_for_candidates_or_for_every_passage_that_an_encoder_may_find() -> None:
    """The candidates that an encoder finds depend on the drawn languages, so these cannot depend on them."""
    qrels = {"qrels": f"{HOME}/qrels/test/shared.parquet"}
    assert data.mixed_texts(config(), "home", "test", "queries") == qrels
    assert data.mixed_texts(config(), "home", "test", "passages") == qrels | {
        "candidates": f"{HOME}/candidates/test/shared.parquet"
    }
    dense = config(benchmarks__home__candidates={"from": "encoder", "encoder": "small"})
    assert data.mixed_texts(dense, "home", "test", "passages") == qrels | {
        "pool": [f"{HOME}/passages/{code}.parquet" for code in ("de", "en", "ja", "ru")],
        "splits": f"{HOME}/splits.parquet",
    }


def test_training_texts_are_compared_with_the_judged_split_of_another_benchmark() -> None:
    """Each direction once, and only benchmarks that are trained on; titles where the source has them."""
    second = {"source": {"format": "beir", "path": "second/{language}"}, "languages": ["en", "de"], "judge": "dev"}
    read = config(benchmarks__second=second, run__benchmarks=["home", "second"])
    assert data.comparisons(read) == [f"{HOME}/contamination/second.parquet"]
    assert data.compared_texts(read, "home", "second") == {
        "trained_splits": f"{HOME}/splits.parquet",
        "trained_queries": f"{HOME}/queries/train/en.parquet",
        "trained_passages": f"{HOME}/passages/en.parquet",
        "judged_splits": "results/data/second/splits.parquet",
        "judged_queries": "results/data/second/queries/dev/en.parquet",
        "judged_passages": "results/data/second/passages/en.parquet",
        "trained_qrels": f"{HOME}/qrels/train/shared.parquet",
        "trained_titles": f"{HOME}/titles/en.parquet",
    }
    assert data.compared_settings(read, "home", "second")["split"] == "dev"


def test_a_job_loads_the_reader_of_its_format() -> None:
    assert data.module_of_source(config(), "own") == "switchrank.data.readers.beir"
