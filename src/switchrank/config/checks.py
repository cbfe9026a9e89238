"""What no single entry can check: pairs and languages that must be served, values that exclude each other."""

from __future__ import annotations

from collections.abc import Iterable

from switchrank.config.benchmark_checks import unfit_benchmarks
from switchrank.config.derived import Node, lexicon_languages, lexicon_needs, vectors_languages
from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest
from switchrank.config.pair_checks import lists_of_pairs, unfit_dev_pairs, unjudged_pairs, unknown_pairs
from switchrank.config.report_checks import unfit_counterparts, unfit_entries
from switchrank.corpus.settings import SWITCHED, Bilingual, Multilingual, Titles, Translations
from switchrank.encoder.settings import CORPUS_PAIRS, LEXICON_PAIRS, Contrastive, ParallelPairs
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, language
from switchrank.lexicon.settings import AlignedVectors, FileVectors, ImportedLexicon, TitleLexicon
from switchrank.lists import outside, repeats
from switchrank.settings import placeholders


def unknown_languages(config: Config) -> Iterable[str]:
    """Codes that no language has, where an entry says which languages there are."""
    for key, codes in _languages_given(config):
        yield from _unknown_languages(key, codes)


def repeated(config: Config) -> Iterable[str]:
    """What occurs twice in a list of the run, or of the languages of an entry."""
    for key, codes in _languages_given(config):
        yield from repeats(key, codes)
    for name, corpus in config.corpora.items():
        yield from repeats(f"corpora.{name}.sides", getattr(corpus, "sides", []))
    yield from repeats("lexicon_quality.gold", config.lexicon_quality.gold)
    yield from repeats("lexicon_quality.at", config.lexicon_quality.at)
    yield from repeats("run.benchmarks", config.run.benchmarks)
    for key, pairs in lists_of_pairs(config):
        yield from repeats(key, pairs)
    yield from repeats("run.systems", config.run.systems)
    yield from repeats("run.seeds", config.run.seeds)


def _languages_given(config: Config) -> Iterable[tuple[str, list[str]]]:
    """Lists of languages that are not a selection from another list, by key."""
    for name, benchmark in config.benchmarks.items():
        yield f"benchmarks.{name}.languages", benchmark.languages
    for name, vectors in config.vectors.items():
        if isinstance(vectors, FileVectors):
            yield f"vectors.{name}.languages", vectors.languages
    for name, lexicon in config.lexicons.items():
        if isinstance(lexicon, ImportedLexicon):
            yield f"lexicons.{name}.languages", lexicon.languages
        elif isinstance(lexicon, TitleLexicon) and lexicon.files:
            yield f"lexicons.{name}.files.languages", lexicon.files.languages


def _corpora(config: Config) -> Iterable[str]:
    """Languages that a corpus cannot be switched into."""
    for name, corpus in config.corpora.items():
        if isinstance(corpus, SWITCHED) and "en" not in lexicon_languages(config, corpus.lexicon):
            yield f"corpora.{name}.lexicon: found {corpus.lexicon!r}, which has no 'en', the language of training"
        elif isinstance(corpus, Multilingual | Titles):
            key, allowed = f"corpora.{name}.languages", list(lexicon_languages(config, corpus.lexicon))
            wanted = corpus.languages
            if isinstance(corpus, Multilingual):
                if "en" in wanted:
                    yield f"{key}: found 'en'; a token is switched out of English, so name the others only"
                wanted, allowed = ([code for code in codes if code != "en"] for codes in (wanted, allowed))
            yield from outside(key, wanted, allowed)
            yield from repeats(key, corpus.languages)
            if corpus.languages == ["en"]:
                yield f"{key}: found 'en' alone, into which nothing is switched; name another language too"


def impossible(config: Config) -> Iterable[str]:
    """Languages that a benchmark does not have, pairs that a system cannot serve, values that exclude each other."""
    yield from _corpora(config)
    yield from _lexicon_languages(config)
    yield from _one_file_for_all(config)
    yield from _contrastive(config)
    yield from unfit_benchmarks(config)
    yield from _significance(config)
    for key, lexicon in config.lexicons.items():
        if isinstance(lexicon, TitleLexicon) and lexicon.unit == "word" and lexicon.max_tokens != 3:
            yield f"lexicons.{key}.max_tokens: found {lexicon.max_tokens}; it goes with unit: phrase only"
    yield from unfit_entries(config)
    yield from unfit_counterparts(config)
    yield from unfit_dev_pairs(config)
    bad_pairs = list(unknown_pairs(config))
    yield from bad_pairs
    if not bad_pairs:
        yield from unjudged_pairs(config)
        for name in config.run.systems:
            yield from _bad_system(config, name)


