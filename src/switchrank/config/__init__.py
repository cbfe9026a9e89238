"""The whole configuration: named entries, checked against each other when it is read."""

from switchrank.config.derived import (
    as_dict,
    corpus_languages,
    corpus_pair,
    encoders_of_kind,
    languages_switched_into,
    lexicon_languages,
    pairs_of_system,
    quality_benchmark,
    ranker_pair,
    trained_system,
    used_entries,
    vectors_languages,
)
from switchrank.config.models import Config, TrainedSystem, TranslateTest, schema, schema_text
from switchrank.config.reading import read_config

__all__ = [
    "Config",
    "TrainedSystem",
    "TranslateTest",
    "as_dict",
    "corpus_languages",
    "corpus_pair",
    "encoders_of_kind",
    "languages_switched_into",
    "lexicon_languages",
    "pairs_of_system",
    "quality_benchmark",
    "ranker_pair",
    "read_config",
    "schema",
    "schema_text",
    "trained_system",
    "used_entries",
    "vectors_languages",
]
