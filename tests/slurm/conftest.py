"""A SLURM cluster of two nodes for the session, and a small run on it that the tests copy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm import cluster
from tests.toy.workspace import Workspace, clone

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def slurm() -> Iterator[None]:
    """Started before the first test and stopped after the last; where it cannot start, one line says why."""
    started = subprocess.run([HERE / "up.sh"], capture_output=True, text=True, check=False)
    if started.returncode:
        subprocess.run([HERE / "down.sh"], check=False)
        pytest.exit(started.stderr.strip().splitlines()[-1], returncode=1)
    yield
    subprocess.run([HERE / "down.sh"], check=True)


@pytest.fixture
def small(tmp_path: Path, toy_sources: Path) -> Workspace:
    """A clone in which nothing has run."""
    return small_clone(tmp_path / "clone", toy_sources)


def small_clone(folder: Path, sources: Path) -> Workspace:
    workspace = clone(folder, sources)
    for key, value in cluster.SMALL.items():
        workspace.configure(key, value)
    return workspace


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory, toy_sources: Path) -> Workspace:
    """The run without a cluster."""
    workspace = small_clone(tmp_path_factory.mktemp("local") / "clone", toy_sources)
    finished = workspace.snakemake()
    assert finished.code == 0, finished.output[-6000:]
    return workspace


@pytest.fixture(scope="session")
def submitted(tmp_path_factory: pytest.TempPathFactory, toy_sources: Path) -> Workspace:
    """The same run, each job through the queue; the corpus in two shards."""
    workspace = small_clone(tmp_path_factory.mktemp("slurm") / "clone", toy_sources)
    workspace.configure("corpora.mlcs.shards", 2)
    finished = cluster.submit(workspace)
    assert finished.code == 0, finished.output[-6000:]
    return workspace
