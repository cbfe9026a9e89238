"""envs/*.yaml pin what pyproject.toml pins."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from tests.toy.workspace import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(
    requirement.split("==") for requirement in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["runtime"])
)


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda path: path.stem)
def test_conda_environments_agree_with_pyproject(path: object) -> None:
    environment = yaml.safe_load(Path(str(path)).read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert "python=3.11" in environment["dependencies"]
    pinned = dict(line.split("==") for line in environment["dependencies"][-1]["pip"])
    gpu = pinned.pop("faiss-gpu-cu12", None)
    assert gpu in (None, PINS["faiss-cpu"])
    assert not (gpu and "faiss-cpu" in pinned), "faiss-gpu and faiss-cpu clash"
    assert pinned.items() <= PINS.items()


def test_the_lightest_environment_has_no_torch() -> None:
    core = yaml.safe_load((ROOT / "envs" / "core.yaml").read_text(encoding="utf-8"))["dependencies"][-1]["pip"]
    assert not any(line.startswith(("torch", "transformers")) for line in core)


def test_constraints_pin_torch_as_pyproject_does() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert f"torch=={PINS['torch']}" in lines
