"""What made a result: fingerprints of code.

Snakemake does not see an edit in an imported module. A job therefore carries `params: code=…`, a hash
over its script and every first-party module that the script reaches through imports, with comments,
docstrings and layout left out: the job re-runs only if its code may have changed its result.
Compiled code is cached by such a hash too (`compiled`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from switchrank.syntax import Code, Statement, read_code

PACKAGE = "switchrank"
CANNOT_CHANGE_RESULTS = frozenset(
    f"{PACKAGE}.{name}"
    for name in ("job", "progress", "errors", "provenance", "syntax", "language_rows", "data.fetch", "data.download")
)
"""Modules that only log, count, report errors, decide what re-runs, or fetch a file whose checksum is given; an edit
there must not re-train a model."""
CONTRACTS = f"{PACKAGE}.tables"
"""The module of all contracts; each of its constants counts only for code that names it, so that a new column
of the report does not re-train a model."""
SETTINGS = "settings"
"""The last part of the name of modules of settings; each of their classes counts only for code that names it, with
the classes it uses, so that a new field of one kind of entry does not re-run the rules of another kind."""
LANGUAGES = f"{PACKAGE}.languages"
"""The module whose table counts only by the rows and columns that are read (`language_columns`, `language_rows`)."""
_SCRIPT = ""
_LOOK_UPS = {"language", "known_languages", "*"}


def fingerprint(
    script: str | Path,
    source: str | Path,
    *,
    rows: bool = True,
    without: Collection[str] = frozenset(),
    also: Collection[str] = (),
) -> str:
    """Hash of a script and all first-party code it reaches.

    A data file counts with every module of the same name (`page.html` next to `page.py`) or that names it in a
    string.

    Args:
        script: the file that a rule runs, or a module of the package.
        source: the folder that holds the package, `src`.
        rows: whether the table of languages counts as a whole; if not, the caller adds the rows that the job reads.
        without: classes of settings that do not count: those of kinds other than the job's entry.
        also: modules that the script loads by a name from the configuration.

    Returns:
        16 hexadecimal digits.
    """
    root, reached = Path(source), _read(script, source, also)
    digest = hashlib.sha256(_joined(reached.codes[_SCRIPT].statements))
    counted = _counted(reached, without)
    for module, statements in counted.items():
        digest.update(module.encode() + b"\0" + _joined(statements))
    for path in sorted(_data_files(reached)):
        if rows or path != _data_of_languages(root):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def reached_modules(script: str | Path, source: str | Path, also: Collection[str] = ()) -> set[str]:
    """Names of the first-party modules that a script imports, directly or through others.

    Imports count anywhere in a file, and so does every string that names a module (for `importlib.import_module` or
    `python -m`); for a name that is composed, all modules with its beginning.
    """
    root = Path(source)
    reached: set[str] = set()
    waiting = [*also, *_imports(read_code(Path(script)), "", root)]
    while waiting:
        module = waiting.pop()
        if module in reached or module in CANNOT_CHANGE_RESULTS:
            continue
        path = _module_file(module, root)
        if path is None:
            continue
        reached.add(module)
        waiting += _imports(read_code(path), _package_of(module, path), root)
        waiting += _ancestors(module)
    return reached


def settings_classes(script: str | Path, source: str | Path) -> dict[str, list[str]]:
    """The classes that count for a script, by the module of settings that defines them."""
    return {
        module: [item.name for item in statements if item.name and item.is_class]
        for module, statements in _counted(_read(script, source)).items()
        if module.rpartition(".")[2] == SETTINGS
    }


def language_columns(script: str | Path, source: str | Path, also: Collection[str] = ()) -> list[str]:
    """The columns of `languages.csv` that a script can read, in the table's order; none if it looks up no language."""
    reached = _read(script, source, also)
    others = [code for module, code in reached.codes.items() if module != LANGUAGES]
    if not any(_looks_up(base, names) for base, names in reached.bases()):
        return []
    with open(_data_of_languages(Path(source)), encoding="utf-8-sig") as file:
        header = file.readline().strip().split(",")
    return [column for column in header if any(column in code.names for code in others)]


@dataclass(frozen=True)
class _Reached:
    """A script, by the name "", and the modules that it reaches.

    Attributes:
        files: the file of each module, without the script.
        codes: the statements that count of each.
    """

    files: dict[str, Path]
    codes: dict[str, Code]

    def bases(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """For each import statement the full name of the module, and what is imported from it."""
        for module, code in self.codes.items():
            package = _package_of(module, self.files[module]) if module else ""
            yield from _bases(code, package)


def _read(script: str | Path, source: str | Path, also: Collection[str] = ()) -> _Reached:
    files = {module: _file_of(module, Path(source)) for module in sorted(reached_modules(script, source, also))}
    codes = {_SCRIPT: read_code(Path(script))} | {module: read_code(path) for module, path in files.items()}
    return _Reached(files, codes)


def _data_of_languages(root: Path) -> Path:
    return root.joinpath(*LANGUAGES.split(".")).with_suffix(".csv")


def _looks_up(base: str, names: tuple[str, ...]) -> bool:
    """Whether an import can read the table of languages: a function of its module, or the module itself."""
    if base == PACKAGE:
        return LANGUAGES.rpartition(".")[2] in names
    return base == LANGUAGES and (not names or not _LOOK_UPS.isdisjoint(names))


def _ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:size]) for size in range(1, len(parts))]


