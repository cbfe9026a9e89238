"""What the candidates of a pair are made from: BM25, a source, or the vectors of an encoder."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import candidates
from tests.unit.report.test_settings import edited

HOME, GIVEN, OWN = "results/data/home", "results/data/given", "results/data/own"
ENCODER = {"from": "encoder", "encoder": "small", "depth": 9}
MMARCO: dict[str, Any] = {
    "source": {"format": "mmarco", "folder": "m", "candidates": {"test": "{folder}/{language}.tsv"}},
    "languages": ["en", "ru"],
    "candidates": {"from": "given"},
}
MIRACL: dict[str, Any] = {
    "source": {"format": "miracl", "corpus": "c/{language}"},
    "languages": ["ja", "en", "de"],
    "candidates": ENCODER,
}


def config(**changes: Any) -> Config:
    return read_config(edited(**{"benchmarks__given": MMARCO, "benchmarks__own": MIRACL, **changes}))


def test_benchmarks_are_those_of_one_of_two_rules() -> None:
    assert candidates.by_encoder(config(), True) == ["own"]
    assert candidates.by_encoder(config(), False) == ["home", "given"]


def test_bm25_ranks_english_queries_for_all_pairs() -> None:
    assert candidates.candidates_inputs(config(), "home", "test", "shared") == {
        "qrels": f"{HOME}/qrels/test/shared.parquet",
        "queries": [f"{HOME}/queries/test/en.parquet"],
        "passages": [f"{HOME}/passages/{code}.parquet" for code in ("de", "en", "ja", "ru")],
        "source": [],
    }
    assert "source" not in candidates.candidates_settings(config(), "home", "shared")
    assert candidates.module_of_given(config(), "home") is None


def test_given_candidates_are_read_by_the_module_of_their_source() -> None:
    read = config()
    assert candidates.candidates_inputs(read, "given", "test", "shared")["source"] == ["m/en.tsv"]
    settings = candidates.candidates_settings(read, "given", "shared")
    assert (settings["given_in"], settings["source"]["folder"]) == (["en"], "m")
    assert candidates.module_of_given(read, "given") == "switchrank.data.readers.mmarco"


def test_texts_are_embedded_by_the_encoder_of_the_first_seed() -> None:
    aligned = {"method": "contrastive", "base": "small", "pairs": [{"kind": "query_passage", "benchmark": "home"}]}
    found = MIRACL | {"candidates": ENCODER | {"encoder": "aligned"}}
    read = config(run__seeds=[4, 5], encoders__aligned=aligned, benchmarks__own=found)
    inputs = candidates.embedding_inputs(read, "own", "test", "queries", "ja")
    assert inputs["texts"] == f"{OWN}/queries/test/ja.parquet"
    assert inputs["encoder"][0] == "results/encoder/aligned/seed4/model.safetensors"
    assert candidates.embedding_inputs(read, "own", "test", "passages", "ja")["texts"] == f"{OWN}/passages/ja.parquet"


def test_dense_candidates_of_a_pair_need_the_vectors_of_its_languages() -> None:
    """All of them for a mixed side, and there the drawn languages, unless passages are not parallel."""
    read, folder = config(), f"{OWN}/embedded/test"
    assert candidates.dense_inputs(read, "own", "test", "ja-de") == {
        "embedded": [f"{folder}/queries/ja.parquet", f"{folder}/passages/de.parquet"],
        "queries": [f"{OWN}/queries/test/ja.parquet"],
        "passages": [f"{OWN}/passages/de.parquet"],
        "qrels": f"{OWN}/qrels/test/de.parquet",
    }
    mixed = candidates.dense_inputs(read, "own", "test", "xx-xx")
    assert mixed["embedded"] == [
        f"{folder}/{side}/{code}.parquet" for side in ("queries", "passages") for code in ("de", "en", "ja")
    ]
    assert mixed["mixed_queries"] == f"{OWN}/mixed/test/queries.parquet"
    assert "mixed_passages" not in mixed


def test_settings_of_dense_candidates() -> None:
    assert candidates.dense_settings(config(), "own", "test", "ja-de") == {
        "depth": 9,
        "parallel": False,
        "without_itself": False,
        "embedded": {
            "queries": {"ja": f"{OWN}/embedded/test/queries/ja.parquet"},
            "passages": {"de": f"{OWN}/embedded/test/passages/de.parquet"},
        },
        "queries": [f"{OWN}/queries/test/ja.parquet"],
    }
