"""What the jobs of the ranker stage read."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import ranker
from tests.unit.report.test_settings import edited

DATA = "results/data/home"
ALIGNED = {"method": "contrastive", "base": "small", "pairs": [{"kind": "query_passage", "benchmark": "home"}]}


def config(training: dict[str, Any] | None = None, **changes: Any) -> Config:
    return read_config(
        edited(
            **{
                "run__seeds": [1, 2],
                "encoders__aligned": ALIGNED,
                "corpora__mlcs__seed": "run",
                "corpora__pairwise": {"recipe": "bilingual", "benchmark": "home", "lexicon": "words"},
                "systems__dense": {"encoder": "aligned", "retrieval": {}},
                "systems__mlcs__encoder": "aligned",
                "systems__mlcs__training": training or {},
                **changes,
            }
        )
    )


def test_a_ranker_starts_from_the_encoder_of_its_seed() -> None:
    assert ranker.model_of_system(config(), "mlcs", "2")[0] == "results/encoder/aligned/seed2/model.safetensors"
    assert ranker.model_of_system(config(), "zeroshot", "2")[0] == "results/encoder/small/model.safetensors"


def test_token_ids_are_those_of_the_plain_encoder_and_of_the_corpus_of_the_seed() -> None:
    """The corpus has the name of the entry for the first seed, and one with the seed for the other."""
    tokens = "results/ranker/tokens/small"
    assert ranker.training_tokens(config(), "mlcs", "xx-xx", "1") == f"{tokens}/mlcs/xx-xx.parquet"
    assert ranker.training_tokens(config(), "mlcs", "xx-xx", "2") == f"{tokens}/mlcs.seed2/xx-xx.parquet"
    assert ranker.training_tokens(config(), "zeroshot", "en-en", "2") == f"{tokens}/english/en-en.parquet"


def test_other_token_ids_of_a_curriculum_and_a_joint_loss() -> None:
    assert ranker.other_tokens(config(), "mlcs", "xx-xx", "1") == {}
    read = config({"curriculum": ["mlcs"], "joint": {"english": "english"}})
    assert ranker.other_tokens(read, "mlcs", "xx-xx", "2") == {
        "curriculum": ["results/ranker/tokens/small/mlcs.seed2/xx-xx.parquet"],
        "english": ["results/ranker/tokens/small/english/en-en.parquet"],
    }


def test_a_tokenizer_is_two_files() -> None:
    assert ranker.tokenizer_files(config(), "small") == [
        "results/encoder/small/tokenizer.json",
        "results/encoder/small/tokenizer_config.json",
    ]


def test_dev_evaluation_reads_the_split_dev_whatever_is_judged() -> None:
    assert ranker.dev_inputs(config(), "mlcs") == ranker.dev_settings(config(), "mlcs") == {}
    read = config({"dev": {"pairs": ["en-de", "xx-ru"]}}, benchmarks__home__judge="test")
    every = [f"{DATA}/queries/dev/{code}.parquet" for code in ("de", "en", "ja", "ru")]
    assert ranker.dev_inputs(read, "mlcs") == {
        "candidates": [f"{DATA}/candidates/dev/shared.parquet"],
        "qrels": [f"{DATA}/qrels/dev/shared.parquet"],
        "queries": every,
        "passages": [f"{DATA}/passages/de.parquet", f"{DATA}/passages/ru.parquet"],
        "mixed_queries": f"{DATA}/mixed/dev/queries.parquet",
    }
    judged = {"qrels": f"{DATA}/qrels/dev/shared.parquet", "queries": []}
    assert ranker.dev_settings(read, "mlcs")["judged_by"] == {"en-de": judged, "xx-ru": judged}


def test_settings_and_loss_of_the_training() -> None:
    read = config({"loss": "lce", "batch_size": 6})
    assert ranker.training_settings(read, "mlcs")["batch_size"] == 6
    assert ranker.module_of_ranker_loss(read, "mlcs") == "switchrank.ranker.losses.lce"
    assert ranker.module_of_ranker_loss(read, "zeroshot") == "switchrank.ranker.losses.pointwise"


def test_every_ranker_of_the_run_is_exported_and_no_other() -> None:
    """One for each seed, and for each pair only if the corpus differs by pair; a dense system has none."""
    blcs = {"encoder": "small", "corpus": "pairwise"}
    read = config(run__systems=["zeroshot", "blcs", "dense"], systems__blcs=blcs, tables={}, figures={})
    assert ranker.trained_systems(read) == ["zeroshot", "mlcs", "spare", "blcs"]
    assert ranker.exported_rankers(read) == [
        "results/export/blcs/en-de/seed1/README.md",
        "results/export/blcs/en-de/seed2/README.md",
        "results/export/blcs/en-en/seed1/README.md",
        "results/export/blcs/en-en/seed2/README.md",
        "results/export/zeroshot/en-en/seed1/README.md",
        "results/export/zeroshot/en-en/seed2/README.md",
    ]


def test_a_model_card_names_what_its_ranker_was_made_from_and_nothing_else() -> None:
    """Nothing of the other systems, of the gold lexicon, or of sources that only they use."""
    sources = {"wheel": {"licence": "Apache-2.0"}, "словарь": {"licence": "CC0"}}
    found = ranker.card_settings(config(), sources, "mlcs", "xx-xx", "2")
    assert found["sources"] == {"wheel": {"licence": "Apache-2.0"}}
    assert (found["system"], found["pair"], found["seed"], found["seeds"]) == ("mlcs", "xx-xx", 2, [1, 2])
    assert found["judged"] == ["en-en", "en-de"]
    assert found["languages"] == ["de", "en", "ru"]
    assert {section: sorted(entries) for section, entries in found["entries"].items()} == {
        "benchmarks": ["home"],
        "systems": ["mlcs"],
        "encoders": ["aligned", "small"],
        "corpora": ["mlcs", "mlcs.seed2"],
        "lexicons": ["words"],
        "vectors": [],
    }
    english = ranker.card_settings(config(), sources, "zeroshot", "en-en", "1")
    assert english["languages"] == ["en"]
    assert sorted(english["entries"]["corpora"]) == ["english"]


def test_a_model_card_names_the_pairs_that_its_ranker_serves() -> None:
    """One pair, if each has a corpus of its own."""
    read = config(systems__blcs={"encoder": "small", "corpus": "pairwise"})
    found = ranker.card_settings(read, {}, "blcs", "en-de", "1")
    assert (found["judged"], found["languages"]) == (["en-de"], ["de", "en"])


def test_means_are_on_the_card_unless_the_run_measures_nothing() -> None:
    assert ranker.means_of_run(config()) == {"summary": "results/summary.parquet"}
    unjudged = {"source": {"format": "mmarco", "folder": "m", "qrels": {}}, "languages": ["en", "de"]}
    unjudged["candidates"] = {"from": "all"}
    read = config(
        benchmarks__own=unjudged, run__benchmarks=["own"], tables={}, figures={}, lexicon_quality={"gold": []}
    )
    assert ranker.means_of_run(read) == {}
