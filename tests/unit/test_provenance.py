"""Fingerprints: what changes them, and what must not."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from switchrank.checksums import sha256_of
from switchrank.provenance import fingerprint, reached_modules

ROOT = Path(__file__).resolve().parents[2]

# switch.py -> recipes -> (relative) titles -> (two up) words; languages has its data file beside it
PACKAGE = {
    "__init__.py": '"""Top."""\n',
    "job.py": "from switchrank.errors import SwitchRankError\nTIMEOUT = 1\n",
    "progress.py": "EVERY = 10\n",
    "errors.py": "class SwitchRankError(Exception):\n    pass\n",
    "languages.py": "from importlib.resources import files\nPATH = files('switchrank') / 'languages.csv'\n",
    "languages.csv": "language,name\nde,German\nja,Japanese\n",
    "words.py": "from switchrank import languages\n\ndef words(text):\n    return text.split()\n",
    "unrelated.py": "VALUE = 1\n",
    "corpus/__init__.py": "DEFAULT = 1\n",
    "corpus/recipes.py": (
        "from __future__ import annotations\n"
        "import json\n"
        "from .titles import switch\n\n"
        "def make(text):\n"
        '    """Make a corpus."""\n'
        "    # titles first\n"
        "    return switch(text)\n"
    ),
    "corpus/titles.py": "from ..words import words\n\ndef switch(text):\n    return words(text)[::-1]\n",
    "evaluation/__init__.py": "",
    "evaluation/measures.py": "K = 10\n",
}
SCRIPT = (
    "from switchrank.job import job\n"
    "from switchrank.progress import EVERY\n\n"
    "with job(snakemake.log[0]):\n"
    "    from switchrank.corpus.recipes import make\n\n"
    "    make('a b')\n"
)


class Project:
    """A small package named switchrank in a folder of its own, with one script."""

    def __init__(self, root: Path) -> None:
        self.source, self.script = root / "src", root / "scripts" / "switch.py"
        for name, text in PACKAGE.items():
            path = self.source / "switchrank" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.script.parent.mkdir()
        self.script.write_text(SCRIPT, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.source / "switchrank" / name if name != "switch.py" else self.script
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def fingerprint(self) -> str:
        return fingerprint(self.script, self.source)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def changed(project: Project) -> Callable[[str, str, str], bool]:
    """Whether an edit of a file (old text, new text) changes the fingerprint."""

    def changed(name: str, old: str, new: str) -> bool:
        before = project.fingerprint()
        project.edit(name, old, new)
        return project.fingerprint() != before

    return changed


def test_it_is_sixteen_hexadecimal_digits_and_stable(project: Project, tmp_path: Path) -> None:
    found = project.fingerprint()
    assert len(found) == 16 and int(found, 16) >= 0
    (tmp_path / "elsewhere").mkdir()
    assert Project(tmp_path / "elsewhere").fingerprint() == found, "the folder must not count"


def test_reaches_through_lazy_relative_and_package_imports(project: Project) -> None:
    assert reached_modules(project.script, project.source) == {
        "switchrank",
        "switchrank.corpus",
        "switchrank.corpus.recipes",
        "switchrank.corpus.titles",
        "switchrank.words",
        "switchrank.languages",
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("corpus/recipes.py", "# titles first", "# titles first, then words"),
        ("corpus/recipes.py", '"""Make a corpus."""', '"""Make a corpus, in Russian: корпус."""'),
        ("corpus/recipes.py", '    """Make a corpus."""\n', ""),
        ("__init__.py", '"""Top."""\n', ""),
        ("corpus/recipes.py", "return switch(text)", "return switch(\n        text,\n    )"),
        ("words.py", "\n\ndef words", "\n\n\n\ndef words"),
        ("switch.py", "make('a b')", 'make("a b")  # quotes and a comment'),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(
    changed: Callable[[str, str, str], bool], name: str, old: str, new: str
) -> None:
    assert not changed(name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("switch.py", "'a b'", "'a c'"),
        ("corpus/recipes.py", "switch(text)", "switch(text.lower())"),
        ("corpus/titles.py", "[::-1]", "[::1]"),
        ("words.py", "text.split()", "text.split(' ')"),
        ("corpus/__init__.py", "DEFAULT = 1", "DEFAULT = 2"),
        ("__init__.py", '"""Top."""\n', "VERSION = 2\n"),
        ("languages.csv", "ja,Japanese", "ja,日本語"),
    ],
)
def test_code_and_data_that_the_script_reaches_count(
    changed: Callable[[str, str, str], bool], name: str, old: str, new: str
) -> None:
    assert changed(name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("unrelated.py", "VALUE = 1", "VALUE = 2"),
        ("evaluation/measures.py", "K = 10", "K = 20"),
        ("job.py", "TIMEOUT = 1", "TIMEOUT = 2"),
        ("progress.py", "EVERY = 10", "EVERY = 1"),
        ("errors.py", "pass", "code = 1"),
    ],
)
def test_other_stages_and_reporting_do_not_count(
    changed: Callable[[str, str, str], bool], name: str, old: str, new: str
) -> None:
    assert not changed(name, old, new)


CONTRACTS = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Contract:
    columns: tuple[str, ...]

QRELS = Contract(("query_id", "doc_id"))
CELLS = Contract(("row", "value"))
_SIZE = 10

def write(table, contract):
    pass
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "counts"),
    [
        ("tables.py", '"doc_id"', '"doc_id", "relevance"', True),  # a contract that the code names
        ("tables.py", '"value"', '"value", "seed"', False),  # the report's, which it does not
        ("tables.py", "CELLS = Contract", 'COST = Contract(("wall",))\nCELLS = Contract', False),
        ("tables.py", "CELLS = Contract", "COST = QRELS\nCELLS = Contract", False),
        ("tables.py", "_SIZE = 10", "_SIZE = 20", True),
        ("tables.py", "    pass", "    return table", True),
        ("words.py", "tables.QRELS", "tables.CELLS", True),
    ],
)
def test_a_contract_counts_for_the_code_that_names_it(
    project: Project, name: str, old: str, new: str, counts: bool
) -> None:
    (project.source / "switchrank" / "tables.py").write_text(CONTRACTS, encoding="utf-8")
    project.edit("words.py", "return text.split()", "return tables.write(text.split(), tables.QRELS)")
    project.edit("words.py", "import languages", "import languages, tables")
    before = project.fingerprint()
    project.edit(name, old, new)
    assert (project.fingerprint() != before) == counts


@pytest.mark.parametrize("naming", ["from switchrank.tables import CELLS", "C = getattr(tables, 'CELLS')"])
def test_contracts_named_in_other_ways(project: Project, naming: str) -> None:
    (project.source / "switchrank" / "tables.py").write_text(CONTRACTS, encoding="utf-8")
    project.edit("words.py", "from switchrank import languages", f"from switchrank import languages, tables\n{naming}")
    before = project.fingerprint()
    project.edit("tables.py", '"value"', '"value", "seed"')
    assert project.fingerprint() != before


def test_data_beside_a_module_out_of_reach_does_not_count(project: Project) -> None:
    before = project.fingerprint()
    (project.source / "switchrank" / "unrelated.csv").write_text("x", encoding="utf-8")
    (project.source / "switchrank" / "corpus" / "recipes.pyc").write_bytes(b"compiled")
    assert project.fingerprint() == before


def test_a_new_data_file_beside_a_reached_module_counts(project: Project) -> None:
    before = project.fingerprint()
    (project.source / "switchrank" / "words.txt").write_text("слово", encoding="utf-8")
    assert project.fingerprint() != before


def test_a_new_import_brings_the_module_in(project: Project) -> None:
    project.edit("words.py", "from switchrank import languages", "from switchrank import languages, unrelated")
    before = project.fingerprint()
    project.edit("unrelated.py", "VALUE = 1", "VALUE = 2")
    assert project.fingerprint() != before


def test_modules_that_import_each_other_end(project: Project) -> None:
    project.edit(
        "words.py",
        "from switchrank import languages",
        "from switchrank import languages\nimport switchrank.corpus.titles",
    )
    assert "switchrank.corpus.titles" in reached_modules(project.script, project.source)
    assert len(project.fingerprint()) == 16


def test_two_modules_that_swap_their_code_count(project: Project) -> None:
    (project.source / "switchrank" / "words.py").write_text(
        "from switchrank import languages\nA = 1\n", encoding="utf-8"
    )
    (project.source / "switchrank" / "corpus" / "titles.py").write_text(
        "from ..words import A\nB = 2\n", encoding="utf-8"
    )
    before = project.fingerprint()
    project.edit("words.py", "A = 1", "B = 2")
    project.edit("corpus/titles.py", "B = 2", "A = 1")
    assert project.fingerprint() != before


def test_every_script_of_the_workflow_reaches_what_it_names() -> None:
    scripts = sorted((ROOT / "workflow" / "scripts").glob("*.py"))
    assert scripts
    for script in scripts:
        reached = reached_modules(script, ROOT / "src")
        assert "switchrank.tables" in reached or script.name == "fetch_source.py", script.name
        assert "switchrank.job" not in reached and "switchrank.progress" not in reached, script.name
    assert "switchrank.words" in reached_modules(ROOT / "workflow/scripts/switch_corpus.py", ROOT / "src")
    corpus = reached_modules(ROOT / "workflow/scripts/switch_corpus.py", ROOT / "src")
    assert not {name for name in corpus if name.startswith(("switchrank.evaluation", "switchrank.report"))}


def test_a_column_of_the_report_trains_nothing(tmp_path: Path) -> None:
    """On the project itself: a table of the report is added to, and what was trained stays."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    scripts = [ROOT / "workflow" / "scripts" / f"{name}.py" for name in ("train_ranker", "build_table")]
    before = [fingerprint(script, source) for script in scripts]
    file = source / "switchrank" / "tables.py"
    text = file.read_text(encoding="utf-8")
    start = text.index("CELLS = _contract(")
    file.write_text(text[:start] + text[start:].replace("=_STRING", "=_LONG", 1), encoding="utf-8")
    trained, built = (fingerprint(script, source) != old for script, old in zip(scripts, before, strict=True))
    assert built and not trained


