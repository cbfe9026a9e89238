"""What benchmarks cannot give: parallel titles, translations, candidates, negatives."""

from __future__ import annotations

from collections.abc import Iterable

from switchrank.config.models import Config, DenseSystem, TrainedSystem
from switchrank.corpus.settings import Translations
from switchrank.encoder.settings import Contrastive, ParallelPairs
from switchrank.lexicon.settings import TitleLexicon


def unfit_benchmarks(config: Config) -> Iterable[str]:
    """What entries ask of benchmarks that these do not have."""
    yield from _without_titles(config)
    yield from _without_translations(config)
    yield from _candidates(config)
    yield from _negatives(config)


def _without_titles(config: Config) -> Iterable[str]:
    """Entries that need parallel titles of a benchmark that has none. Vectors, and pairs that name no kind of text, use
    titles as well as queries and passages, and do not need them."""
    asking = [
        (f"lexicons.{name}.benchmark", lexicon.benchmark)
        for name, lexicon in config.lexicons.items()
        if isinstance(lexicon, TitleLexicon) and lexicon.benchmark
    ] + _parallel_pairs_of(config, "titles")
    having = [name for name, benchmark in config.benchmarks.items() if benchmark.source.has_titles]
    for key, name in asking:
        source = config.benchmarks[name].source
        if not source.has_titles:
            yield (
                f"{key}: asks for the parallel titles of {name!r}, but its source (format: {source.format}) has none; "
                f"benchmarks with titles: {', '.join(having) or '(none)'}"
            )


def _parallel_pairs_of(config: Config, kind: str) -> list[tuple[str, str]]:
    """Key and benchmark of the parallel pairs that name this kind of text; without a list they take what there is."""
    every = ParallelPairs.model_fields["texts"].default
    return [
        (f"encoders.{name}.{path}.texts", pairs.benchmark)
        for name, encoder in config.encoders.items()
        if isinstance(encoder, Contrastive)
        for path, pairs in encoder.pairs_by_key()
        if isinstance(pairs, ParallelPairs) and kind in pairs.texts and pairs.texts != every
    ]


def _without_translations(config: Config) -> Iterable[str]:
    """Entries that need translated passages of a benchmark whose languages have passages of their own."""
    asking = [
        (f"corpora.{name}.benchmark", corpus.benchmark)
        for name, corpus in config.corpora.items()
        if isinstance(corpus, Translations)
    ] + _parallel_pairs_of(config, "passages")
    having = [name for name, benchmark in config.benchmarks.items() if benchmark.source.parallel]
    for key, name in asking:
        if not config.benchmarks[name].source.parallel:
            yield (
                f"{key}: asks for the translations of passages of {name!r}, in which each language has passages of its "
                f"own; benchmarks with translations: {', '.join(having) or '(none)'}"
            )


def _candidates(config: Config) -> Iterable[str]:
    """Candidates that a benchmark cannot have, where a system of the run scores them."""
    systems = [config.systems[name] for name in config.run.systems]
    scored = list(config.run.benchmarks) if any(not isinstance(entry, DenseSystem) for entry in systems) else []
    scored += [
        config.corpora[entry.corpus].benchmark
        for entry in systems
        if isinstance(entry, TrainedSystem) and entry.training.dev
    ]
    for name in dict.fromkeys(scored):
        benchmark, key = config.benchmarks[name], f"benchmarks.{name}.candidates.from"
        origin, source = benchmark.candidates.origin, benchmark.source
        if origin == "bm25" and not source.parallel:
            yield (
                f"{key}: found 'bm25', which ranks English passages for all pairs, but each language of {name!r} has "
                "passages of its own; allowed: encoder, given, all"
            )
        if origin == "given" and not source.has_candidates:
            allowed = "bm25, encoder, all" if source.parallel else "encoder, all"
            yield f"{key}: found 'given', but its source (format: {source.format}) gives none; allowed: {allowed}"


def _negatives(config: Config) -> Iterable[str]:
    """Negatives that a benchmark cannot have, where a corpus is made of it."""
    for name in dict.fromkeys(corpus.benchmark for corpus in config.corpora.values()):
        benchmark, key = config.benchmarks[name], f"benchmarks.{name}.negatives.from"
        source, origin = benchmark.source, benchmark.negatives.origin
        if origin == "given" and not source.has_instances:
            yield f"{key}: found 'given', but its source (format: {source.format}) gives none; allowed: bm25"
        if origin == "bm25" and source.negatives_are_given:
            yield (
                f"{key}: found 'bm25', but its source (format: {source.format}) gives negatives, and BM25 would leave "
                "them unused, or take passages for negatives that are relevant; allowed: given"
            )
