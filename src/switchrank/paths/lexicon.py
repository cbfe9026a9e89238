"""Paths and needs of the jobs of `rules/lexicon.smk`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from switchrank.config.derived import lexicon_languages, lexicon_parts, quality_benchmark
from switchrank.config.models import Config
from switchrank.paths.benchmark import qrels_file


def lexicon_file(lexicon: str, source_language: str, target_language: str) -> str:
    """Translations of one direction."""
    return f"results/lexicon/{lexicon}/{source_language}-{target_language}.parquet"


def vectors_file(vectors: str, language: str) -> str:
    """Word vectors of one language."""
    return f"results/vectors/{vectors}/{language}.parquet"


def given_vectors(config: Config, vectors: str, language: str) -> str:
    """The user's file of a language."""
    entry: Any = config.vectors[vectors]
    return str(entry.path.format(language=language))


def texts_of_language(config: Config, vectors: str, language: str) -> dict[str, Any]:
    """Train texts of one language whose words get a vector."""
    every = _train_texts(config, vectors, [language])
    return {"splits": every.pop("splits"), "texts": [path for paths in every.values() for path in paths]}


def texts_of_languages(config: Config, vectors: str) -> dict[str, Any]:
    """Train texts of every language, which share their ids, and, if whole groups are merged, the groups of queries."""
    entry: Any = config.vectors[vectors]
    languages = languages_of_vectors(config, vectors)
    judged = languages if entry.merge == "group" else []
    qrels = dict.fromkeys(qrels_file(config, entry.benchmark, "train", language) for language in judged)
    return {"qrels": list(qrels)} | _train_texts(config, vectors, languages)


def languages_of_vectors(config: Config, vectors: str) -> list[str]:
    """Languages whose vectors are trained together."""
    entry: Any = config.vectors[vectors]
    return config.benchmarks[entry.benchmark].languages


def _train_texts(config: Config, vectors: str, languages: list[str]) -> dict[str, Any]:
    entry: Any = config.vectors[vectors]
    data = f"results/data/{entry.benchmark}"
    folders = {"titles": "titles", "queries": "queries/train", "passages": "passages"}
    return {"splits": f"{data}/splits.parquet"} | {
        kind: [f"{data}/{folder}/{code}.parquet" for code in languages] for kind, folder in folders.items()
    }


def vectors_to_align(config: Config, vectors: str, language: str) -> dict[str, str]:
    """A language's vectors, those of the pivot, and the seed lexicon out of the pivot's language."""
    entry: Any = config.vectors[vectors]
    inputs = {
        "vectors": vectors_file(entry.vectors, language),
        "pivot": vectors_file(entry.vectors, entry.pivot),
    }
    if entry.seed.lexicon and language != entry.pivot:
        inputs["seed"] = lexicon_file(entry.seed.lexicon, entry.pivot, language)
    return inputs


def vectors_of_lexicon(config: Config, lexicon: str, source_language: str, target_language: str) -> dict[str, str]:
    """Vectors of both languages, and the English words of the corpus if only they are translated."""
    entry: Any = config.lexicons[lexicon]
    inputs = {
        "source": vectors_file(entry.vectors, source_language),
        "target": vectors_file(entry.vectors, target_language),
    }
    if entry.corpus_words and source_language == "en":
        inputs["vocabulary"] = vocabulary_of(entry.corpus_words)
    return inputs


def vocabulary_of(benchmark: str) -> str:
    """The words of the training texts of a benchmark."""
    return f"results/corpus/tokens/{benchmark}/vocabulary.parquet"


def titles_of_lexicon(config: Config, lexicon: str, source_language: str, target_language: str) -> dict[str, Any]:
    """Titles of a benchmark, or the files of the pair."""
    entry: Any = config.lexicons[lexicon]
    if entry.files is not None:
        return {"files": entry.files.files(source_language, target_language)}
    data = f"results/data/{entry.benchmark}/titles"
    return {"source": f"{data}/{source_language}.parquet", "target": f"{data}/{target_language}.parquet"}


def dictionary_of_lexicon(config: Config, lexicon: str, source_language: str, target_language: str) -> str | list[str]:
    """The file of the pair; names of the CLDR come with a package."""
    entry: Any = config.lexicons[lexicon]
    return [] if entry.path is None else entry.file(source_language, target_language)


def combined_lexicons(config: Config, lexicon: str, source_language: str, target_language: str) -> list[str]:
    """The lexicons that one is made from."""
    entry: Any = config.lexicons[lexicon]
    return [lexicon_file(name, source_language, target_language) for name in entry.lexicons]


def out_of_english(config: Config, lexicon: str) -> list[str]:
    """English into every other language of a lexicon."""
    return [lexicon_file(lexicon, "en", code) for code in lexicon_languages(config, lexicon) if code != "en"]


def _in_its_languages(config: Config, lexicon: str, names: list[str]) -> list[str]:
    """These lexicons out of English, without the lexicon itself, into the languages that it has too."""
    languages = lexicon_languages(config, lexicon)
    paths = [path for name in names if name != lexicon for path in out_of_english(config, name)]
    return [path for path in paths if Path(path).stem.removeprefix("en-") in languages]


def quality_vocabulary(config: Config) -> str:
    """The words by which all lexicons are judged."""
    return vocabulary_of(quality_benchmark(config))


def gold_lexicons(config: Config, lexicon: str) -> list[str]:
    """The lexicons by which this one is judged."""
    return _in_its_languages(config, lexicon, config.lexicon_quality.gold)


def compared_lexicons(config: Config, lexicon: str) -> list[str]:
    """The lexicons in a table with it, if it is judged by P@k."""
    tables = [getattr(table, "lexicons", []) for table in config.tables.values() if table.kind == "lexicons"]
    beside = {name for names in tables if lexicon in names for name in names}
    return _in_its_languages(config, lexicon, sorted(beside)) if config.lexicon_quality.gold else []


def target_vectors(config: Config, lexicon: str) -> list[str]:
    """Vectors whose words a lexicon, or one that it combines, could give as translations."""
    if not config.lexicon_quality.gold:
        return []
    parts: list[Any] = [config.lexicons[name] for name in lexicon_parts(config, lexicon)]
    spaces = dict.fromkeys(part.vectors for part in parts if part.method == "vectors")
    languages = [code for code in lexicon_languages(config, lexicon) if code != "en"]
    return [vectors_file(space, code) for space in spaces for code in languages]


def gpus_of_search(config: Config, lexicon: str) -> int:
    """One if the entry uses faiss-gpu."""
    return 1 if getattr(config.lexicons[lexicon], "device", "cpu") == "gpu" else 0