def test_a_checksum_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = "Straße, улица, 通り\n".encode() * 100_000  # more than one block
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()
    (tmp_path / "empty").write_bytes(b"")
    assert sha256_of(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    "line",
    [
        "from importlib import import_module\nM = import_module('switchrank.hidden.plugin')",
        "from importlib import import_module as load\nM = load('switchrank.hidden.plugin')",
        "from importlib import import_module\nM = import_module('.plugin', 'switchrank.hidden')",
        "from importlib import import_module\nM = import_module('.hidden.plugin', __package__)",
        "import importlib\n\ndef later(name):\n    return importlib.import_module(f'switchrank.hidden.{name}')",
        "import importlib\n\ndef later(name):\n    return importlib.import_module(f'.hidden.plug{name}', __package__)",
        "M = __import__('switchrank.hidden.plugin')",
        "COMMAND = ['python', '-m', 'switchrank.hidden.plugin']",
        "def later():\n    from switchrank.hidden import plugin\n    return plugin",
        "def later():\n    from .hidden import plugin\n    return plugin",
        "class Later:\n    def get(self):\n        import switchrank.hidden.plugin as found\n        return found",
        "from switchrank.hidden.plugin import *",
        "if True:\n    import switchrank.hidden.plugin",
    ],
)
def test_every_way_to_a_module_is_seen(project: Project, line: str) -> None:
    hidden = project.source / "switchrank/hidden"
    hidden.mkdir()
    (hidden / "__init__.py").touch()
    (hidden / "plugin.py").write_text("VALUE = 1\n", encoding="utf-8")
    project.edit("words.py", "from switchrank import languages", f"from switchrank import languages\n{line}\n")
    assert {"switchrank.hidden", "switchrank.hidden.plugin"} <= reached_modules(project.script, project.source)
    before = project.fingerprint()
    (hidden / "plugin.py").write_text("VALUE = 2\n", encoding="utf-8")
    assert project.fingerprint() != before


