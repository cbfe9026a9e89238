"""Every run of a configuration, and what is summarised, tested and exported of them."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import runs
from tests.unit.report.test_settings import edited

NAME = "home"
HOME, OWN = f"results/data/{NAME}", "results/data/own"
DENSE: dict[str, Any] = {"encoder": "small", "retrieval": {}, "pairs": ["en-de"]}
MIRACL: dict[str, Any] = {
    "source": {"format": "miracl", "corpus": "c/{language}"},
    "languages": ["ja", "en", "de"],
    "candidates": {"from": "all"},
}
UNJUDGED: dict[str, Any] = {
    "source": {"format": "mmarco", "folder": "m", "qrels": {}},
    "languages": ["en", "de"],
    "candidates": {"from": "all"},
}


def config(**changes: Any) -> Config:
    return read_config(
        edited(
            **{
                "benchmarks__own": MIRACL,
                "benchmarks__silent": UNJUDGED,
                "systems__dense": DENSE,
                "run__systems": ["zeroshot", "dense"],
                "run__seeds": [2, 1],
                "run__benchmarks": ["home", "silent"],
                "run__pairs": ["en-en", "en-de"],
                "tables": {},
                "figures": {},
                **changes,
            }
        )
    )


def test_runs_are_in_the_order_of_the_configuration() -> None:
    """A system that is judged on some pairs has no others; a benchmark without judgements is not measured."""
    assert runs.measured_runs(config()) == [
        ("zeroshot", 2, "home", "en-en"),
        ("zeroshot", 2, "home", "en-de"),
        ("zeroshot", 1, "home", "en-en"),
        ("zeroshot", 1, "home", "en-de"),
        ("dense", 2, "home", "en-de"),
        ("dense", 1, "home", "en-de"),
    ]
    assert runs.run_files(config()) == [
        "results/run/zeroshot/seed2/home.parquet",
        "results/run/zeroshot/seed1/home.parquet",
        "results/run/dense/seed2/home.parquet",
        "results/run/dense/seed1/home.parquet",
    ]
    assert runs.measure_files(config())[0] == "results/measure/zeroshot/seed2/home.parquet"


def test_runs_without_judgements_are_made_and_not_measured() -> None:
    assert runs.unjudged_runs(config()) == [
        "results/run/zeroshot/seed2/silent.parquet",
        "results/run/zeroshot/seed1/silent.parquet",
        "results/run/dense/seed2/silent.parquet",
        "results/run/dense/seed1/silent.parquet",
    ]


def test_backends_are_compared_for_trained_systems_only() -> None:
    assert runs.backend_files(config()) == [
        "results/backends/zeroshot/seed2/home.parquet",
        "results/backends/zeroshot/seed1/home.parquet",
    ]


def test_queries_are_clustered_by_their_group_or_not_at_all() -> None:
    read = config(evaluation__significance={"clusters": "group"})
    assert runs.clusters(read) == {"home": [f"{HOME}/qrels/test/shared.parquet", f"{HOME}/splits.parquet"]}
    assert runs.cluster_files(config(evaluation__significance={"clusters": "none"})) == []


def test_each_system_is_shown_the_texts_of_its_pairs() -> None:
    zeroshot, dense = runs.texts_of_runs(config(run__pairs=["en-en", "en-de", "xx-de"]))
    assert list(zeroshot["pairs"]) == ["en-en", "en-de", "xx-de"]
    assert zeroshot["queries"] == {code: f"{HOME}/queries/test/{code}.parquet" for code in ("de", "en", "ja", "ru")}
    assert zeroshot["mixed_queries"] == f"{HOME}/mixed/test/queries.parquet"
    assert dense["queries"] == {"en": f"{HOME}/queries/test/en.parquet"}
    assert dense["passages"] == {"de": f"{HOME}/passages/de.parquet"}
    assert dense["mixed_queries"] is None


def test_files_of_texts_are_each_once() -> None:
    assert runs.files_of_texts(config()) == [
        f"{HOME}/queries/test/en.parquet",
        f"{HOME}/passages/de.parquet",
        f"{HOME}/passages/en.parquet",
    ]


def test_exported_judgements_are_one_file_or_one_for_each_pair() -> None:
    read = config(run__benchmarks=["home", "own"], run__pairs=["en-de", "ja-en"])
    assert list(runs.exported_judgements(read)) == [
        f"results/export/qrels/{NAME}/shared.trec",
        "results/export/qrels/own/en-de.trec",
        "results/export/qrels/own/ja-en.trec",
    ]
    assert runs.exported_judgements(read)["results/export/qrels/own/ja-en.trec"] == {
        "qrels": f"{OWN}/qrels/test/en.parquet",
        "queries": [f"{OWN}/queries/test/ja.parquet"],
    }
    assert runs.exported_runs(read)[0] == f"results/export/runs/zeroshot/seed2/{NAME}/en-de.trec"
    assert runs.exported_benchmarks(read)[:2] == [
        f"results/export/beir/{NAME}/en-de/test/corpus.jsonl",
        f"results/export/beir/{NAME}/ja-en/test/corpus.jsonl",
    ]


def test_a_mixed_side_is_exported_from_all_languages_and_the_drawn_ones() -> None:
    assert runs.exported_inputs(config(), "own", "xx-ja", "test") == {
        "qrels": [
            f"{OWN}/qrels/test/ja.parquet",
            *(f"{OWN}/queries/test/{code}.parquet" for code in ("de", "en", "ja")),
        ],
        "splits": f"{OWN}/splits.parquet",
        "queries": [f"{OWN}/queries/test/{code}.parquet" for code in ("de", "en", "ja")],
        "mixed_queries": f"{OWN}/mixed/test/queries.parquet",
        "passages": [f"{OWN}/passages/ja.parquet"],
    }


def test_overlap_is_shown_with_the_first_measure_unless_it_names_one() -> None:
    measures = {"evaluation__measures": ["nDCG@10", "RR@10"]}
    assert runs.overlap_settings(config(**measures))["measure"] == "nDCG@10"
    assert runs.overlap_settings(config(**measures, evaluation__overlap={"measure": "RR@10"}))["measure"] == "RR@10"
