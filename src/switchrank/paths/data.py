"""Paths and needs of the jobs of `rules/data/`: what opens a source, and the judgements read from it."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import as_dict, benchmarks_compared
from switchrank.config.models import Config
from switchrank.data.reading import Split, module_of
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.benchmark import (
    candidates_file,
    is_parallel,
    judged_languages,
    passage_files,
    qrels_file,
    qrels_of_queries,
    query_files,
)


def splits_file(benchmark: str) -> str:
    """Which documents are for train, dev and test."""
    return f"results/data/{benchmark}/splits.parquet"


def source_files(config: Config, benchmark: str, parts: tuple[str, ...], languages: dict[str, list[str]]) -> list[str]:
    """Files that a benchmark's reader opens, each once.

    Args:
        config: whose benchmark it is.
        benchmark: its name.
        parts: of the source, as `passages`.
        languages: of each part.
    """
    source = config.benchmarks[benchmark].source
    found = [path for part in parts for code in languages[part] for path in source.files(part, code)]
    return list(dict.fromkeys(found))


def read_languages(config: Config, benchmark: str, language: str | None = None, scope: str = MIXED) -> dict[str, Any]:
    """Languages in which a job reads each part: its own or else all, but judgements in those of its scope."""
    every = config.benchmarks[benchmark].languages if language is None else [language]
    parts = dict.fromkeys(("passages", "queries", "titles", "labels"), every)
    return parts | {"qrels": judged_in(config, benchmark, scope)}


def judged_in(config: Config, benchmark: str, scope: str = MIXED) -> list[str]:
    """The languages from whose files judgements are read."""
    return judged_languages(config, benchmark, scope)


def source_settings(config: Config, benchmark: str) -> dict[str, Any]:
    """The entry of the source."""
    return as_dict(config.benchmarks[benchmark].source)


def module_of_source(config: Config, benchmark: str) -> str:
    """The module of the one format that a job reads."""
    return module_of(config.benchmarks[benchmark].source.format)


def languages_of(config: Config, benchmark: str) -> list[str]:
    """All languages."""
    return config.benchmarks[benchmark].languages


def excluded(config: Config, benchmark: str) -> Any:
    """What the training data leaves out."""
    return config.benchmarks[benchmark].exclude


def _common_languages(config: Config, benchmark: str, split: Split) -> list[str]:
    """Languages whose texts a parallel benchmark must have in a split: all; for training English is enough."""
    return ["en"] if split == "train" else config.benchmarks[benchmark].languages


def judged_queries(config: Config, benchmark: str, split: Split) -> list[str]:
    """The queries that may be judged: those of all languages, unless the benchmark is parallel."""
    parallel = is_parallel(config, benchmark)
    codes = _common_languages(config, benchmark, split) if parallel else config.benchmarks[benchmark].languages
    return [path for code in codes for path in query_files(config, benchmark, split, code)]


def judged_passages(config: Config, benchmark: str, split: Split, scope: str = MIXED) -> list[str]:
    """The passages that may be judged: those of the language of the judgements, unless the benchmark is parallel."""
    parallel = is_parallel(config, benchmark)
    codes = _common_languages(config, benchmark, split) if parallel else judged_in(config, benchmark, scope)
    return [path for code in codes for path in passage_files(config, benchmark, code)]


def mixed_texts(config: Config, benchmark: str, split: Split, side: str) -> dict[str, Any]:
    """What says which texts of a side there are, and, unless the benchmark is parallel, in which languages."""
    inputs: dict[str, Any] = {**qrels_of_queries(config, benchmark, split, MIXED)}
    by_encoder = config.benchmarks[benchmark].candidates.origin == "encoder"
    if side == "passages" and by_encoder:  # whose candidates depend on the drawn languages
        inputs |= {"pool": passage_files(config, benchmark, MIXED), "splits": splits_file(benchmark)}
    elif side == "passages":
        inputs["candidates"] = candidates_file(config, benchmark, split, parse_pair("xx-xx"))
    elif not inputs or not is_parallel(config, benchmark):
        codes = config.benchmarks[benchmark].languages
        inputs["queries"] = [path for code in codes for path in query_files(config, benchmark, split, code)]
    return inputs


def train_qrels(config: Config, benchmark: str) -> str:
    """The judgements of the training instances."""
    return qrels_file(config, benchmark, "train", "en")


def compared_texts(config: Config, benchmark: str, judged: str) -> dict[str, str]:
    """The English training texts of one benchmark and the judged ones of another."""
    files = {}
    for side, name, split in (("trained", benchmark, "train"), ("judged", judged, config.benchmarks[judged].judge)):
        files[f"{side}_splits"] = splits_file(name)
        files[f"{side}_queries"] = f"results/data/{name}/queries/{split}/en.parquet"
        files[f"{side}_passages"] = f"results/data/{name}/passages/en.parquet"
    files["trained_qrels"] = train_qrels(config, benchmark)
    if config.benchmarks[benchmark].source.has_titles:
        files["trained_titles"] = f"results/data/{benchmark}/titles/en.parquet"
    return files


def compared_settings(config: Config, benchmark: str, judged: str) -> dict[str, Any]:
    """The judged split, and whether the texts name articles."""
    other = config.benchmarks[judged]
    return {
        "split": other.judge,
        "trained_articles": config.benchmarks[benchmark].source.names_articles,
        "judged_articles": other.source.names_articles,
    }


def comparisons(config: Config) -> list[str]:
    """Each benchmark that is trained on, compared with each other one that is judged; no table is made before."""
    return [f"results/data/{one}/contamination/{judged}.parquet" for one, judged in benchmarks_compared(config)]
