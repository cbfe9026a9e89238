"""Wheels for the tests of the data stage: the toy one, and tiny ones written on the spot."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.readers.homeassistant import Reader, Source
from switchrank.data.readers.homeassistant.settings import Filter
from switchrank.data.readers.homeassistant.wheel import Wheel
from switchrank.data.reading import joined
from switchrank.data.settings import Shares
from switchrank.data.splits import split_documents
from tests.toy.homeassistant import build_wheel

TRAIN = Filter(min_query_words=1, min_passage_words=4, max_query_repeats=3)
JUDGED = Filter(min_query_words=2, min_passage_words=6, max_query_repeats=1)

WriteWheel = Callable[[dict[str, Any]], Wheel]


@pytest.fixture(scope="session")
def toy_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy wheel on disk."""
    path = tmp_path_factory.mktemp("toy") / "homeassistant"
    build_wheel(path)
    return path


@pytest.fixture(scope="session")
def toy(toy_path: Path) -> Wheel:
    """The toy wheel, open."""
    return Wheel(toy_path)


@pytest.fixture(scope="session")
def filters() -> tuple[Filter, Filter]:
    """The filters of the embedded default: train, judged."""
    return TRAIN, JUDGED


def reader_of(path: Path, train: Filter = TRAIN, judged: Filter = JUDGED) -> Reader:
    """The reader of a wheel that lies anywhere."""

    class Here(Source):
        def files(self, part: str, language: str) -> list[str]:
            return [str(path)]

    return Reader(Here(format="homeassistant", download="wheel", train=train, judged=judged))


def documents_of(reader: Reader) -> pl.DataFrame:
    """A reader's documents, without any split."""
    return joined(reader.documents(["en"]), "doc_id", "group", "split")


@pytest.fixture(scope="session")
def toy_reader(toy_path: Path) -> Reader:
    """The reader of the toy wheel."""
    return reader_of(toy_path)


@pytest.fixture(scope="session")
def toy_splits(toy_reader: Reader) -> pl.DataFrame:
    """The toy wheel's documents, divided .6 / .1 / .3."""
    return split_documents(documents_of(toy_reader), Shares(train=0.6, dev=0.1, test=0.3, seed=1))


def write_into(path: Path, trees: dict[str, Any]) -> Wheel:
    """Write a wheel from `component/language` → tree (or raw text) and open it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, tree in trees.items():
            component, file = name.split("/")
            text = tree if isinstance(tree, str | bytes) else json.dumps(tree, ensure_ascii=False)
            archive.writestr(f"homeassistant/components/{component}/translations/{file}.json", text)
    return Wheel(path)


@pytest.fixture
def write_wheel(tmp_path: Path) -> WriteWheel:
    """`write_into`, with a path of the test's own."""
    return lambda trees: write_into(tmp_path / "wheel", trees)
