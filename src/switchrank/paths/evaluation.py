"""Needs of the jobs of `rules/evaluation/` that make and measure the runs of one system."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import as_dict, pairs_of_system, ranker_pair, systems_of_kind, trained_system
from switchrank.config.models import Config, DenseSystem, TranslateTest
from switchrank.data.reading import Split
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.benchmark import (
    files_of_judgements,
    is_parallel,
    mixed_file,
    pairs_on_split,
    passage_files,
    qrels_file,
    qrels_of_queries,
    query_files,
)
from switchrank.paths.encoder import encoder_folder, model
from switchrank.paths.ranker import ranker_folder

SIDES = ("queries", "passages")
BACKENDS = ["torch", "openvino", "int8"]
"""The backends that are compared."""


def dense_systems(config: Config) -> list[str]:
    """Systems that retrieve by an encoder."""
    return systems_of_kind(config, DenseSystem)


def scored_systems(config: Config, shards: bool) -> list[str]:
    """Systems whose candidates are scored in shards, or those that are scored by one job."""
    scored = [name for name in config.systems if name not in dense_systems(config)]
    return scored if shards == (config.scoring.shards > 1) else []


def untranslated(benchmark: str, split: Split, side: str, language: str) -> str:
    """The texts of one side in one language."""
    folder = f"queries/{split}" if side == "queries" else "passages"
    return f"results/data/{benchmark}/{folder}/{language}.parquet"


def text_to_translate(config: Config, benchmark: str, split: Split, side: str, language: str) -> str:
    """The same for a rule."""
    return untranslated(benchmark, split, side, language)


def shown_texts(config: Config, system: str, benchmark: str, split: Split, side: str) -> dict[str, str]:
    """Files with one side's texts by language, in which a system sees them over all its pairs; under Translate Test
    those with their English translations."""
    entry, files = config.systems[system], {}
    for language in _shown_languages(config, system, benchmark, side):
        plain = untranslated(benchmark, split, side, language)
        translated = isinstance(entry, TranslateTest) and language != "en"
        files[language] = _translated(entry, benchmark, split, side, language) if translated else plain
    return files


def _shown_languages(config: Config, system: str, benchmark: str, side: str) -> list[str]:
    codes = {pair[SIDES.index(side)] for pair in pairs_of_system(config, system, benchmark)}
    if MIXED in codes:
        codes |= set(config.benchmarks[benchmark].languages)
    return sorted(codes - {MIXED})


def _translated(entry: Any, benchmark: str, split: Split, side: str, language: str) -> str:
    return f"results/translated/{entry.lexicon}/{benchmark}/{split}/{side}/{language}.parquet"


def scoring_inputs(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """Candidates, texts and rankers of the judged split."""
    return inputs_of_split(config, system, seed, benchmark, config.benchmarks[benchmark].judge)


def inputs_of_split(config: Config, system: str, seed: str, benchmark: str, split: Split) -> dict[str, Any]:
    """Candidates, texts and rankers of a split."""
    pairs = pairs_of_system(config, system, benchmark)
    trained = trained_system(config, system)
    rankers = sorted({str(ranker_pair(config, system, pair)) for pair in pairs})
    inputs = {
        "candidates": sorted(set(pairs_on_split(config, benchmark, split, pairs)["candidates"].values())),
        **{side: list(shown_texts(config, system, benchmark, split, side).values()) for side in SIDES},
        "rankers": [file for pair in rankers for file in model(ranker_folder(trained, pair, seed))],
    }
    return inputs | mixed_sides(config, system, benchmark, split)


def mixed_sides(config: Config, system: str, benchmark: str, split: Split) -> dict[str, str]:
    """The languages drawn for the sides that a system sees mixed."""
    pairs = pairs_of_system(config, system, benchmark)
    every = {f"mixed_{side}": mixed_file(config, benchmark, split, side, pairs) for side in SIDES}
    return {name: path for name, path in every.items() if path}


def scoring_settings(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """Which candidates and ranker serve which pair, in the order of the pairs, and how to score."""
    return settings_of_split(config, system, seed, benchmark, config.benchmarks[benchmark].judge)


def settings_of_split(config: Config, system: str, seed: str, benchmark: str, split: Split) -> dict[str, Any]:
    """The same on a split."""
    pairs = sorted(pairs_of_system(config, system, benchmark))
    trained = trained_system(config, system)
    return {
        "scoring": as_dict(config.scoring, "shards"),
        "candidates": pairs_on_split(config, benchmark, split, pairs)["candidates"],
        "languages": {side: _shown_languages(config, system, benchmark, side) for side in SIDES},
        "rankers": {str(pair): ranker_folder(trained, ranker_pair(config, system, pair), seed) for pair in pairs},
    }


def shards_of_run(config: Config, system: str, seed: str, benchmark: str) -> list[str]:
    """The parts that are joined, in their order."""
    folder = f"results/run/{system}/seed{seed}/shards/{benchmark}"
    return [f"{folder}/{shard}.parquet" for shard in range(config.scoring.shards)]


def retrieval_inputs(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """The encoder, the queries of the judged split in the languages of the pairs, and every passage of the pool."""
    by_pair = passages_settings(config, system, benchmark)["pairs"]
    qrels = sorted({path for path in by_pair.values() if path})
    split = config.benchmarks[benchmark].judge
    inputs = _encoded_texts(config, system, seed, benchmark) | mixed_sides(config, system, benchmark, split)
    return inputs | ({"qrels": qrels} if qrels else {})


def pool_inputs(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """The same with the judgements on the passages of all languages."""
    qrels = qrels_file(config, benchmark, config.benchmarks[benchmark].judge, MIXED)
    return _encoded_texts(config, system, seed, benchmark) | {"qrels": qrels}


def _encoded_texts(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """The encoder, and the judged split's queries and passages in every language of the benchmark."""
    entry: Any = config.systems[system]
    split, codes = config.benchmarks[benchmark].judge, config.benchmarks[benchmark].languages
    return {
        "encoder": model(encoder_folder(config, entry.encoder, seed)),
        "splits": f"results/data/{benchmark}/splits.parquet",
        **{side: [untranslated(benchmark, split, side, code) for code in codes] for side in SIDES},
    }