def test_a_package_hides_a_module_of_its_name_as_in_python(project: Project) -> None:
    (project.source / "switchrank/words").mkdir()
    (project.source / "switchrank/words/__init__.py").write_text(
        "def words(text):\n    return [text]\n", encoding="utf-8"
    )
    before = project.fingerprint()
    (project.source / "switchrank/words/__init__.py").write_text("def words(text):\n    return []\n", encoding="utf-8")
    assert project.fingerprint() != before


def test_a_docstring_that_names_a_module_or_a_contract_reaches_nothing(project: Project) -> None:
    before = project.fingerprint()
    project.edit("words.py", "return text.split()", '"""switchrank.unrelated"""\n    return text.split()')
    assert project.fingerprint() == before
    assert "switchrank.unrelated" not in reached_modules(project.script, project.source)


def test_a_data_file_that_a_module_of_another_name_reads_counts(project: Project) -> None:
    (project.source / "switchrank/stops.txt").write_text("и\nв\n", encoding="utf-8")
    project.edit("words.py", "return text.split()", "return open('stops.txt').read(), text.split()")
    before = project.fingerprint()
    (project.source / "switchrank/stops.txt").write_text("и\nв\nна\n", encoding="utf-8")
    assert project.fingerprint() != before


def test_every_data_file_of_the_package_counts_for_some_script(tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    scripts = sorted((ROOT / "workflow" / "scripts").glob("*.py"))
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix != ".py":
            before = [fingerprint(script, source) for script in scripts]
            path.write_bytes(path.read_bytes() + b"\n<!-- -->")
            assert before != [fingerprint(script, source) for script in scripts], path.name


SETTINGS = """
from typing import Annotated
from pydantic import BaseModel, Field

class Base(BaseModel):
    pass

class Choice(Base):
    how: str = "best"

class Cooked(Base):
    choice: Choice = Field(default_factory=lambda: Choice())

class Raw(Base):
    level: int = 1

Any = Annotated[Cooked | Raw, Field(discriminator="how")]
"""


@pytest.mark.parametrize(
    ("naming", "old", "counts"),
    [
        ("from switchrank.corpus.settings import Cooked", "level: int = 1", False),
        ("from switchrank.corpus.settings import Cooked", 'how: str = "best"', True),  # what it is made of
        ("from switchrank.corpus.settings import Cooked", "class Base(BaseModel):\n    pass", True),
        ("from switchrank.corpus.settings import Raw", 'how: str = "best"', False),
        ("from switchrank.corpus.settings import Any", "level: int = 1", True),
        ("from switchrank.corpus.settings import Raw as Cooked", "level: int = 1", True),
        ("from switchrank.corpus import settings\nK = settings.Cooked", "level: int = 1", True),  # it may be any
        ("import switchrank.corpus.settings as s\nK = s.Cooked", "level: int = 1", True),
        ("from switchrank.corpus.settings import *", "level: int = 1", True),
        (
            "from importlib import import_module as load\nM = load('.settings', 'switchrank.corpus')",
            "level: int = 1",
            True,
        ),
    ],
)
def test_a_class_of_settings_counts_for_the_code_that_names_it(
    project: Project, naming: str, old: str, counts: bool
) -> None:
    (project.source / "switchrank/corpus/settings.py").write_text(SETTINGS, encoding="utf-8")
    project.edit("words.py", "from switchrank import languages", f"from switchrank import languages\n{naming}")
    before = project.fingerprint()
    project.edit("corpus/settings.py", old, f"{old}\n    added: int = 0")
    assert (project.fingerprint() != before) == counts


def test_rows_of_languages_are_the_caller_s_where_it_says_so(project: Project) -> None:
    before = fingerprint(project.script, project.source, rows=False)
    project.edit("languages.csv", "ja,Japanese", "ja,日本語\nko,한국어")
    assert fingerprint(project.script, project.source, rows=False) == before
    project.edit("languages.py", "languages.csv", "tongues.csv")
    assert fingerprint(project.script, project.source, rows=False) != before
