"""Profiles name rules that exist, and give a GPU to every rule that computes on one where there is one."""

from __future__ import annotations

import ast
import re
from logging import getLogger
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from snakemake_executor_plugin_slurm.partitions import get_best_partition, read_partition_file

from switchrank.provenance import reached_modules
from tests.toy.workspace import ROOT

SOURCE, SCRIPTS = ROOT / "src", ROOT / "workflow" / "scripts"
RULES = "\n\n\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").rglob("*.smk")))
PICK = {"switchrank.training.distributed", "switchrank.training.precision"}
"""The modules that pick a device."""
ON_CPU = {
    "import_encoder": "reads and saves weights",
    "export_ranker": "traces the graph on the CPU",
}
"""Rules that reach torch and never put work on a device."""


def profile(name: str) -> dict[str, Any]:
    settings = yaml.safe_load((ROOT / "profiles" / name / "config.yaml").read_text(encoding="utf-8"))
    assert isinstance(settings, dict)
    return settings


def files_of(script: Path) -> list[Path]:
    """The script and the files of all first-party modules that it reaches, but for those that pick a device."""
    found = [SOURCE.joinpath(*name.split(".")) for name in reached_modules(script, SOURCE) - PICK]
    return [script, *(path.with_suffix(".py") if not path.is_dir() else path / "__init__.py" for path in found)]


def imports_torch(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        if any(name.split(".")[0] == "torch" for name in names):
            return True
    return False


def picks_a_device(path: Path) -> bool:
    """Whether it calls `prepare`, which returns the device, or `distributed.device`."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    return any(
        (isinstance(call, ast.Name) and call.id == "prepare")
        or (isinstance(call, ast.Attribute) and call.attr == "device" and ast.unparse(call.value) == "distributed")
        for call in calls
    )


def rules_where(holds: Any) -> set[str]:
    return {script.stem for script in SCRIPTS.glob("*.py") if any(map(holds, files_of(script)))}


ON_DEVICE = rules_where(picks_a_device)


def declared(rule: str) -> str:
    """The text of a rule."""
    return RULES.split(f"rule {rule}:\n")[1].split("\n\n\n")[0]


def test_rules_that_reach_torch_compute_on_a_device_or_are_known_not_to() -> None:
    assert {"train_ranker", "prealign_encoder", "score_candidates", "retrieve_passages", "embed_words"} <= ON_DEVICE
    assert rules_where(imports_torch) - ON_DEVICE == set(ON_CPU)
    assert rules_where(lambda path: b"cuda" in path.read_bytes()) <= ON_DEVICE | set(ON_CPU)


@pytest.mark.parametrize("rule", sorted(ON_DEVICE))
def test_a_rule_on_a_device_declares_none_and_gets_one_from_the_profiles(rule: str) -> None:
    assert re.search(r"^    resources:\n(?:        .*\n)*?        gpu=0,$", declared(rule), re.MULTILINE)
    assert profile("workstation")["set-resources"][rule] == {"gpu": 1}
    assert profile("slurm")["set-resources"][rule] == {"gpu": 1}
    assert "set-resources" not in profile("default")


@pytest.mark.parametrize("name", ["default", "slurm", "workstation"])
def test_every_rule_named_in_a_profile_exists(name: str) -> None:
    settings = profile(name)
    named = {*settings.get("set-resources", {}), *settings.get("set-threads", {})}
    assert named <= set(re.findall(r"^rule (\w+):", RULES, re.MULTILINE))


def test_a_workstation_has_one_gpu_to_share() -> None:
    assert profile("workstation")["resources"] == ["gpu=1"]


def test_what_a_job_may_use_grows_with_the_attempt() -> None:
    """Of every rule that states it, and of all others by the profile that retries."""
    stated = re.findall(r"^        (mem_mb|runtime)=(.+),$", RULES, re.MULTILINE)
    assert len(stated) > 10
    assert all(re.fullmatch(r"growing\(\d+\)", value) for _, value in stated)
    defaults = dict(item.split("=", 1) for item in profile("slurm")["default-resources"])
    assert all(defaults[name].endswith(" * attempt") for name in ("mem_mb", "runtime"))


def test_retries_stand_in_the_profile() -> None:
    """Those of a rule are also made by the Snakemake inside each job: ten attempts instead of three."""
    assert profile("slurm")["retries"] == 2
    assert not re.search(r"^    retries:", RULES, re.MULTILINE)


@pytest.mark.parametrize(
    ("asked", "partition"),
    [
        ({"mem_mb": 4000, "runtime": 60, "tasks": 0}, "cpu"),
        ({"mem_mb": 96000, "runtime": 180, "tasks": 0, "gpu": 0}, "cpu"),
        ({"mem_mb": 18000, "runtime": 2160, "tasks": 0, "gpu": 1}, "gpu"),
        ({"mem_mb": 6000, "runtime": 720, "tasks": 0, "gpu": 2}, "gpu"),
        ({"mem_mb": 6000, "runtime": 720, "tasks": 0, "gpu": 0, "gres": "gpu:1"}, "gpu"),
    ],
)
def test_a_job_goes_to_the_partition_that_has_what_it_asks_for(asked: dict[str, Any], partition: str) -> None:
    """As the plugin chooses, with the template: third attempts fit too, and a job names no partition."""
    template = ROOT / "profiles" / "slurm" / profile("slurm")["slurm-partition-config"]
    job = SimpleNamespace(name="job", threads=1, resources=asked)
    assert get_best_partition(read_partition_file(template), job, getLogger("test")) == partition
    assert "slurm_partition" not in (ROOT / "profiles/slurm/config.yaml").read_text(encoding="utf-8")
