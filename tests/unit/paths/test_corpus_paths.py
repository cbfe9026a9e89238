"""What the jobs of the corpus stage read and make."""

from __future__ import annotations

from typing import Any

from switchrank.config import read_config
from switchrank.config.models import Config
from switchrank.paths import corpus
from tests.unit.report.test_settings import edited

HOME = "home"


def config(**changes: Any) -> Config:
    return read_config(
        edited(
            **{
                "run__pairs": ["en-en", "de-ru", "xx-xx"],
                "corpora__mlcs__shards": 3,
                "corpora__told": {"recipe": "translations", "benchmark": "home"},
                **changes,
            }
        )
    )


def test_a_switched_corpus_needs_a_lexicon_for_each_language_but_english() -> None:
    read = config(corpora__mlcs__languages=["de", "ja"])
    assert corpus.corpus_inputs(read, "mlcs", "xx-xx") == {
        "tokens": f"results/corpus/tokens/{HOME}/tokens.parquet",
        "vocabulary": f"results/corpus/tokens/{HOME}/vocabulary.parquet",
        "lexicons": ["results/lexicon/words/en-de.parquet", "results/lexicon/words/en-ja.parquet"],
    }
    assert "lexicons" not in corpus.corpus_inputs(read, "english", "en-en")


def test_translations_need_the_texts_of_the_pair() -> None:
    found = corpus.corpus_inputs(config(), "told", "de-ru")
    assert found["translated_queries"] == [f"results/data/{HOME}/queries/train/de.parquet"]
    assert found["translated_passages"] == [f"results/data/{HOME}/passages/ru.parquet"]


def test_shards_are_joined_in_their_order() -> None:
    read = config()
    assert "mlcs" in corpus.sharded(read) and "mlcs" not in corpus.whole(read)
    assert corpus.shards_of_corpus(read, "mlcs", "xx-xx") == [
        f"results/corpus/mlcs/shards/xx-xx/{shard}.parquet" for shard in (0, 1, 2)
    ]


def test_a_multilingual_corpus_serves_all_pairs_with_one_file() -> None:
    assert corpus.corpus_files(config(), "mlcs") == ["results/corpus/mlcs/xx-xx.parquet"]
