"""What follows from the entries: which pairs, corpora and rankers a system needs, which entries a run uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from switchrank.config.models import Config, DenseSystem, TrainedSystem, TranslateTest
from switchrank.config.run_seeds import corpus_of_run
from switchrank.corpus.settings import SWITCHED, Bilingual, Multilingual, Titles, Translations, side_languages
from switchrank.encoder.settings import CORPUS_PAIRS, LEXICON_PAIRS, Contrastive
from switchrank.languages import MIXED, Pair, parse_pair
from switchrank.lexicon.settings import (
    AlignedVectors,
    CombinedLexicon,
    EncoderVectors,
    FileVectors,
    ImportedLexicon,
    VectorLexicon,
)


def pairs_of_system(config: Config, system: str, benchmark: str | None = None) -> list[Pair]:
    """Pairs of the run that a system is judged on, on one benchmark or on any."""
    chosen = config.systems[system].pairs
    return [parse_pair(text) for text in config.run.pairs_on(benchmark) if chosen is None or text in chosen]


def trained_system(config: Config, system: str) -> str:
    """The system whose rankers score for this one: itself, or the one under Translate Test."""
    entry = config.systems[system]
    return entry.system if isinstance(entry, TranslateTest) else system


def systems_of_kind(config: Config, kind: type[BaseModel]) -> list[str]:
    """Names of the systems of one kind, as `TrainedSystem`."""
    return [name for name, entry in config.systems.items() if isinstance(entry, kind)]


def corpus_of_system(config: Config, system: str) -> str | None:
    """The corpus that a system's rankers are trained on; None for one without rankers."""
    entry = config.systems[trained_system(config, system)]
    return entry.corpus if isinstance(entry, TrainedSystem) else None


def corpus_pair(config: Config, corpus: str, pair: Pair) -> Pair:
    """The pair of the corpus that trains the ranker for a judged pair: one per pair for BL-CS and
    translations, one for all pairs otherwise."""
    entry = config.corpora[corpus]
    if isinstance(entry, Bilingual | Translations):
        return pair
    if isinstance(entry, Multilingual | Titles):
        return Pair(MIXED if "query" in entry.sides else "en", MIXED if "passage" in entry.sides else "en")
    return Pair("en", "en")


def ranker_pair(config: Config, system: str, pair: Pair) -> Pair:
    """The pair under which the ranker that serves a judged pair is stored."""
    entry = config.systems[trained_system(config, system)]
    assert isinstance(entry, TrainedSystem)
    return corpus_pair(config, entry.corpus, pair)


def corpus_languages(config: Config, corpus: str, pair: Pair) -> list[str]:
    """Languages that a corpus of this pair switches into, in a fixed order, English left out."""
    wanted = {code for number in (0, 1) for code in side_languages(config.corpora[corpus], pair, number)}
    return sorted(wanted - {"en", MIXED})


def languages_switched_into(config: Config, system: str) -> set[str] | None:
    """Languages that the training data of a system held, of ranker and pre-aligned encoder, English included; None for
    a system that is not trained on text switched into several languages, or has a ranker for each pair."""
    entry = config.systems[system]
    if not isinstance(entry, TrainedSystem) or not isinstance(config.corpora[entry.corpus], Multilingual | Titles):
        return None
    encoder, mixed = config.encoders[entry.encoder], Pair(MIXED, MIXED)
    aligned = languages_of_pairs(config, encoder) if isinstance(encoder, Contrastive) else set()
    shown = [entry.corpus, *corpora_of_training(entry)]
    return {"en", *(code for name in shown for code in corpus_languages(config, name, mixed))} | aligned


def vectors_languages(config: Config, vectors: str) -> list[str]:
    """Languages that a vectors entry has."""
    entry = config.vectors[vectors]
    if isinstance(entry, AlignedVectors):
        return vectors_languages(config, entry.vectors)
    return entry.languages if isinstance(entry, FileVectors) else config.benchmarks[entry.benchmark].languages


def lexicon_languages(config: Config, lexicon: str) -> list[str]:
    """Languages that a lexicon translates between."""
    entry = config.lexicons[lexicon]
    if isinstance(entry, VectorLexicon):
        return vectors_languages(config, entry.vectors)
    if isinstance(entry, CombinedLexicon):
        every = [lexicon_languages(config, name) for name in entry.lexicons]
        return [code for code in every[0] if all(code in others for others in every)]
    if isinstance(entry, ImportedLexicon):
        return entry.languages
    return entry.files.languages if entry.files else config.benchmarks[str(entry.benchmark)].languages


Node = tuple[Literal["lexicons", "vectors"], str]


def lexicon_needs(config: Config, node: Node) -> list[Node]:
    """Lexicons and vectors that one of them is made from."""
    section, name = node
    entry = config.lexicons[name] if section == "lexicons" else config.vectors[name]
    if isinstance(entry, CombinedLexicon):
        return [("lexicons", other) for other in entry.lexicons]
    if isinstance(entry, VectorLexicon):
        return [("vectors", entry.vectors)]
    if isinstance(entry, AlignedVectors):
        seed: list[Node] = [("lexicons", entry.seed.lexicon)] if entry.seed.lexicon else []
        return [("vectors", entry.vectors), *seed]
    return []


