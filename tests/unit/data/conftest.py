"""Wheels for the tests of the data stage: the toy one, and tiny ones written on the spot."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter, Shares
from switchrank.data.splits import split_documents
from switchrank.data.texts import list_documents
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


@pytest.fixture(scope="session")
def toy_splits(toy: Wheel) -> pl.DataFrame:
    """The toy wheel's documents, divided .6 / .1 / .3."""
    return split_documents(list_documents(toy, TRAIN, JUDGED), Shares(train=0.6, dev=0.1, test=0.3, seed=1))


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
