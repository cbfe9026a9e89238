"""Every command that the documentation and the comments of the configuration name is one that works.

What counts as a command: in Markdown a line of an indented or fenced block, or a code span; in YAML files and the
Makefile what follows `#` and two blanks or more, or stands in backticks; each if it starts with `snakemake` or `make`,
perhaps in `.venv/bin/`. What follows `#` within a command is a remark, and "(also x, y)" after it stands for other
targets. `<name>`, words in capitals and `…` are for the reader to fill in, and `FILLED` fills them in here.

Snakemake's own parser tells what it takes for files and targets; commands of one configuration are planned in one dry
run. Those that only choose a configuration, a profile or resources are planned in test_profiles.py already.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

from tests.toy.named_files import DOWNLOADED, make_named_files
from tests.toy.workspace import ROOT, Workspace, clone

pytestmark = pytest.mark.workflow

MARKDOWN = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(
        path for folder in ("docs", "profiles", "results", "logs", "resources") for path in (ROOT / folder).glob("*.md")
    ),
]
COMMENTED = [ROOT / "config.yaml", ROOT / "Makefile", *sorted((ROOT / "config").glob("*.yaml"))]
COMMENTED.append(ROOT / "docs" / "your-own-data" / "config.yaml")
COMMENTED += sorted((ROOT / "profiles").glob("*/config.yaml"))

FILLED = {
    "results/lexicon/NAME": "results/lexicon/titles",
    "results/figure/NAME": "results/figure/gains",
    "<benchmark>": "homeassistant",
    "<pair>": "en-de",
    "<split>": "test",
    "CLONE/": "",
    "…": "--cores all",
}
PLANS_NOTHING = ("unlock", "lint", "report")
"""Options after which Snakemake does something else than to plan jobs."""
_COMMAND = re.compile(r"(?:\.venv/bin/)?(?:snakemake|make)(?: .*)?")
_UNFILLED = re.compile(r"<\w+>|\b[A-Z]{3,}\b|…")


def commands(path: Path) -> Iterator[tuple[str, str]]:
    """Each command of a file with its place, `docs/x.md:12`, as it is written there, without remarks."""
    fenced, written = False, path.suffix == ".md"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fenced ^= written and line.lstrip().startswith("```")
        spans = re.findall(r"`([^`]+)`", line)
        block = re.match(r" {4,}(.*)" if written else r"# {2,}(.*)", line)
        if block or fenced:
            spans.append(block[1] if block else line)
        if path.name in ("decisions.md", "CHANGELOG.md") and block:
            spans.pop()  # lists, whose lines are indented
        for span in spans:
            for name in re.findall(r"\w+", "".join(re.findall(r"\(also ([^)]+)\)", line))):
                if span.startswith("snakemake "):
                    yield f"{path.relative_to(ROOT)}:{number}", f"snakemake {name}"
            for part in re.sub(r"\s+#\s.*", "", span).split("&&"):
                if _COMMAND.fullmatch(part.strip()):
                    yield f"{path.relative_to(ROOT)}:{number}", part.strip()


EVERY = [found for path in (*MARKDOWN, *COMMENTED) for found in commands(path)]


def as_words(command: str) -> list[str]:
    """A command filled in and taken apart as bash does it."""
    for placeholder, value in FILLED.items():
        command = command.replace(placeholder, value)
    words = subprocess.run(["bash", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True)
    return words.stdout.splitlines()


def parsed(command: str) -> Namespace:
    """What Snakemake takes the arguments of a command for."""
    return get_argument_parser().parse_args(as_words(command)[1:])


SNAKEMAKE = [found for found in EVERY if found[1].split()[0].endswith("snakemake")]
MAKE = [found for found in EVERY if found not in SNAKEMAKE]


def test_commands_are_found() -> None:
    places = {place.split(":")[0] for place, _ in EVERY}
    assert {"README.md", "CONTRIBUTING.md", "docs/lexicon.md", "profiles/README.md", "config/lexicons.yaml"} <= places
    assert len(SNAKEMAKE) > 30 and len(MAKE) > 8
    assert not any(_UNFILLED.search(" ".join(as_words(text))) for _, text in EVERY), "FILLED lacks a placeholder"


@pytest.mark.parametrize(("place", "command"), SNAKEMAKE, ids=[place for place, _ in SNAKEMAKE])
def test_files_of_a_command_are_files_and_its_targets_are_none(place: str, command: str) -> None:
    """`--configfile` takes several files, and with them the targets that follow without `--`."""
    arguments = parsed(command)
    for file in arguments.configfile or []:
        assert (ROOT / file).is_file(), f"{place}: {command}: {file} is taken for a configuration file"
    if arguments.workflow_profile:
        assert (ROOT / arguments.workflow_profile / "config.yaml").is_file()


@pytest.mark.parametrize("target", sorted({word for _, text in MAKE for word in text.split()[1:]} | {""}))
def test_targets_of_make_exist(target: str) -> None:
    finished = subprocess.run(["make", "-n", *filter(None, [target])], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def planned_together() -> list[list[str]]:
    """Arguments of the dry runs: a run for each set of options, with the targets of all its commands."""
    targets: dict[tuple[str, ...], dict[str, None]] = {}
    for _, command in SNAKEMAKE:
        arguments = parsed(command)
        if any(getattr(arguments, option) for option in PLANS_NOTHING):
            continue
        options = [f"--configfile={file}" for file in arguments.configfile or []]
        if arguments.targets:
            targets.setdefault(tuple(options), {}).update(dict.fromkeys(arguments.targets))
    return [[*options, "--", *names] for options, names in targets.items()]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A clone with the default configuration and all others, in which nothing has run or been downloaded."""
    folder = tmp_path_factory.mktemp("documented")
    sources = folder / "sources"
    sources.mkdir()
    workspace = clone(folder / "clone", sources)
    shutil.copy(ROOT / "config.yaml", workspace.folder)
    for part in ("config", "docs/your-own-data"):
        shutil.copytree(ROOT / part, workspace.folder / part)
    for name in DOWNLOADED:
        make_named_files(workspace.folder, name)
    return workspace


def test_targets_of_every_command_are_planned(real: Workspace) -> None:
    def plan(arguments: list[str]) -> str:
        finished = real.snakemake("--dry-run", "--nolock", "--cores=2", "--quiet=all", *arguments)
        return "" if finished.code == 0 else f"{' '.join(arguments)}:\n{finished.output[-2000:]}"

    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        assert list(filter(None, pool.map(plan, planned_together()))) == []
