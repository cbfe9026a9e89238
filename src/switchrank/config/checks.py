"""What no single entry can check: pairs and languages that must be served, values that exclude each other."""

from __future__ import annotations

from collections.abc import Iterable

from switchrank.config.derived import Node, lexicon_languages, lexicon_needs, vectors_languages
from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest
from switchrank.config.report_checks import unfit_counterparts, unfit_entries
from switchrank.corpus.settings import SWITCHED, Bilingual, Multilingual, Titles, Translations
from switchrank.encoder.settings import Contrastive, ParallelPairs, SwitchedPairs, WordPairs
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, language, parse_pair
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
    yield from repeats("run.pairs", config.run.pairs)
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
    yield from _without_titles(config)
    yield from _without_translations(config)
    yield from _significance(config)
    for key, lexicon in config.lexicons.items():
        if isinstance(lexicon, TitleLexicon) and lexicon.unit == "word" and lexicon.max_tokens != 3:
            yield f"lexicons.{key}.max_tokens: found {lexicon.max_tokens}; it goes with unit: phrase only"
    yield from unfit_entries(config)
    yield from unfit_counterparts(config)
    yield from _dev_pairs(config)
    bad_pairs = [mistake for pair in config.run.pairs for mistake in _bad_pair(config, pair)]
    yield from bad_pairs
    yield from _unjudged_pairs(config)
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


def _unjudged_pairs(config: Config) -> Iterable[str]:
    """Pairs of a language with itself, where no query has a relevant passage in its own language."""
    for name in config.run.benchmarks:
        if not config.benchmarks[name].source.judges_monolingual_pairs:
            for text in config.run.pairs:
                query, _, passage = text.partition("-")
                if query == passage != MIXED:
                    yield (
                        f"run.pairs: found {text}, but in benchmark {name!r} only translations are relevant to a query"
                        "; name pairs of two languages"
                    )


def _dev_pairs(config: Config) -> Iterable[str]:
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


def _bad_system(config: Config, name: str) -> Iterable[str]:
    system = config.systems[name]
    if system.pairs is not None:
        yield from outside(f"systems.{name}.pairs", system.pairs, config.run.pairs)
    if isinstance(system, DenseSystem):
        return
    trained = config.systems[system.system] if isinstance(system, TranslateTest) else system
    assert isinstance(trained, TrainedSystem)
    corpus = config.corpora[trained.corpus]
    served = set(config.benchmarks[corpus.benchmark].languages)
    if isinstance(corpus, Bilingual):
        served = set(lexicon_languages(config, corpus.lexicon))
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
        for index, pairs in enumerate(encoder.pairs):
            key = f"encoders.{name}.pairs.{index}.languages"
            if isinstance(pairs, SwitchedPairs) or not pairs.languages:
                continue
            allowed = config.benchmarks[pairs.benchmark].languages
            if isinstance(pairs, WordPairs | ParallelPairs):  # which start from English
                allowed = [code for code in allowed if code != "en"]
            if isinstance(pairs, WordPairs):
                translated = lexicon_languages(config, pairs.lexicon)
                allowed = [code for code in allowed if code in translated]
            yield from outside(key, pairs.languages, allowed)
            yield from repeats(key, pairs.languages)
        # a default that is written out, as on the page, is accepted
        given = encoder.batches.model_dump(exclude_defaults=True).keys() & {"monolingual", "languages"}
        if encoder.batches.how == "mixed" and given:
            yield (
                f"encoders.{name}.batches: found {', '.join(sorted(given))} with how: mixed, which takes pairs as they "
                "come; set how: hybrid"
            )


def _without_titles(config: Config) -> Iterable[str]:
    """Entries that need parallel titles of a benchmark that has none. Vectors, and pairs that name no kind of text, use
    titles as well as queries and passages, and do not need them."""
    asking = [
        (f"lexicons.{name}.benchmark", lexicon.benchmark)
        for name, lexicon in config.lexicons.items()
        if isinstance(lexicon, TitleLexicon) and lexicon.benchmark
    ]
    every = ParallelPairs.model_fields["texts"].default
    asking += [
        (f"encoders.{name}.pairs.{index}.texts", pairs.benchmark)
        for name, encoder in config.encoders.items()
        if isinstance(encoder, Contrastive)
        for index, pairs in enumerate(encoder.pairs)
        if isinstance(pairs, ParallelPairs) and "titles" in pairs.texts and pairs.texts != every
    ]
    having = [name for name, benchmark in config.benchmarks.items() if benchmark.source.has_titles]
    for key, name in asking:
        source = config.benchmarks[name].source
        if not source.has_titles:
            yield (
                f"{key}: asks for the parallel titles of {name!r}, but its source (format: {source.format}) has none; "
                f"benchmarks with titles: {', '.join(having) or '(none)'}"
            )


def _without_translations(config: Config) -> Iterable[str]:
    """Entries that need translated passages of a benchmark whose languages have passages of their own."""
    asking = [
        (f"corpora.{name}.benchmark", corpus.benchmark)
        for name, corpus in config.corpora.items()
        if isinstance(corpus, Translations)
    ]
    every = ParallelPairs.model_fields["texts"].default
    asking += [
        (f"encoders.{name}.pairs.{index}.texts", pairs.benchmark)
        for name, encoder in config.encoders.items()
        if isinstance(encoder, Contrastive)
        for index, pairs in enumerate(encoder.pairs)
        if isinstance(pairs, ParallelPairs) and "passages" in pairs.texts and pairs.texts != every
    ]
    having = [name for name, benchmark in config.benchmarks.items() if benchmark.source.parallel]
    for key, name in asking:
        if not config.benchmarks[name].source.parallel:
            yield (
                f"{key}: asks for the translations of passages of {name!r}, in which each language has passages of its "
                f"own; benchmarks with translations: {', '.join(having) or '(none)'}"
            )


def _significance(config: Config) -> Iterable[str]:
    """Comparisons of nothing, or of a system with itself."""
    settings = config.evaluation.significance
    for baseline, compared in settings.others.items():
        key = f"evaluation.significance.others.{baseline}"
        yield from repeats(key, compared)
        if baseline in compared:
            yield f"{key}: found {baseline!r}, which cannot be compared with itself"
    if settings.over == "seeds" and len(config.run.seeds) < 2:
        yield "evaluation.significance.over: found 'seeds', but run.seeds has one; two or more are needed"


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
