"""Needs of the jobs of `rules/data/candidates.smk`: BM25, given and dense candidates."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import as_dict
from switchrank.config.models import Config
from switchrank.data.reading import Split
from switchrank.languages import MIXED, Pair, parse_pair
from switchrank.paths.benchmark import (
    SHARED,
    is_parallel,
    judged_languages,
    mixed_file,
    passage_files,
    qrels_of_queries,
    query_files,
)
from switchrank.paths.data import module_of_source, source_settings
from switchrank.paths.encoder import encoder_folder, model
from switchrank.settings import Embedding


def by_encoder(config: Config, found: bool) -> list[str]:
    """Benchmarks whose candidates an encoder finds, or all others."""
    return [name for name, entry in config.benchmarks.items() if (entry.candidates.origin == "encoder") == found]


def _pair_of(scope: str) -> Pair:
    return parse_pair("en-en" if scope == SHARED else scope)


def _shown_passages(config: Config, benchmark: str, pair: Pair) -> list[str]:
    """Files of the passages that decide which may be candidates: of a parallel benchmark those of all languages."""
    return passage_files(config, benchmark, MIXED if is_parallel(config, benchmark) else pair.passage)


def _given_languages(config: Config, benchmark: str, pair: Pair) -> list[str]:
    """Languages of the passages whose candidates the source gives, as it gives judgements."""
    given = config.benchmarks[benchmark].candidates.origin == "given"
    return judged_languages(config, benchmark, pair.passage) if given else []


def candidates_inputs(config: Config, benchmark: str, split: Split, scope: str) -> dict[str, Any]:
    """Judgements, the queries and passages that they may name, and what the source gives."""
    pair, source = _pair_of(scope), config.benchmarks[benchmark].source
    given = _given_languages(config, benchmark, pair)
    return qrels_of_queries(config, benchmark, split, pair.passage) | {
        "queries": query_files(config, benchmark, split, pair.query),
        "passages": _shown_passages(config, benchmark, pair),
        "source": [path for code in given for path in source.files("candidates", code)],
    }


def candidates_settings(config: Config, benchmark: str, scope: str) -> dict[str, Any]:
    """The entry of the candidates, and of the source if it gives them."""
    entry, pair = config.benchmarks[benchmark], _pair_of(scope)
    settings: dict[str, Any] = {
        "candidates": as_dict(entry)["candidates"],
        "parallel": is_parallel(config, benchmark),
        "without_itself": entry.source.queries_are_passages,
    }
    if given := _given_languages(config, benchmark, pair):
        settings |= {"source": source_settings(config, benchmark), "given_in": given}
    return settings


def module_of_given(config: Config, benchmark: str) -> str | None:
    """The module of the reader that a job opens, which it does only for candidates that the source gives."""
    given = config.benchmarks[benchmark].candidates.origin == "given"
    return module_of_source(config, benchmark) if given else None


def embedding_inputs(config: Config, benchmark: str, split: Split, side: str, language: str) -> dict[str, Any]:
    """The texts of a side, and the encoder; a contrastive one of the first seed."""
    queries = side == "queries"
    texts = query_files(config, benchmark, split, language) if queries else passage_files(config, benchmark, language)
    encoder = config.benchmarks[benchmark].candidates.encoder
    return {"texts": texts[0], "encoder": model(encoder_folder(config, str(encoder), config.run.seeds[0]))}


def embedding_settings(config: Config, benchmark: str) -> dict[str, Any]:
    """How texts are embedded."""
    return as_dict(config.benchmarks[benchmark].candidates.embedding or Embedding())


def _embedded_files(config: Config, benchmark: str, split: Split, scope: str) -> dict[str, dict[str, str]]:
    """Vectors by side and language of a pair."""
    every = sorted(config.benchmarks[benchmark].languages)
    folder = f"results/data/{benchmark}/embedded/{split}"
    return {
        side: {name: f"{folder}/{side}/{name}.parquet" for name in (every if code == MIXED else [code])}
        for side, code in zip(("queries", "passages"), parse_pair(scope), strict=True)
    }


def dense_inputs(config: Config, benchmark: str, split: Split, scope: str) -> dict[str, Any]:
    """Vectors, judgements, the texts that they may name, and drawn languages."""
    pair, every = parse_pair(scope), _embedded_files(config, benchmark, split, scope)
    inputs: dict[str, Any] = {
        "embedded": [path for files in every.values() for path in files.values()],
        "queries": query_files(config, benchmark, split, pair.query),
        "passages": _shown_passages(config, benchmark, pair),
    }
    inputs |= qrels_of_queries(config, benchmark, split, pair.passage)
    for side in every:
        if mixed := mixed_file(config, benchmark, split, side, [pair]):
            inputs[f"mixed_{side}"] = mixed
    return inputs


def dense_settings(config: Config, benchmark: str, split: Split, scope: str) -> dict[str, Any]:
    """The depth, files of vectors, and of the queries to which the judgements are limited."""
    entry = config.benchmarks[benchmark]
    return {
        "depth": entry.candidates.depth,
        "parallel": is_parallel(config, benchmark),
        "without_itself": entry.source.queries_are_passages,
        "embedded": _embedded_files(config, benchmark, split, scope),
        "queries": query_files(config, benchmark, split, parse_pair(scope).query),
    }
