from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.toy.workspace import Workspace, clone, make_sources

# They start a cluster, which needs root: `make slurm-test`.
collect_ignore = ["slurm"]

# A test that is slow once, on a busy machine or while code is compiled, is not wrong.
settings.register_profile("switchrank", deadline=None)
settings.load_profile("switchrank")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the finished run, so that the rest may run beside it."""
    for item in items:
        if "finished_run" in getattr(item, "fixturenames", ()):
            item.add_marker("finished")


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The toy configuration, run once with two cores; tests that edit it must put it back."""
    folder: Path = tmp_path_factory.mktemp("run")
    make_sources(folder / "sources")
    workspace = clone(folder / "clone", folder / "sources")
    finished = workspace.snakemake("--cores", "2")
    assert finished.code == 0, finished.output[-6000:]
    return workspace


@pytest.fixture(scope="session")
def toy_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    make_sources(folder)
    return folder


@pytest.fixture
def fresh(tmp_path: Path, toy_sources: Path) -> Workspace:
    """A clone in which nothing has run."""
    return clone(tmp_path / "clone", toy_sources)
