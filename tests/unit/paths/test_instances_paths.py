"""What training instances are made from: judgements for BM25's negatives, or the pairs of a source."""

from __future__ import annotations

from typing import Any

import pytest

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import instances
from tests.unit.report.test_settings import edited

NAME = "home"


def config(**negatives: Any) -> Config:
    source = {"format": "mmarco", "folder": "m", "triples": {"path": "triples.tsv"}}
    entry = {"source": source, "languages": ["en", "ru"], "negatives": {"from": "given", **negatives}}
    return read_config(edited(benchmarks__given=entry))


def test_bm25_chooses_among_judged_queries() -> None:
    read = config()
    assert instances.instances_inputs(read, "home") == {"qrels": f"results/data/{NAME}/qrels/train/shared.parquet"}
    assert list(instances.instances_settings(read, "home")) == ["negatives"]
    assert instances.module_of_instances(read, "home") is None


@pytest.mark.parametrize("fill", [False, True])
def test_given_pairs_need_no_judgements_unless_bm25_fills_them(fill: bool) -> None:
    read = config(fill=fill)
    qrels = {"qrels": "results/data/given/qrels/train/shared.parquet"} if fill else {}
    assert instances.instances_inputs(read, "given") == {
        "source": ["triples.tsv"],
        "left_out": "results/data/given/left_out.parquet",
        **qrels,
    }
    settings = instances.instances_settings(read, "given")
    assert settings["negatives"]["fill"] is fill
    assert settings["source"]["triples"]["path"] == "triples.tsv"
    assert instances.module_of_instances(read, "given") == "switchrank.data.readers.mmarco"
