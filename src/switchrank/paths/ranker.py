"""Paths and needs of the jobs of `rules/ranker.smk`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchrank.config.derived import (
    as_dict,
    corpus_languages,
    corpus_pair,
    pairs_of_system,
    ranker_pair,
    systems_of_kind,
    used_entries,
)
from switchrank.config.models import Config, TrainedSystem
from switchrank.config.run_seeds import corpus_of_run
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.benchmark import (
    files_of_judgements,
    has_qrels,
    mixed_file,
    pairs_on_split,
    passage_files,
    query_files,
)
from switchrank.paths.encoder import encoder_folder, model


def ranker_folder(system: str, pair: object, seed: object) -> str:
    """The folder of a ranker, which serves the pairs that its corpus is made for."""
    return f"results/ranker/{system}/{pair}/seed{seed}"


def model_of_ranker(config: Config, system: str, pair: str, seed: str) -> list[str]:
    """The files of a ranker."""
    return model(ranker_folder(system, pair, seed))


def model_of_system(config: Config, system: str, seed: str) -> list[str]:
    """The encoder that a system's rankers start from."""
    return model(encoder_folder(config, _entry(config, system).encoder, seed))


def trained_systems(config: Config) -> list[str]:
    """Systems that train rankers."""
    return systems_of_kind(config, TrainedSystem)


def exported_rankers(config: Config) -> list[str]:
    """The model card of every ranker that the run trains."""
    rankers = {
        (system, str(ranker_pair(config, system, pair)), seed)
        for system in config.run.systems
        if system in trained_systems(config)
        for pair in pairs_of_system(config, system)
        for seed in config.run.seeds
    }
    return [f"results/export/{system}/{pair}/seed{seed}/README.md" for system, pair, seed in sorted(rankers)]


def _entry(config: Config, system: str) -> Any:
    return config.systems[system]


def training_settings(config: Config, system: str) -> dict[str, Any]:
    """How the rankers of a system are trained."""
    return as_dict(_entry(config, system).training)


def dev_inputs(config: Config, system: str) -> dict[str, Any]:
    """The inputs of dev evaluation: always the split dev, whatever the benchmark judges."""
    entry, settings = _entry(config, system), dev_settings(config, system)
    if not settings:
        return {}
    benchmark = config.corpora[entry.corpus].benchmark
    pairs = [parse_pair(pair) for pair in entry.training.dev.pairs]
    inputs: dict[str, Any] = {
        "candidates": sorted(set(settings["candidates"].values())),
        "qrels": files_of_judgements(settings["judged_by"]),
        "queries": sorted({path for pair in pairs for path in query_files(config, benchmark, "dev", pair.query)}),
        "passages": sorted({path for pair in pairs for path in passage_files(config, benchmark, pair.passage)}),
    }
    for side in ("queries", "passages"):
        if mixed := mixed_file(config, benchmark, "dev", side, pairs):
            inputs[f"mixed_{side}"] = mixed
    return inputs


def dev_settings(config: Config, system: str) -> dict[str, dict[str, Any]]:
    """Candidates and judgements of each pair of the dev evaluation; nothing without one."""
    entry = _entry(config, system)
    if entry.training.dev is None:
        return {}
    benchmark = config.corpora[entry.corpus].benchmark
    return pairs_on_split(config, benchmark, "dev", map(parse_pair, entry.training.dev.pairs))


def training_tokens(config: Config, system: str, pair: str, seed: str) -> str:
    """The token ids that a ranker is trained on, shared by all systems and seeds of a corpus and a tokenizer."""
    return _tokens_of_corpus(config, _entry(config, system).corpus, system, pair, seed)


def other_tokens(config: Config, system: str, pair: str, seed: str) -> dict[str, list[str]]:
    """The token ids of the English texts of a joint loss, and of the corpora of a curriculum."""
    training = _entry(config, system).training
    others = {"curriculum": training.curriculum, "english": [training.joint.english] if training.joint else []}
    return {
        what: [_tokens_of_corpus(config, corpus, system, pair, seed) for corpus in corpora]
        for what, corpora in others.items()
        if corpora
    }


def _tokens_of_corpus(config: Config, corpus: str, system: str, pair: str, seed: str) -> str:
    """The token ids of a corpus for a ranker's pair, encoder and seed. Pre-alignment does not change a tokenizer."""
    made = corpus_of_run(config, corpus, int(seed))
    encoder = _entry(config, system).encoder
    plain = getattr(config.encoders[encoder], "base", encoder)
    return f"results/ranker/tokens/{plain}/{made}/{corpus_pair(config, made, parse_pair(pair))}.parquet"


def tokenizer_files(config: Config, tokenizer: str) -> list[str]:
    """The tokenizer of an encoder."""
    folder = encoder_folder(config, tokenizer)
    return [f"{folder}/tokenizer.json", f"{folder}/tokenizer_config.json"]


def module_of_ranker_loss(config: Config, system: str) -> str:
    """The module of the loss that a system's rankers are trained with."""
    return f"switchrank.ranker.losses.{_entry(config, system).training.loss}"


def means_of_run(config: Config) -> dict[str, str]:
    """The means of the run, unless it measures nothing."""
    measured = any(has_qrels(config, name, config.benchmarks[name].judge) for name in config.run.benchmarks)
    return {"summary": "results/summary.parquet"} if measured else {}


def card_settings(config: Config, sources: Mapping[str, Any], system: str, pair: str, seed: str) -> dict[str, Any]:
    """The parts of the model card on how a ranker was made.

    Args:
        config: whose ranker it is.
        sources: rows of the table of sources by name.
        system: its system.
        pair: the pair of its corpus.
        seed: its seed.
    """
    shown, entries = parse_pair(pair), _entries_of_ranker(config, system)
    named = set(_strings(entries))
    languages = {"en", *corpus_languages(config, _entry(config, system).corpus, shown), *shown} - {MIXED}
    judged = [pair for pair in pairs_of_system(config, system) if ranker_pair(config, system, pair) == shown]
    return {
        "system": system,
        "pair": pair,
        "seed": int(seed),
        "seeds": config.run.seeds,
        "judged": [str(pair) for pair in judged],
        "languages": sorted(languages),
        "entries": entries,
        "sources": {name: row for name, row in sources.items() if name in named},
    }


def _entries_of_ranker(config: Config, system: str) -> dict[str, Any]:
    """The configuration that a system's rankers depend on, without what only other systems need."""
    run = config.run.model_copy(update={"systems": [system]})
    quality = config.lexicon_quality.model_copy(update={"gold": []})
    entries = used_entries(config.model_copy(update={"run": run, "lexicon_quality": quality}))
    kept = {section: entries[section] for section in ("systems", "encoders", "corpora", "lexicons", "vectors")}
    named = set(_strings(kept))
    return {"benchmarks": {name: value for name, value in entries["benchmarks"].items() if name in named}} | kept


def _strings(node: Any) -> list[str]:
    """Every text in nested values."""
    if isinstance(node, str):
        return [node]
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in inner for text in _strings(child)]
