"""The exact set of first-party modules that each script may reach, and what a new field of the settings re-runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from switchrank.data.reading import formats, module_of
from switchrank.provenance import fingerprint
from tests.unit.reach import COMMAND, ROOT, as_text, found, kept

SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
STAGES = ("data", "lexicon", "corpus", "encoder", "ranker", "evaluation", "report")


def test_each_script_reaches_exactly_what_is_kept() -> None:
    now, before = found(), kept()
    lines = []
    for script in sorted(now.keys() | before.keys()):
        more, less = (
            now.get(script, set()) - before.get(script, set()),
            before.get(script, set()) - now.get(script, set()),
        )
        lines += [f"{script}: now reaches {name}" for name in sorted(more)]
        lines += [f"{script}: no longer reaches {name}" for name in sorted(less)]
    assert not lines, "\n".join([*lines, f"if that is meant: {COMMAND}"])


def test_what_is_written_is_what_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "reach.txt"
    file.write_text(as_text({"make": {"words", "corpus.settings:Titles"}, "read": set()}), encoding="utf-8")
    monkeypatch.setattr("tests.unit.reach.KEPT", file)
    assert kept() == {"make": {"words", "corpus.settings:Titles"}, "read": set()}


def test_no_stage_reaches_the_settings_of_a_later_one() -> None:
    """An option of the evaluation or the report trains nothing."""
    folder = ROOT / "rules"
    files = {stage: [folder / f"{stage}.smk", *sorted((folder / stage).glob("*.smk"))] for stage in STAGES}
    rules = {stage: "".join(path.read_text(encoding="utf-8") for path in paths) for stage, paths in files.items()}
    for script, names in kept().items():
        own = next((stage for stage in STAGES if f"scripts/{script}.py" in rules[stage]), STAGES[-1])
        later = {f"{stage}.settings" for stage in STAGES[STAGES.index(own) + 1 :]}
        assert not {name.split(":")[0] for name in names} & later, script


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    shutil.copytree(ROOT / "src/switchrank", folder / "switchrank", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def scripts_changed_by_a_field(source: Path, stage: str, name: str) -> set[str]:
    """The scripts whose fingerprint a new field in this class of settings changes."""
    before = {script.stem: fingerprint(script, source) for script in SCRIPTS}
    file = source / f"switchrank/{stage}/settings.py"
    text = file.read_text(encoding="utf-8")
    added, count = re.subn(
        rf"(class {name}\(\w+\):\n.*?\n\n)", r"\1    added: int = 0\n", text, count=1, flags=re.DOTALL
    )
    assert count == 1
    file.write_text(added, encoding="utf-8")
    return {script.stem for script in SCRIPTS if fingerprint(script, source) != before[script.stem]}


@pytest.mark.parametrize(
    ("stage", "name", "scripts"),
    [
        ("data", "Candidates", {"build_candidates"}),
        ("data", "Negatives", {"build_instances"}),
        ("lexicon", "EncoderVectors", {"embed_words"}),
        ("lexicon", "FileVectors", {"load_vectors"}),
        ("lexicon", "TrainedVectors", {"train_vectors"}),
        ("lexicon", "AlignedVectors", {"align_vectors"}),
        ("lexicon", "VectorLexicon", {"induce_lexicon"}),
        ("lexicon", "TitleLexicon", {"build_title_lexicon"}),
        ("lexicon", "TitleFiles", {"build_title_lexicon"}),
        ("lexicon", "ImportedLexicon", {"import_lexicon"}),
        ("lexicon", "CombinedLexicon", {"combine_lexicons"}),
        ("lexicon", "LexiconQuality", set()),
        ("corpus", "Titles", {"switch_corpus", "switch_shard", "join_shards"}),
        ("encoder", "Batches", {"plan_batches", "mine_negatives", "prealign_encoder"}),
        ("encoder", "Contrastive", {"mine_negatives", "prealign_encoder"}),
        ("encoder", "WordPairs", {"mine_negatives", "prealign_encoder"}),
        ("ranker", "Training", {"train_ranker"}),
        ("ranker", "DevEvaluation", {"train_ranker"}),
        ("ranker", "Scoring", {"score_candidates", "score_shard", "compare_backends"}),
        ("evaluation", "Evaluation", set()),
        ("evaluation", "Significance", {"test_significance"}),
        ("evaluation", "Overlap", set()),
        ("evaluation", "Expected", {"check_expected"}),
        ("evaluation", "Retrieval", {"retrieve_passages", "rank_pool", "classify_queries"}),
        ("evaluation", "Classes", set()),
        ("report", "Page", set()),  # entries reach the report's scripts as params
    ],
)
def test_a_new_field_re_runs_the_scripts_that_read_it(source: Path, stage: str, name: str, scripts: set[str]) -> None:
    assert scripts_changed_by_a_field(source, stage, name) == scripts


def test_of_several_kinds_of_entry_only_the_job_s_own_counts(source: Path) -> None:
    """One script makes corpora of all recipes; a new field of one recipe leaves the others' jobs alone."""
    script = ROOT / "workflow/scripts/switch_corpus.py"
    others = {"Bilingual", "Multilingual", "Original", "Translations"}
    titles, rest = fingerprint(script, source, without=others), fingerprint(script, source, without={"Titles"})
    assert scripts_changed_by_a_field(source, "corpus", "Titles")
    assert fingerprint(script, source, without=others) != titles
    assert fingerprint(script, source, without={"Titles"}) == rest


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("beir.py", "_FIELD ="),
        ("homeassistant/settings.py", "    download: Name ="),
        ("homeassistant/wheel.py", "_PAIR_KEYS ="),
    ],
)
def test_a_reader_counts_for_the_benchmarks_of_its_format(source: Path, file: str, line: str) -> None:
    def fingerprints() -> dict[str, str]:
        script = next(script for script in SCRIPTS if script.stem == "build_passages")
        loaded = {name: [module_of(name)] for name in formats()} | {"none": []}
        return {name: fingerprint(script, source, also=also) for name, also in loaded.items()}

    before, path = fingerprints(), source / "switchrank/data/readers" / file
    text = path.read_text(encoding="utf-8")
    indent = " " * (len(line) - len(line.lstrip()))
    path.write_text(text.replace(line, f"{indent}ADDED: int = 1\n{line}", 1), encoding="utf-8")
    changed = {name for name, found in fingerprints().items() if found != before[name]}
    assert changed == {file.split("/")[0].removesuffix(".py")}