def retrieval_settings(config: Config, system: str, benchmark: str) -> dict[str, Any]:
    """How the encoder of a system embeds texts, and which texts."""
    entry: Any = config.systems[system]
    return {
        "retrieval": as_dict(entry.retrieval),
        "languages": config.benchmarks[benchmark].languages,
        "split": config.benchmarks[benchmark].judge,
        "parallel": is_parallel(config, benchmark),
        "without_itself": config.benchmarks[benchmark].source.queries_are_passages,
    }


def passages_settings(config: Config, system: str, benchmark: str) -> dict[str, Any]:
    """The same with the judgements of the pairs, which the pool does not depend on."""
    split = config.benchmarks[benchmark].judge
    pairs = sorted(pairs_of_system(config, system, benchmark))
    qrels = {str(pair): qrels_of_queries(config, benchmark, split, pair.passage).get("qrels") for pair in pairs}
    return retrieval_settings(config, system, benchmark) | {"pairs": qrels}


def compared_inputs(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """The data on which backends are compared: never the test split."""
    by_pair = pairs_on_split(config, benchmark, "dev", pairs_of_system(config, system, benchmark))["judged_by"]
    return inputs_of_split(config, system, seed, benchmark, "dev") | {"qrels": files_of_judgements(by_pair)}


def comparison_settings(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """Scoring and judgements on dev, and the backends."""
    on_dev = pairs_on_split(config, benchmark, "dev", pairs_of_system(config, system, benchmark))
    more = {"backends": BACKENDS, "measures": config.evaluation.measures}
    return settings_of_split(config, system, seed, benchmark, "dev") | on_dev | more


def _ids_of_benchmark(config: Config, benchmark: str) -> dict[str, list[str]]:
    """Files with every query and passage id of the judged split: those of one language if the benchmark is parallel."""
    code = config.benchmarks[benchmark].languages[0] if is_parallel(config, benchmark) else MIXED
    return {
        "queries": query_files(config, benchmark, config.benchmarks[benchmark].judge, code),
        "passages": passage_files(config, benchmark, code),
    }


def _judgements_of_run(config: Config, system: str, benchmark: str) -> dict[str, Any]:
    pairs = sorted(pairs_of_system(config, system, benchmark))
    return pairs_on_split(config, benchmark, config.benchmarks[benchmark].judge, pairs)["judged_by"]


def measuring_inputs(config: Config, system: str, benchmark: str) -> dict[str, list[str]]:
    """Judgements, and the ids that they may name."""
    qrels = files_of_judgements(_judgements_of_run(config, system, benchmark))
    return _ids_of_benchmark(config, benchmark) | {"qrels": qrels}


def measuring_settings(config: Config, system: str, benchmark: str) -> dict[str, Any]:
    """The measures, the judgements of each pair, and the ids that they may name."""
    return {
        "measures": config.evaluation.measures,
        "judged_by": _judgements_of_run(config, system, benchmark),
        "known": _ids_of_benchmark(config, benchmark),
    }


def reference_settings(config: Config, benchmark: str) -> dict[str, Any]:
    """The measures, and the candidates and judgements of each pair of a benchmark."""
    pairs = sorted(map(parse_pair, config.run.pairs_on(benchmark)))
    on_split = pairs_on_split(config, benchmark, config.benchmarks[benchmark].judge, pairs)
    return {"measures": config.evaluation.measures} | on_split


def reference_inputs(config: Config, benchmark: str) -> dict[str, list[str]]:
    """All of these files."""
    found = reference_settings(config, benchmark)
    candidates = sorted(set(found["candidates"].values()))
    return {"candidates": candidates, "qrels": files_of_judgements(found["judged_by"])}


def classified_inputs(config: Config, system: str, seed: str, benchmark: str) -> dict[str, Any]:
    """The encoder, labels, English training queries, and the judged split's queries in every language."""
    entry, data = config.benchmarks[benchmark], f"results/data/{benchmark}"
    dense: Any = config.systems[system]
    inputs = {
        "encoder": model(encoder_folder(config, dense.encoder, seed)),
        "labels": f"{data}/labels.parquet",
        "queries": [untranslated(benchmark, entry.judge, "queries", code) for code in entry.languages],
    }
    if entry.source.queries_are_passages:  # also those that no judgement names
        return inputs | {"train": f"{data}/passages/en.parquet", "splits": f"{data}/splits.parquet"}
    return inputs | {"train": f"{data}/queries/train/en.parquet"}


def classified_settings(config: Config, system: str, benchmark: str) -> dict[str, Any]:
    """How texts are embedded, and how many neighbours decide."""
    settings = retrieval_settings(config, system, benchmark)
    chosen = {name: settings[name] for name in ("retrieval", "languages")}
    return chosen | as_dict(config.evaluation.classes)