def _bad_system(config: Config, name: str) -> Iterable[str]:
    system = config.systems[name]
    if system.pairs is not None:
        yield from outside(f"systems.{name}.pairs", system.pairs, config.run.pairs_on())
    if isinstance(system, DenseSystem):
        return
    trained = config.systems[system.system] if isinstance(system, TranslateTest) else system
    assert isinstance(trained, TrainedSystem)
    corpus = config.corpora[trained.corpus]
    served = set(config.benchmarks[corpus.benchmark].languages)
    if isinstance(corpus, Bilingual):
        served = set(lexicon_languages(config, corpus.lexicon))
    for text in system.pairs or config.run.pairs_on():
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
                f"language per side; name the pairs it can serve in systems.{name}.pairs"
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
    """Pivots and seeds that vectors have."""
    for name, vectors in config.vectors.items():
        if isinstance(vectors, AlignedVectors):
            yield from outside(f"vectors.{name}.pivot", [vectors.pivot], vectors_languages(config, name))
            if vectors.seed.lexicon:
                missing = sorted(
                    set(vectors_languages(config, name)) - set(lexicon_languages(config, vectors.seed.lexicon))
                )
                if missing:
                    yield (
                        f"vectors.{name}.seed.lexicon: found {vectors.seed.lexicon!r}, which has no "
                        f"{', '.join(missing)}; a seed is needed for every language of {vectors.vectors!r}"
                    )


def _one_file_for_all(config: Config) -> Iterable[str]:
    """Paths that would give every language the same file. A WikiTitles file and a langlinks dump may hold several."""
    for name, vectors in config.vectors.items():
        if isinstance(vectors, FileVectors):
            yield from _same_file(f"vectors.{name}.path", vectors.path, vectors.languages, 1)
    for name, lexicon in config.lexicons.items():
        if isinstance(lexicon, ImportedLexicon) and lexicon.path is not None:
            yield from _same_file(f"lexicons.{name}.path", lexicon.path, lexicon.languages, 2)
        elif (
            isinstance(lexicon, TitleLexicon)
            and lexicon.files
            and lexicon.files.format in ("clirmatrix", "tsv", "wikidict")
        ):
            at_once = 1 if lexicon.files.format == "clirmatrix" else 2
            yield from _same_file(f"lexicons.{name}.files.path", lexicon.files.path, lexicon.files.languages, at_once)


def _same_file(key: str, path: str, languages: list[str], at_once: int) -> Iterable[str]:
    """A path without placeholders is one file, which has `at_once` languages."""
    if len(languages) > at_once and not placeholders(path):
        allowed = "{language}" if at_once == 1 else "{source} and {target}"
        yield f"{key}: found {path!r}, one file for {', '.join(languages)}; its place takes {allowed}"


def _contrastive(config: Config) -> Iterable[str]:
    """Languages in which contrastive pairs have no texts, and settings of batches that have no effect."""
    for name, encoder in config.encoders.items():
        if not isinstance(encoder, Contrastive):
            continue
        for path, pairs in encoder.pairs_by_key():
            key = f"encoders.{name}.{path}.languages"
            if isinstance(pairs, CORPUS_PAIRS) or not pairs.languages:
                continue
            allowed = config.benchmarks[pairs.benchmark].languages
            if isinstance(pairs, (*LEXICON_PAIRS, ParallelPairs)):  # which start from English
                allowed = [code for code in allowed if code != "en"]
            if isinstance(pairs, LEXICON_PAIRS):
                translated = lexicon_languages(config, pairs.lexicon)
                allowed = [code for code in allowed if code in translated]
            yield from outside(key, pairs.languages, allowed)
            yield from repeats(key, pairs.languages)
        if encoder.loss_options:
            from switchrank.encoder.loss import mistakes_in_options  # imports torch, which takes seconds

            for mistake in mistakes_in_options(encoder.loss, encoder.loss_options):
                yield f"encoders.{name}.loss_options.{mistake}"
        # a default that is written out, as on the page, is accepted
        given = encoder.batches.model_dump(exclude_defaults=True).keys() & {"monolingual", "languages"}
        if encoder.batches.how == "mixed" and given:
            yield (
                f"encoders.{name}.batches: found {', '.join(sorted(given))} with how: mixed, which takes pairs as they "
                "come; set how: hybrid"
            )


def _significance(config: Config) -> Iterable[str]:
    """Comparisons of nothing, or of a system with itself."""
    settings = config.evaluation.significance
    for baseline, compared in settings.others.items():
        key = f"evaluation.significance.others.{baseline}"
        yield from repeats(key, compared)
        if baseline in compared:
            yield f"{key}: found {baseline!r}, which cannot be compared with itself"
    if settings.over != "queries" and len(config.run.seeds) < 2:
        yield f"evaluation.significance.over: found {settings.over!r}, but run.seeds has one; two or more are needed"


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
