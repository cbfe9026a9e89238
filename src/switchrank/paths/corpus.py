"""Paths and needs of the jobs of `rules/corpus.smk`."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import corpus_languages, corpus_of_system, pairs_of_system, ranker_pair
from switchrank.config.models import Config
from switchrank.corpus.settings import requested
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.lexicon import lexicon_file


def tokens_of(benchmark: str) -> dict[str, str]:
    """The training texts of a benchmark as tokens, and their vocabulary."""
    folder = f"results/corpus/tokens/{benchmark}"
    return {"tokens": f"{folder}/tokens.parquet", "vocabulary": f"{folder}/vocabulary.parquet"}


def corpus_file(corpus: str, pair: object) -> str:
    """The training text of one pair."""
    return f"results/corpus/{corpus}/{pair}.parquet"


def sharded(config: Config) -> list[str]:
    """Corpora that are made in shards."""
    return [name for name, corpus in config.corpora.items() if getattr(corpus, "shards", 1) > 1]


def whole(config: Config) -> list[str]:
    """Corpora that are made by one job for each pair."""
    return [name for name in config.corpora if name not in sharded(config)]


def corpus_inputs(config: Config, corpus: str, pair: str) -> dict[str, Any]:
    """Tokens (instances for the recipe translations), and the lexicons or translations that the recipe needs."""
    entry, shown = config.corpora[corpus], parse_pair(pair)
    if entry.recipe == "translations":
        data, every = f"results/data/{entry.benchmark}", config.benchmarks[entry.benchmark].languages
        queries, passages = (every if code == MIXED else [code] for code in shown)
        return {
            "instances": f"{data}/instances.parquet",
            "translated_queries": [f"{data}/queries/train/{code}.parquet" for code in queries],
            "translated_passages": [f"{data}/passages/{code}.parquet" for code in passages],
        }
    inputs: dict[str, Any] = {**tokens_of(entry.benchmark)}
    if languages := corpus_languages(config, corpus, shown):
        inputs["lexicons"] = [lexicon_file(getattr(entry, "lexicon", ""), "en", code) for code in languages]
    return inputs


def shards_of_corpus(config: Config, corpus: str, pair: str) -> list[str]:
    """The parts that are joined, in their order."""
    count: int = getattr(config.corpora[corpus], "shards", 1)
    return [f"results/corpus/{corpus}/shards/{pair}/{shard}.parquet" for shard in range(count)]


def pairs_of_corpus(config: Config, corpus: str) -> list[str]:
    """The pairs that trained systems of the run need."""
    pairs = {
        str(ranker_pair(config, system, pair))
        for system in config.run.systems
        if corpus_of_system(config, system) == corpus
        for pair in pairs_of_system(config, system)
    }
    return sorted(pairs)


def corpus_files(config: Config, corpus: str) -> list[str]:
    """The training text of all pairs that the run needs."""
    return [corpus_file(corpus, pair) for pair in pairs_of_corpus(config, corpus)]


def requested_probability(config: Config, corpus: str) -> dict[str, dict[str, float]]:
    """The requested shares of switched tokens by pair and side."""
    return {pair: requested(config.corpora[corpus], parse_pair(pair)) for pair in pairs_of_corpus(config, corpus)}


def counts_content(config: Config, corpus: str) -> bool:
    """Whether the shares count words other than stop words."""
    return bool(getattr(config.corpora[corpus], "stop_words", "switch") != "switch")
