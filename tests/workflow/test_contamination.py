"""Tables wait for the comparison of training and judged texts, training does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.toy.dry_runs import dry_runs
from tests.toy.workspace import ROOT, clone

pytestmark = pytest.mark.workflow
COMPARED = "Look for texts judged in mine among the training texts of training"


def test_a_table_needs_the_comparison_and_a_ranker_does_not(tmp_path: Path, toy_sources: Path) -> None:
    home = clone(tmp_path / "clone", toy_sources).folder
    shutil.copy(ROOT / "config.yaml", home / "config.yaml")
    shutil.copytree(ROOT / "docs" / "your-own-data", home / "docs" / "your-own-data")
    targets = ("results/ranker/mlcs/xx-xx/seed1/model.safetensors", "results/table/main.md")
    given = ["--cores", "2", "--configfile", "docs/your-own-data/config.yaml"]
    ranker, table = dry_runs([(home, [target, *given]) for target in targets])
    assert ranker.code == 0 and "Train mlcs" in ranker.output and COMPARED not in ranker.output, ranker.output[-3000:]
    assert table.code == 0 and table.output.count(COMPARED) == 1, table.output[-3000:]
