"""Empty files in place of those that a configuration names and the user downloads, so that a dry run finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from switchrank.config import read_config
from switchrank.config.named_files import DOWNLOADS, keys_of_files
from tests.toy.workspace import ROOT

DOWNLOADED = ("config/feverous.yaml", "config/paper.yaml")
"""Configurations whose files no rule fetches."""


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Deep merge, as `--configfile` does it: mappings join, everything else is replaced."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def make_named_files(folder: Path, name: str) -> None:
    """Make the missing files of a configuration that is laid over the default.

    Args:
        folder: a clone.
        name: of the configuration, such as `config/paper.yaml`.
    """
    texts = ((ROOT / path).read_text(encoding="utf-8") for path in ("config.yaml", name))
    default, over = (yaml.safe_load(text) for text in texts)
    for file, key in keys_of_files(read_config(merged(default, over))):
        if not file.startswith(DOWNLOADS) and not key.startswith("encoders.") and not (folder / file).exists():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).touch()
