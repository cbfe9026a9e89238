"""Pairs of languages that a benchmark cannot show."""

from __future__ import annotations

from collections.abc import Iterable

from switchrank.config.models import Config, TrainedSystem
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, parse_pair
from switchrank.lists import repeats


def lists_of_pairs(config: Config) -> Iterable[tuple[str, list[str]]]:
    """The list of all benchmarks, or those of each, by key."""
    pairs = config.run.pairs
    yield from (
        ((f"run.pairs.{name}", pairs[name]) for name in pairs) if isinstance(pairs, dict) else [("run.pairs", pairs)]
    )


def unknown_pairs(config: Config) -> Iterable[str]:
    """Pairs of the run in languages that a benchmark does not have, and benchmarks without pairs."""
    by_benchmark = config.run.pairs if isinstance(config.run.pairs, dict) else None
    if by_benchmark is not None:
        for name in config.run.benchmarks:
            if name not in by_benchmark:
                yield f"run.pairs: found no pairs of {name!r}; each of run.benchmarks needs a list"
    for key, pairs in lists_of_pairs(config):
        for text in pairs:
            yield from _bad_pair(
                config, key, text, config.run.benchmarks if by_benchmark is None else [key.split(".", 2)[2]]
            )


def _bad_pair(config: Config, key: str, text: str, benchmarks: Iterable[str]) -> Iterable[str]:
    try:
        pair = parse_pair(text)
    except SwitchRankError as error:
        yield f"{key}: {error}"
        return
    for name in benchmarks:
        languages = config.benchmarks[name].languages
        for code in dict.fromkeys(pair):
            if code != MIXED and code not in languages:
                yield (
                    f"{key}: found {text}, but benchmark {name!r} has no {code!r}; allowed: "
                    f"{', '.join(languages)}, {MIXED}"
                )


def unjudged_pairs(config: Config) -> Iterable[str]:
    """Pairs of a language with itself, where no query has a relevant passage in its own language."""
    for name in config.run.benchmarks:
        if not config.benchmarks[name].source.judges_monolingual_pairs:
            for text in config.run.pairs_on(name):
                query, _, passage = text.partition("-")
                if query == passage != MIXED:
                    yield (
                        f"run.pairs: found {text}, but in benchmark {name!r} only translations are relevant to a query"
                        "; name pairs of two languages"
                    )


def unfit_dev_pairs(config: Config) -> Iterable[str]:
    """Pairs in which dev is shown during training need texts in both languages."""
    for name, system in config.systems.items():
        if not isinstance(system, TrainedSystem) or system.training.dev is None:
            continue
        key, pairs = f"systems.{name}.training.dev.pairs", system.training.dev.pairs
        yield from repeats(key, pairs)
        languages = config.benchmarks[config.corpora[system.corpus].benchmark].languages
        for text in pairs:
            try:
                codes = parse_pair(text)
            except SwitchRankError as error:
                yield f"{key}: {error}"
                continue
            for code in dict.fromkeys(codes):
                if code != MIXED and code not in languages:
                    allowed = ", ".join(languages)
                    yield f"{key}: found {text}, but its benchmark has no {code!r}; allowed: {allowed}, {MIXED}"