def _package_of(module: str, path: Path) -> str:
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def _bases(code: Code, package: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for level, module, names in code.imports:
        yield _absolute(level, module, package), names


def _absolute(level: int, module: str, package: str) -> str:
    if not level:
        return module
    parents = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*parents, module]).strip(".")


def _imports(code: Code, package: str, root: Path) -> list[str]:
    """First-party modules that one file names, in imports or strings."""
    found = [name for base, names in _bases(code, package) for name in (base, *(f"{base}.{name}" for name in names))]
    named = [text for text in code.names if text.startswith(f"{PACKAGE}.")]
    found += named
    found += [_full(text, start) for text in code.names if text.startswith(".") for start in (package, *named)]
    for beginning in code.beginnings:
        folder, _, start = _full(beginning, package).rpartition(".")
        found += [name for name in _modules_of(folder, root) if name.rpartition(".")[2].startswith(start)]
    return [name for name in found if name.split(".")[0] == PACKAGE and _module_file(name, root) is not None]


def _full(text: str, package: str) -> str:
    """A module's name from a string: `.titles` is relative to the package."""
    level = len(text) - len(text.lstrip("."))
    return _absolute(level, text[level:], package)


def _modules_of(folder: str, root: Path) -> Iterator[str]:
    """Every module in a package, at any depth."""
    for path in root.joinpath(*folder.split(".")).rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _is_identifier(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _module_file(module: str, root: Path) -> Path | None:
    if not _is_identifier(module):
        return None
    base = root.joinpath(*module.split("."))
    for candidate in (base / "__init__.py", base.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _file_of(module: str, root: Path) -> Path:
    path = _module_file(module, root)
    assert path is not None, module
    return path


def _counts_in_parts(module: str) -> bool:
    return module == CONTRACTS or module.rpartition(".")[2] == SETTINGS


def _optional(module: str, statement: Statement) -> bool:
    """Whether a statement counts only for code that names it: a contract, or any definition among settings."""
    if module == CONTRACTS:
        return statement.constant
    return _counts_in_parts(module) and statement.name is not None


def _counted(reached: _Reached, without: Collection[str] = ()) -> dict[str, list[Statement]]:
    """The statements that count, by module."""
    named = frozenset[str]().union(*(code.names for module, code in reached.codes.items() if module != CONTRACTS))
    counted = {}
    for module in reached.files:
        wanted = named if module == CONTRACTS else _imported(module, reached)
        counted[module] = _closed(reached.codes[module], module, wanted, without)
    return counted


def _imported(settings: str, reached: _Reached) -> frozenset[str]:
    """What is imported from a module of settings; all its definitions if the module itself is imported or named."""
    if not _counts_in_parts(settings):
        return frozenset()
    package, _, last = settings.rpartition(".")
    bases = list(reached.bases())
    whole = any((base == package and last in names) or (base == settings and not names) for base, names in bases)
    names = frozenset(name for base, names in bases if base == settings for name in names)
    if whole or "*" in names or any({settings, f".{last}"} & code.names for code in reached.codes.values()):
        return frozenset(item.name for item in reached.codes[settings].statements if item.name)
    return names


def _closed(code: Code, module: str, wanted: Collection[str], without: Collection[str]) -> list[Statement]:
    """The statements that are named, and those that these name in turn."""
    names, size = set(wanted) - set(without), -1
    counted: list[Statement] = []
    while len(names) != size:
        size = len(names)
        counted = [item for item in code.statements if not _optional(module, item) or item.name in names]
        names = names.union(*(item.names for item in counted)) - set(without)
    return counted


def _data_files(reached: _Reached) -> set[Path]:
    """Data files in the packages that are reached: next to a module of the same name, or named in a string."""
    own = {path.with_suffix("") for path in reached.files.values() if path.stem != "__init__"}
    named = frozenset[str]().union(*(code.names for code in reached.codes.values()))
    return {
        path
        for folder in {path.parent for path in reached.files.values()}
        for path in folder.iterdir()
        if path.suffix not in {".py", ".pyc"} and path.is_file() and (path.with_suffix("") in own or path.name in named)
    }


def _joined(statements: Iterable[Statement]) -> bytes:
    return b"\n".join(statement.tree for statement in statements)
