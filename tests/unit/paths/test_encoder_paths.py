"""What the jobs of the encoder stage read."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import encoder
from tests.unit.report.test_settings import edited

NAME = "home"
DATA = f"results/data/{NAME}"
OWN = {
    "source": {"format": "beir", "path": "own/{language}", "same_passages": False},
    "languages": ["ja", "en", "de"],
    "candidates": {"from": "all"},
}


def config(**changes: Any) -> Config:
    contrastive = {"method": "contrastive", "base": "small", "pairs": [{"kind": "query_passage", "benchmark": "home"}]}
    return read_config(
        edited(
            benchmarks__own=OWN,
            encoders__folder={"method": "pretrained", "path": "folder/that is not there"},
            encoders__hub={"method": "pretrained", "path": "owner/name"},
            encoders__aligned=contrastive | changes,
        )
    )


def model(folder: str) -> list[str]:
    return [
        f"{folder}/{file}" for file in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")
    ]


def test_a_wheel_is_read_with_every_text_of_its_benchmarks() -> None:
    found = encoder.source_of_encoder(config(), "small")
    assert found["source"] == "resources/wheel"
    assert found["passages"] == [f"{DATA}/passages/{code}.parquet" for code in ("en", "de", "ru", "ja")]
    assert found["titles"] == [f"{DATA}/titles/{code}.parquet" for code in ("en", "de", "ru", "ja")]
    assert found["queries"][:4] == [
        f"{DATA}/queries/train/en.parquet",
        f"{DATA}/queries/dev/en.parquet",
        f"{DATA}/queries/test/en.parquet",
        f"{DATA}/queries/train/de.parquet",
    ]
    assert len(found["queries"]) == 12


def test_a_folder_is_an_input_and_a_hub_name_is_not() -> None:
    assert encoder.source_of_encoder(config(), "folder") == {"folder": ["folder/that is not there"]}
    assert encoder.source_of_encoder(config(), "hub") == {"folder": []}


def test_only_a_contrastive_encoder_has_a_seed() -> None:
    assert encoder.encoder_folder(config(), "small", 3) == "results/encoder/small"
    assert encoder.encoder_folder(config(), "aligned", 3) == "results/encoder/aligned/seed3"


def test_inputs_of_pairs_are_numbered_by_their_entry() -> None:
    """The entries of the joint loss go on counting; a corpus is read with its English texts."""
    read = config(
        pairs=[
            {"kind": "switched", "corpus": "mlcs"},
            {"kind": "words", "benchmark": "home", "lexicon": "names", "languages": ["ru", "de"]},
        ],
        joint={"pairs": [{"kind": "parallel", "benchmark": "home", "texts": ["titles"], "languages": ["ja", "de"]}]},
    )
    assert encoder.texts_of_pairs(read, "aligned") == {
        "corpus_0": "results/corpus/mlcs/xx-xx.parquet",
        "tokens_0": f"results/corpus/tokens/{NAME}/tokens.parquet",
        "splits_1": f"{DATA}/splits.parquet",
        "qrels_1": f"{DATA}/qrels/train/shared.parquet",
        "queries_1": [f"{DATA}/queries/train/en.parquet"],
        "passages_1": [f"{DATA}/passages/en.parquet"],
        "lexicons_1": ["results/lexicon/names/en-ru.parquet", "results/lexicon/names/en-de.parquet"],
        "splits_2": f"{DATA}/splits.parquet",
        "qrels_2": f"{DATA}/qrels/train/shared.parquet",
        "titles_2": [f"{DATA}/titles/{code}.parquet" for code in ("en", "de", "ja")],
    }
    found = encoder.settings_of_pairs(read, "aligned")
    assert [entry.get("benchmark") for entry in found] == ["home", "home", "home"]
    assert [entry.get("read") for entry in found] == [None, ["en"], ["en", "de", "ja"]]
    assert [entry["joint"] for entry in found] == [False, False, True]


def test_pairs_of_passages_that_are_not_parallel_need_the_judgements_of_all_languages() -> None:
    """Words are replaced in English texts, so only the English judgements say which these are."""
    read = config(
        pairs=[
            {"kind": "query_passage", "benchmark": "own"},
            {"kind": "words", "benchmark": "own", "lexicon": "names", "languages": ["de"]},
        ]
    )
    found = encoder.texts_of_pairs(read, "aligned")
    assert found["qrels_0"] == "results/data/own/qrels/train/xx.parquet"
    assert found["passages_0"] == [f"results/data/own/passages/{code}.parquet" for code in ("de", "en", "ja")]
    assert found["qrels_1"] == "results/data/own/qrels/train/en.parquet"


def test_batches_and_the_size_of_the_joint_loss() -> None:
    joint = {"size": 5, "pairs": [{"kind": "switched", "corpus": "mlcs"}]}
    assert encoder.joint_size(config(), "aligned") is None
    assert encoder.joint_size(config(joint=joint), "aligned") == 5
    assert encoder.settings_of_batches(config(batches={"size": 7, "epochs": 2}), "aligned") == {
        "size": 7,
        "how": "mixed",
        "monolingual": 0.5,
        "languages": "uniform",
        "epochs": 2,
        "steps": None,
    }


def test_negatives_and_dev_texts_are_inputs_only_if_they_are_asked_for() -> None:
    plain = {
        "pairs": "results/pairs/aligned/pairs.parquet",
        "given": "results/pairs/aligned/given.parquet",
        "batches": "results/pairs/aligned/seed2/batches.parquet",
        "encoder": model("results/encoder/small"),
    }
    assert encoder.contrastive_inputs(config(), "aligned", "2") == plain
    assert encoder.diagnosed_languages(config(), "aligned") == []
    read = config(negatives={"per_pair": 1}, diagnostics={"benchmark": "home"})
    codes = ("de", "en", "ja", "ru")
    assert encoder.contrastive_inputs(read, "aligned", "2") == plain | {
        "negatives": "results/pairs/aligned/negatives.parquet",
        "dev_splits": f"{DATA}/splits.parquet",
        "dev_qrels": f"{DATA}/qrels/dev/shared.parquet",
        "dev_queries": [f"{DATA}/queries/dev/{code}.parquet" for code in codes],
        "dev_passages": [f"{DATA}/passages/{code}.parquet" for code in codes],
    }
    assert encoder.diagnosed_languages(read, "aligned") == list(codes)


def test_diagnoses_ask_for_english_passages() -> None:
    read = config(diagnostics={"benchmark": "own"})
    assert encoder.contrastive_inputs(read, "aligned", "1")["dev_qrels"] == "results/data/own/qrels/dev/en.parquet"


def test_the_loss_names_its_module() -> None:
    assert encoder.module_of_encoder_loss(config(), "aligned") == "switchrank.encoder.losses.symmetric"
    assert encoder.module_of_encoder_loss(config(loss="clear"), "aligned") == "switchrank.encoder.losses.clear"
