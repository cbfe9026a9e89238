"""What a run depends on: pinned packages and pinned downloads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PIN = re.compile(r"([A-Za-z0-9_.-]+)==(\S+)")
_DOWNLOAD = ("source", "locator", "sha256", "licence")


@dataclass(frozen=True)
class Origins:
    """What is needed to make the same page again.

    Attributes:
        version: of the project.
        python: versions of Python that it supports.
        pins: name and version of each package, as pinned.
        downloads: name, locator, SHA-256 and licence of each download that the run uses.
    """

    version: str
    python: str
    pins: list[tuple[str, str]]
    downloads: list[dict[str, str]]


def describe_origins(
    project: str, constraints: str, settings: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]
) -> Origins:
    """Collect pins and downloads.

    Args:
        project: text of pyproject.toml.
        constraints: text of constraints.txt; its pins are added to those of the project.
        settings: the configuration as plain values, used entries only.
        sources: rows of the table of downloads by name.
    """
    described = tomllib.loads(project)["project"]
    lines = [*described["dependencies"], *constraints.splitlines()]
    pins = {match[1]: match[2] for line in lines if (match := _PIN.fullmatch(line.strip()))}
    asked = [re.compile(pattern) for pattern in sorted(set(_named_sources(settings)))]
    used = sorted(name for name in sources if any(pattern.fullmatch(name) for pattern in asked))
    rows = [{column: sources[name][column] for column in _DOWNLOAD} for name in used]
    return Origins(described["version"], described["requires-python"], sorted(pins.items()), rows)


def _named_sources(node: Any) -> Iterator[str]:
    """Patterns of the downloads that are named at any depth, under a key `source` or as resources/NAME, in which
    languages may be in braces."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "source" and isinstance(value, str):
                yield re.escape(value)
            yield from _named_sources(value)
    elif isinstance(node, str) and node.startswith("resources/"):
        yield re.sub(r"\\\{\w+\\\}", "[a-z]{2}", re.escape(node.removeprefix("resources/")))
    elif isinstance(node, list):
        for value in node:
            yield from _named_sources(value)
