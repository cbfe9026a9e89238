"""Every profile with every configuration, and every option that the docs tell people to type, planned by Snakemake."""

from __future__ import annotations

import re
import shlex
import shutil
from itertools import takewhile
from pathlib import Path

import pytest
import yaml

from tests.toy import dictionaries
from tests.toy.dry_runs import dry_runs
from tests.toy.named_files import DOWNLOADED, make_named_files
from tests.toy.workspace import ROOT, Finished, clone

pytestmark = pytest.mark.workflow
PROFILES = sorted(path.parent.name for path in (ROOT / "profiles").glob("*/config.yaml"))
TOY = ("the toy", "contrastive.yaml", "lexicons.yaml")
CONFIGS = ("config.yaml", *sorted(f"config/{path.name}" for path in (ROOT / "config").glob("*.yaml")), *TOY)
OPTION = re.compile(r"--set-(resources|threads) +([^`#\n]+)")
ASKED = {"resources": re.compile(r"\w+:\w+=.+"), "threads": re.compile(r"\w+=\d+")}


def documented_options() -> dict[str, list[str]]:
    """What stands behind --set-resources and --set-threads in docs, configuration files and profiles."""
    places = [ROOT / "README.md", ROOT / "config.yaml"]
    places += [path for folder in ("docs", "config", "profiles") for path in (ROOT / folder).rglob("*.*")]
    found: dict[str, list[str]] = {"resources": [], "threads": []}
    for path in places:
        if path.suffix in (".md", ".yaml"):
            for kind, words in OPTION.findall(path.read_text(encoding="utf-8")):
                found[kind] += takewhile(ASKED[kind].fullmatch, shlex.split(words.replace("…", " ")))
    return {kind: sorted(set(values)) for kind, values in found.items()}


OPTIONS = [word for kind, values in documented_options().items() if values for word in (f"--set-{kind}", *values)]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, toy_sources: Path) -> dict[tuple[str, str], Finished]:
    """By configuration and profile; the default profile, which sets no resource, with every documented option."""
    home, toy = (clone(tmp_path_factory.mktemp(name) / "clone", toy_sources).folder for name in ("home", "toy"))
    shutil.copy(ROOT / "config.yaml", home / "config.yaml")
    shutil.copytree(ROOT / "config", home / "config")
    for name in DOWNLOADED:
        make_named_files(home, name)
    dictionaries.make_files(toy / "toy")
    for overlay in TOY[1:]:
        shutil.copy(ROOT / "tests" / "toy" / overlay, toy / overlay)
    calls = {}
    for config in CONFIGS:
        given = [] if config in ("config.yaml", TOY[0]) else ["--configfile", config]
        for profile in PROFILES:
            options = [*OPTIONS, "--cores", "2"] if profile == "default" else []
            arguments = ["--workflow-profile", f"profiles/{profile}", *options, *given]
            calls[config, profile] = (toy if config in TOY else home, arguments)
    return dict(zip(calls, dry_runs(list(calls.values())), strict=True))


def test_there_are_three_profiles() -> None:
    assert PROFILES == ["default", "slurm", "workstation"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("config", CONFIGS)
def test_a_dry_run_plans_the_whole_run(planned: dict[tuple[str, str], Finished], config: str, profile: str) -> None:
    found = planned[config, profile]
    assert found.code == 0, found.output[-3000:]
    assert "Write the report" in found.output
    jobs = re.findall(r"^total +(\d+)$", found.output, re.MULTILINE)
    assert jobs == re.findall(r"^total +(\d+)$", planned[config, "default"].output, re.MULTILINE) != []


def test_the_paper_has_a_ranker_for_each_corpus_and_seed(planned: dict[tuple[str, str], Finished]) -> None:
    """Corpora: 32 pairs of fine-tuning, 14 of BL-CS, and one each of zero-shot, ML-CS and Wiki-CS; three seeds.
    Lexicons: five languages, MUSE out of English and into it for Translate Test."""
    output = planned["config/paper.yaml", "default"].output
    jobs = {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", output, re.MULTILINE)}
    assert (jobs["switch_corpus"], jobs["train_ranker"]) == (32 + 14 + 3, 3 * (32 + 14 + 3))
    assert (jobs["build_title_lexicon"], jobs["induce_lexicon"]) == (5, 10)
    assert (jobs["score_candidates"], jobs["build_passages"]) == (7 * 3, 14)


def test_the_options_of_the_docs_are_found() -> None:
    options = documented_options()["resources"]
    assert {"train_ranker:processes=4", "train_ranker:checkpoint_steps=100", "train_ranker:gres='gpu:1'"} <= set(
        options
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_repeats_the_triggers(profile: str) -> None:
    settings = yaml.safe_load(Path(ROOT, "profiles", profile, "config.yaml").read_text(encoding="utf-8"))
    assert settings["rerun-triggers"] == ["mtime", "params", "input", "software-env"]
    assert settings["max-checksum-file-size"] == "1 TB"
