"""The house in order: one script a rule, the package free of Snakemake, stages that keep to themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.toy.workspace import ROOT

STAGES = ("data", "lexicon", "corpus", "encoder", "ranker", "evaluation", "report")
EVERY_SMK = sorted((ROOT / "rules").rglob("*.smk"))
FILES = [path for path in EVERY_SMK if path.relative_to(ROOT / "rules").parts[0] not in {"inputs", "targets.smk"}]
RULES = "".join(path.read_text(encoding="utf-8") for path in FILES)

WALKING = {"planning", "proof", "code"}
"""Files that walk Snakemake's own objects, and the function of fingerprints, which does too."""


def _imports(path: object) -> set[str]:
    tree = ast.parse(Path(str(path)).read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_rules_and_scripts_have_the_same_names() -> None:
    scripts = {path.stem for path in (ROOT / "workflow" / "scripts").glob("*.py")}
    assert set(re.findall(r"workflow/scripts/(\w+)\.py", RULES)) == scripts
    named = re.findall(r"^ *rule\b *(\w*):", RULES, re.MULTILINE)
    assert sorted(named) == sorted(scripts), "each rule stands once, under its own name"


@pytest.mark.parametrize("directive", ["log:", "benchmark:", "conda:", "message:", "script:"])
def test_every_rule_has_the_directive(directive: str) -> None:
    rules = re.split(r"^\s*rule[ :]", RULES, flags=re.MULTILINE)[1:]
    assert all(directive in rule for rule in rules)


def test_every_job_carries_its_fingerprint() -> None:
    for name in re.findall(r"workflow/scripts/(\w+)\.py", RULES):
        assert re.search(rf'\b(code|reading|reading_given|code_of_table|code_of_figure)\("{name}"[,)]', RULES), name


@pytest.mark.parametrize("path", EVERY_SMK, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_rule_file_reads_from_top_to_bottom(path: Path) -> None:
    """Short, no rule in a loop, and no lambda that is longer than a name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    assert not [line for line in lines if re.match(r" +rule\b", line)]
    if path in FILES:
        assert not [line for line in lines if re.search(r"lambda \w+: \w+[^\w()]", line)]


def test_inputs_of_rules_are_adapters() -> None:
    """What a job needs is in `switchrank.paths`; only what walks Snakemake itself takes more lines."""
    for path in (ROOT / "rules" / "inputs").glob("*.smk"):
        if path.stem in WALKING:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in WALKING:
                assert (node.end_lineno or 0) - node.lineno <= 10, f"{path}: {node.name}"


def test_the_package_never_imports_snakemake() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        assert not any(name.startswith("snakemake") for name in _imports(path)), path


def test_settings_import_no_other_stage_and_nothing_heavy() -> None:
    for stage in STAGES:
        names = _imports(ROOT / "src" / "switchrank" / stage / "settings.py")
        own = {name for name in names if name.startswith("switchrank")}
        assert own <= {"switchrank.settings"}, stage
        assert not names & {"torch", "transformers", "polars", "numpy", "faiss"}, stage


def test_stages_have_one_noun() -> None:
    for stage in STAGES:
        assert (ROOT / "rules" / f"{stage}.smk").is_file()
        assert (ROOT / "src" / "switchrank" / stage / "settings.py").is_file()
        assert (ROOT / "docs" / f"{stage}.md").is_file()
        assert re.search(rf"^rule {stage}:", (ROOT / "rules/targets.smk").read_text(encoding="utf-8"), re.MULTILINE)


def test_no_file_names_a_machine_or_an_index() -> None:
    words = ["pypi" + ".org", "files.python" + "hosted", "index" + "-url", "/ro" + "ot/", "/ho" + "me/"]
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if inside[0] in {".git", ".venv", ".snakemake", "results", "resources", "logs"} or not path.is_file():
            continue
        if path.suffix in {".py", ".smk", ".md", ".yaml", ".toml", ".txt", ".csv", ".html"}:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


UNSTATED = {"group_by", "unique", "partition_by", "join"}
"""Methods of polars that give rows in any order, unless `maintain_order` states one."""
NEVER = {"value_counts", "mode", "top_k", "bottom_k", "approx_n_unique"}
"""Methods whose order cannot be stated."""


def _without_order(source: str) -> list[int]:
    """Lines that call polars in a way that leaves the order of rows, and so of sums and files, to its threads."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        of_library = isinstance(node.func.value, ast.Name) and node.func.value.id in {"np", "pc", "os"}
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        joins_texts = node.func.attr == "join" and not given.keys() & {"on", "left_on", "right_on", "how"}
        if node.func.attr in NEVER:
            found.append(node.lineno)
        elif node.func.attr in UNSTATED and not (of_library or joins_texts):
            order = given.get("maintain_order")
            if order is None or (isinstance(order, ast.Constant) and order.value in (None, False, "none")):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("folder", ["src", "workflow", "benchmarks", "docs"])
def test_every_grouping_and_join_states_its_order(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        lines = _without_order(path.read_text(encoding="utf-8"))
        assert not lines, f"{path}: lines {lines}: state maintain_order"


def test_what_counts_as_an_unstated_order() -> None:
    unstated = [
        "table.group_by('a').agg('b')",
        "table.group_by('a', maintain_order=False)",
        "one.join(other, on='a')",
        "one.join(other, how='cross', maintain_order='none')",
        "table['a'].unique().sort()",
        "table['a'].value_counts(sort=True)",
        "table.lazy().filter('x').unique(keep='first')",
    ]
    stated = [
        "', '.join(names)",
        "process.join(3)",
        "os.path.join('a', 'b')",
        "np.unique(values)",
        "one.join(other, on='a', maintain_order='left')",
        "table.group_by('a', maintain_order=True)",
    ]
    assert [bool(_without_order(line)) for line in [*unstated, *stated]] == [True] * 7 + [False] * 6
