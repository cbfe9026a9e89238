"""Corpora whose draws follow the run's seed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from switchrank.config import corpus_of_run, read_config, used_entries
from switchrank.errors import SwitchRankError
from tests.unit.test_config import edited

MLCS = {"recipe": "multilingual", "benchmark": "home", "lexicon": "near", "languages": ["de", "ru"]}


def test_each_seed_of_the_run_has_a_corpus_of_its_own() -> None:
    config = read_config(edited(run__seeds=[3, 1, 2], corpora__mlcs=MLCS | {"seed": "run", "p": 0.25}))
    names = [corpus_of_run(config, "mlcs", seed) for seed in (3, 1, 2)]
    assert names == ["mlcs", "mlcs.seed1", "mlcs.seed2"]
    made = [config.corpora[name].model_dump() for name in names]
    assert [entry["seed"] for entry in made] == [3, 1, 2]
    assert all(entry | {"seed": 3} == made[0] for entry in made)
    assert set(names) <= used_entries(config)["corpora"].keys()


def test_a_fixed_seed_is_one_corpus_for_all_seeds() -> None:
    config = read_config(edited(run__seeds=[1, 2]))
    assert {corpus_of_run(config, "mlcs", seed) for seed in (1, 2)} == {"mlcs"}
    assert list(config.corpora) == ["english", "human", "blcs", "mlcs", "wikics"]


def test_a_name_that_is_taken_is_refused() -> None:
    corpora: dict[str, Any] = {"mlcs": MLCS | {"seed": "run"}, "mlcs.seed2": copy.deepcopy(MLCS)}
    raw = edited(run__seeds=[1, 2])
    raw["corpora"] |= corpora
    with pytest.raises(
        SwitchRankError, match=r"corpora\.mlcs\.seed2: this name is that of corpora\.mlcs with seed: run"
    ):
        read_config(raw)


def test_a_curriculum_and_english_texts_are_corpora_of_the_same_instances() -> None:
    training = {"curriculum": ["english", "human"], "joint": {"english": "mlcs"}}
    raw = edited(systems__mlcs={"encoder": "small", "corpus": "mlcs", "training": training})
    with pytest.raises(SwitchRankError) as raised:
        read_config(raw)
    assert str(raised.value).splitlines()[1:] == [
        f"  systems.mlcs.training.{key}, which is not defined; allowed: {allowed}"
        for key, allowed in (
            ("curriculum.1: found 'human'", "english, blcs, mlcs, wikics"),
            ("joint.english: found 'mlcs'", "english"),
        )
    ]
    training |= {"curriculum": ["english"], "joint": {"english": "english"}}
    assert (
        "english" in used_entries(read_config(raw | {"run": raw["run"] | {"systems": ["mlcs"]}} | BASELINE))["corpora"]
    )


BASELINE = {"evaluation": {"significance": {"baseline": "mlcs"}}, "tables": {}}
