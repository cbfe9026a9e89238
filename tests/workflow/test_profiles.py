from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.toy.workspace import ROOT, Workspace

pytestmark = pytest.mark.workflow
PROFILES = sorted(path.parent.name for path in (ROOT / "profiles").glob("*/config.yaml"))


def test_there_are_three_profiles() -> None:
    assert PROFILES == ["default", "slurm", "workstation"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_dry_run_with_the_profile_plans_the_whole_run(fresh: Workspace, profile: str) -> None:
    extra = ["--cores", "2"] if profile == "default" else []
    planned = fresh.planned("--workflow-profile", f"profiles/{profile}", *extra)
    assert "Train mlcs for xx-xx, seed 1" in planned
    assert "Write the report" in planned


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_repeats_the_triggers(profile: str) -> None:
    settings = yaml.safe_load(Path(ROOT, "profiles", profile, "config.yaml").read_text(encoding="utf-8"))
    assert settings["rerun-triggers"] == ["mtime", "params", "input", "software-env"]
    assert settings["max-checksum-file-size"] == "1 TB"
