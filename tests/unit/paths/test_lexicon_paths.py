"""What the jobs of the lexicon stage read."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import lexicon
from tests.unit.report.test_settings import edited

HOME = "home"
CLDR = {"method": "import", "format": "cldr"}


def config(**changes: Any) -> Config:
    return read_config(
        edited(
            **{
                "vectors": {
                    "text": {"method": "trained", "benchmark": "home"},
                    "turned": {
                        "method": "aligned",
                        "vectors": "text",
                        "pivot": "en",
                        "seed": {"pairs": "lexicon", "lexicon": "names"},
                    },
                },
                "lexicons__induced": {"method": "vectors", "vectors": "turned", "corpus_words": "home"},
                "benchmarks__home__languages": ["en", "de", "ja"],
                "corpora__mlcs__languages": ["de"],
                "lexicons__names": {**CLDR, "languages": ["en", "de", "ja"]},
                "lexicons__gold": {**CLDR, "languages": ["en", "ja"]},
                "lexicons__both": {"method": "combine", "how": "union", "lexicons": ["induced", "names"]},
                "lexicon_quality": {"gold": ["gold"]},
                "figures__quality": None,
                "tables__quality__lexicons": ["names", "both"],
                "tables__quality__measures": ["entries"],
                **changes,
            }
        )
    )


def test_texts_of_vectors() -> None:
    """One language in one list, or all languages by kind of text; only train queries."""
    read = config()
    assert lexicon.texts_of_language(read, "text", "ja") == {
        "splits": f"results/data/{HOME}/splits.parquet",
        "texts": [
            f"results/data/{HOME}/titles/ja.parquet",
            f"results/data/{HOME}/queries/train/ja.parquet",
            f"results/data/{HOME}/passages/ja.parquet",
        ],
    }
    assert lexicon.texts_of_languages(read, "text")["queries"] == [
        f"results/data/{HOME}/queries/train/{code}.parquet" for code in ("en", "de", "ja")
    ]


def test_the_pivot_is_aligned_without_a_seed_lexicon() -> None:
    found = lexicon.vectors_to_align(config(), "turned", "ja")
    assert found["seed"] == "results/lexicon/names/en-ja.parquet"
    assert found["pivot"] == "results/vectors/text/en.parquet"
    assert "seed" not in lexicon.vectors_to_align(config(), "turned", "en")


def test_words_of_the_corpus_limit_english_sources_only() -> None:
    found = lexicon.vectors_of_lexicon(config(), "induced", "en", "ja")
    assert found["vocabulary"] == f"results/corpus/tokens/{HOME}/vocabulary.parquet"
    assert set(lexicon.vectors_of_lexicon(config(), "induced", "ja", "en")) == {"source", "target"}


def test_a_lexicon_is_judged_in_the_languages_that_it_has() -> None:
    read = config()
    assert lexicon.gold_lexicons(read, "names") == ["results/lexicon/gold/en-ja.parquet"]
    assert lexicon.compared_lexicons(read, "names") == [
        f"results/lexicon/both/en-{code}.parquet" for code in ("de", "ja")
    ]
    assert lexicon.compared_lexicons(read, "gold") == []
    assert lexicon.target_vectors(read, "both") == [f"results/vectors/turned/{code}.parquet" for code in ("de", "ja")]


def test_without_gold_nothing_is_compared() -> None:
    read = config(lexicon_quality={"gold": []})
    assert lexicon.gold_lexicons(read, "names") == []
    assert lexicon.compared_lexicons(read, "names") == []
    assert lexicon.target_vectors(read, "both") == []
