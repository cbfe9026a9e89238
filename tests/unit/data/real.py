"""Real benchmark files, which are beside the project; a test that needs one is skipped where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def real(*names: str) -> Path:
    """A folder or file in the folder that SWITCHRANK_SOURCES names; the test is skipped if there is none."""
    folder = os.environ.get("SWITCHRANK_SOURCES")
    if not folder:
        pytest.skip("SWITCHRANK_SOURCES names no folder of real benchmark files")
    path = Path(folder, *names)
    if not path.exists():
        pytest.skip(f"SWITCHRANK_SOURCES has no {Path(*names)}")
    return path
