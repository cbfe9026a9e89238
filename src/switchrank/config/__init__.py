"""The whole configuration: named entries, checked against each other when it is read."""

from switchrank.config.derived import (
    as_dict,
    corpora_of_pairs,
    corpus_languages,
    corpus_of_system,
    corpus_pair,
    encoders_of_kind,
    languages_switched_into,
    lexicon_languages,
    pairs_of_system,
    quality_benchmark,
    ranker_pair,
    systems_of_kind,
    trained_system,
    used_entries,
    vectors_languages,
)
from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest, schema, schema_text
from switchrank.config.reading import read_config

__all__ = [
    "Config",
    "DenseSystem",
    "TrainedSystem",
    "TranslateTest",
    "as_dict",
    "corpora_of_pairs",
    "corpus_languages",
    "corpus_of_system",
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
    "systems_of_kind",
    "trained_system",
    "used_entries",
    "vectors_languages",
]
