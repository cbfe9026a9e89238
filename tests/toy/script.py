"""Run a workflow script without Snakemake: the names that it reads, as it would find them."""

from __future__ import annotations

import runpy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.toy.workspace import ROOT


class Named(list):
    """Snakemake's named list: an item has a place, and perhaps a name."""

    def __init__(self, **items: Any) -> None:
        super().__init__(flat for item in items.values() for flat in (item if isinstance(item, list) else [item]))
        self.__dict__.update(items)

    def __getitem__(self, key: Any) -> Any:
        return self.__dict__[key] if isinstance(key, str) else super().__getitem__(key)

    def items(self) -> Iterable[tuple[str, Any]]:
        return self.__dict__.items()

    def get(self, name: str, default: Any = None) -> Any:
        return self.__dict__.get(name, default)


class Job:
    """What a script knows as `snakemake`."""

    def __init__(self, log: Path, **parts: Named) -> None:
        self.log, self.threads = [str(log)], 1
        self.__dict__.update(parts)


def run_script(rule: str, job: Job) -> None:
    """Execute workflow/scripts/{rule}.py."""
    runpy.run_path(str(ROOT / "workflow/scripts" / f"{rule}.py"), init_globals={"snakemake": job})