def lexicon_parts(config: Config, lexicon: str) -> list[str]:
    """A lexicon and those that it combines, at any depth."""
    entry = config.lexicons[lexicon]
    inner = entry.lexicons if isinstance(entry, CombinedLexicon) else []
    return list(dict.fromkeys([lexicon, *(part for name in inner for part in lexicon_parts(config, name))]))


def quality_benchmark(config: Config) -> str:
    """Benchmark on whose training words the lexicons are judged: the first that a system of the run is trained on."""
    corpora = filter(None, (corpus_of_system(config, system) for system in config.run.systems))
    trained = [config.corpora[corpus].benchmark for corpus in corpora]
    return config.lexicon_quality.benchmark or (trained or config.run.benchmarks)[0]


def as_dict(entry: BaseModel, *without: str) -> dict[str, Any]:
    """An entry as plain values with its defaults filled in, for `params`."""
    return entry.model_dump(mode="json", exclude=set(without))


def used_entries(config: Config) -> dict[str, Any]:
    """The configuration without the entries that nothing in `run` depends on, as plain values."""
    systems = _closure(config.run.systems, lambda name: [trained_system(config, name)])
    trained = [entry for name in systems if isinstance(entry := config.systems[name], TrainedSystem)]
    translated = [entry for name in systems if isinstance(entry := config.systems[name], TranslateTest)]
    encoders, corpora = [entry.encoder for entry in trained], [entry.corpus for entry in trained]
    corpora += [name for entry in trained for name in corpora_of_training(entry)]
    corpora += [corpus_of_run(config, name, seed) for name in corpora for seed in config.run.seeds]
    encoders += [entry.encoder for name in systems if isinstance(entry := config.systems[name], DenseSystem)]
    retrieving = [config.benchmarks[name].candidates.encoder for name in config.run.benchmarks]
    encoders += [name for name in retrieving if name is not None]
    aligned: list[str] = []
    for name in encoders:
        if isinstance(encoder := config.encoders[name], Contrastive):
            encoders = [*encoders, encoder.base]
            corpora = [*corpora, *corpora_of_pairs(encoder)]
            aligned += [pairs.lexicon for pairs in encoder.every_pairs if isinstance(pairs, LEXICON_PAIRS)]
    lexicons = [entry.lexicon for entry in translated] + aligned + config.lexicon_quality.gold
    lexicons += [corpus.lexicon for name in corpora if isinstance(corpus := config.corpora[name], SWITCHED)]
    nodes: list[Node] = _closure([("lexicons", name) for name in lexicons], lambda node: lexicon_needs(config, node))
    lexicons = [name for section, name in nodes if section == "lexicons"]
    vectors = [name for section, name in nodes if section == "vectors"]
    encoders += [found.encoder for name in vectors if isinstance(found := config.vectors[name], EncoderVectors)]
    kept = {"systems": systems, "encoders": encoders, "corpora": corpora, "lexicons": lexicons, "vectors": vectors}
    whole = as_dict(config)
    for section, names in kept.items():
        whole[section] = {name: whole[section][name] for name in whole[section] if name in set(names)}
    return whole


def benchmarks_compared(config: Config) -> list[tuple[str, str]]:
    """Each benchmark that rankers or encoders of the run are trained on, with each other one that the run judges on."""
    used = used_entries(config)
    trained = {config.corpora[name].benchmark for name in used["corpora"]}
    for name in used["encoders"]:
        pairs = encoder.every_pairs if isinstance(encoder := config.encoders[name], Contrastive) else []
        trained |= {kind.benchmark for kind in pairs if not isinstance(kind, CORPUS_PAIRS)}
    return [(one, other) for one in sorted(trained) for other in sorted(config.run.benchmarks) if one != other]


T = TypeVar("T")


def _closure(names: list[T], more: Callable[[T], list[T]]) -> list[T]:
    """What is reached from these names, themselves included, each once."""
    found: dict[T, None] = {}
    waiting = list(reversed(names))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += reversed(more(name))
    return list(found)


def corpora_of_training(system: TrainedSystem) -> list[str]:
    """Corpora that a system's rankers are trained on besides its own: those of the curriculum, and the English texts of
    the joint loss."""
    joint = system.training.joint
    return [*system.training.curriculum, *([joint.english] if joint else [])]


def corpora_of_pairs(encoder: Contrastive) -> list[str]:
    """Corpora whose texts an encoder is trained on."""
    return [pairs.corpus for pairs in encoder.every_pairs if isinstance(pairs, CORPUS_PAIRS)]


def languages_of_pairs(config: Config, encoder: Contrastive) -> set[str]:
    """Languages of the texts that an encoder is aligned with."""
    found: set[str] = set()
    for pairs in encoder.every_pairs:
        if isinstance(pairs, CORPUS_PAIRS):
            found |= set(corpus_languages(config, pairs.corpus, Pair(MIXED, MIXED)))
        else:
            found |= set(pairs.languages or config.benchmarks[pairs.benchmark].languages)
    return found


EncoderKind = Literal["plain", "contrastive"]


def encoders_of_kind(config: Config, kind: EncoderKind) -> list[str]:
    """Names of the encoders that are read in (plain) or trained (contrastive)."""
    return [n for n, e in config.encoders.items() if isinstance(e, Contrastive) == (kind == "contrastive")]
