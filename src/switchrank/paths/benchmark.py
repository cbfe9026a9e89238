"""Files of a benchmark that pairs of languages share, or not: which judgements and candidates a pair needs.

The passages of a parallel benchmark have the same ids in every language, so all pairs share one file, named `shared`.
Otherwise there are judgements for the passages of each language, and for those of all languages together (`xx`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from switchrank.config.models import Config
from switchrank.data.reading import Split
from switchrank.languages import MIXED, Pair

SHARED = "shared"
"""In place of a language or a pair: the file of all of them."""


def is_parallel(config: Config, benchmark: str) -> bool:
    """Whether a doc_id of the benchmark means the same passage in every language."""
    return bool(config.benchmarks[benchmark].source.parallel)


def qrels_file(config: Config, benchmark: str, split: Split, language: str) -> str:
    """The judgements of the passages that a pair shows.

    Args:
        config: whose benchmark it is.
        benchmark: its name.
        split: train, dev or test.
        language: of the passages, or `xx`.
    """
    scope = SHARED if is_parallel(config, benchmark) else language
    return f"results/data/{benchmark}/qrels/{split}/{scope}.parquet"


def has_qrels(config: Config, benchmark: str, split: Split, language: str = MIXED) -> bool:
    """Whether the passages of a language have judgements, as far as this is known before anything is read.

    Args:
        config: whose benchmark it is.
        benchmark: its name.
        split: train, dev or test.
        language: of the passages, or `xx` for those of any language.
    """
    source = config.benchmarks[benchmark].source
    return any(source.missing_qrels(split, code) is None for code in judged_languages(config, benchmark, language))


def judged_benchmarks(config: Config) -> list[str]:
    """Benchmarks of the run that are measured: those with judgements, or all if none has any."""
    names: list[str] = config.run.benchmarks
    return [name for name in names if has_qrels(config, name, config.benchmarks[name].judge)] or names


def qrels_of_queries(config: Config, benchmark: str, split: Split, language: str) -> dict[str, str]:
    """`qrels`, the judgements that say which queries are ranked; without judgements nothing: all queries are."""
    judged = has_qrels(config, benchmark, split, language)
    return {"qrels": qrels_file(config, benchmark, split, language)} if judged else {}


def candidates_file(config: Config, benchmark: str, split: Split, pair: Pair) -> str:
    """The candidates of a pair; all pairs share them unless an encoder finds them or passages are not parallel."""
    origin = config.benchmarks[benchmark].candidates.origin
    scope = SHARED if is_parallel(config, benchmark) and origin != "encoder" else str(pair)
    return f"results/data/{benchmark}/candidates/{split}/{scope}.parquet"


def judged_languages(config: Config, benchmark: str, scope: str = MIXED) -> list[str]:
    """Languages in which a reader's judgements are read.

    Args:
        config: whose benchmark it is.
        benchmark: its name.
        scope: `shared`, a language, or `xx` for all.
    """
    languages: list[str] = config.benchmarks[benchmark].languages
    if is_parallel(config, benchmark):
        return languages[:1]  # they are the same in all
    return languages if scope == MIXED else [scope]


def query_files(config: Config, benchmark: str, split: Split, language: str) -> list[str]:
    """The queries of a split in a language; in all languages for `xx`."""
    codes = sorted(config.benchmarks[benchmark].languages) if language == MIXED else [language]
    return [f"results/data/{benchmark}/queries/{split}/{code}.parquet" for code in codes]


def passage_files(config: Config, benchmark: str, language: str) -> list[str]:
    """The passages in a language; in all languages for `xx`."""
    codes = sorted(config.benchmarks[benchmark].languages) if language == MIXED else [language]
    return [f"results/data/{benchmark}/passages/{code}.parquet" for code in codes]


def mixed_file(config: Config, benchmark: str, split: Split, side: str, pairs: Iterable[Pair]) -> str | None:
    """The languages drawn for the texts of one side; None if no pair mixes it, or if it shows the texts of all
    languages, as passages that are not parallel.

    Args:
        config: whose benchmark it is.
        benchmark: its name.
        split: train, dev or test.
        side: `queries` or `passages`.
        pairs: that are shown.
    """
    position = 0 if side == "queries" else 1
    drawn = side == "queries" or is_parallel(config, benchmark)
    mixed = drawn and any(pair[position] == MIXED for pair in pairs)
    return f"results/data/{benchmark}/mixed/{split}/{side}.parquet" if mixed else None


def judged_by(config: Config, benchmark: str, split: Split, pair: Pair) -> dict[str, str | list[str]]:
    """The judgements of a pair.

    Returns:
        `qrels`: a file. `queries`: files of the queries that the pair asks, to which its judgements are limited; empty
        if there is no limit, as all languages of a parallel benchmark ask the judged queries.
    """
    queries = [] if is_parallel(config, benchmark) else query_files(config, benchmark, split, pair.query)
    return {"qrels": qrels_file(config, benchmark, split, pair.passage), "queries": queries}


def pairs_on_split(config: Config, benchmark: str, split: Split, pairs: Iterable[Pair]) -> dict[str, dict[str, Any]]:
    """Files of `candidates` and of judgements (`judged_by`) by pair."""
    by_name = {str(pair): pair for pair in pairs}
    return {
        "candidates": {name: candidates_file(config, benchmark, split, pair) for name, pair in by_name.items()},
        "judged_by": {name: judged_by(config, benchmark, split, pair) for name, pair in by_name.items()},
    }


def files_of_judgements(by_pair: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """All files of judgements and of the queries that limit them, each once."""
    return sorted({path for by in by_pair.values() for path in (by["qrels"], *by["queries"])})
