"""What made a result: fingerprints of code and checksums of files.

Snakemake does not see an edit in an imported module. A job therefore carries `params: code=…`, a hash
over its script and every first-party module that the script reaches through imports, with comments,
docstrings and layout left out: the job re-runs when its code can have changed its result, and only then.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "switchrank"
CANNOT_CHANGE_RESULTS = frozenset({f"{PACKAGE}.job", f"{PACKAGE}.progress", f"{PACKAGE}.errors"})
"""Modules that only log, count and word errors; an edit there must not re-train a model."""
CONTRACTS = f"{PACKAGE}.tables"
"""All contracts stand in one place; a constant of it counts for the code that names it, and for no other: a new column
of the report must not re-train a model."""


def sha256_of(path: str | Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes, read in blocks."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def fingerprint(script: str | Path, source: str | Path) -> str:
    """Hash of a script and all first-party code it reaches.

    A data file beside a module that shares its name (`languages.csv` beside `languages.py`) belongs
    to the module and is hashed with it.

    Args:
        script: the file that a rule runs.
        source: the folder that holds the package, `src`.

    Returns:
        16 hexadecimal digits.
    """
    root = Path(source)
    own, files = _read(Path(script)), {m: _file_of(m, root) for m in sorted(reached_modules(script, source))}
    named = own.names.union(*(_read(path).names for path in files.values()))
    digest = hashlib.sha256()
    digest.update(_joined(own))
    for module, path in files.items():
        digest.update(module.encode() + b"\0" + _joined(_read(path), named if module == CONTRACTS else None))
        for neighbour in sorted(path.parent.glob(f"{path.stem}.*")):
            if neighbour.suffix not in {".py", ".pyc"} and path.stem != "__init__":
                digest.update(neighbour.name.encode() + b"\0" + neighbour.read_bytes())
    return digest.hexdigest()[:16]


def reached_modules(script: str | Path, source: str | Path) -> set[str]:
    """Names of the first-party modules that a script imports, directly or through others."""
    root = Path(source)
    reached: set[str] = set()
    waiting = list(_imports(Path(script), "", root))
    while waiting:
        module = waiting.pop()
        if module in reached or module in CANNOT_CHANGE_RESULTS:
            continue
        path = _module_file(module, root)
        if path is None:
            continue
        reached.add(module)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        waiting += _imports(path, package, root)
        waiting += _ancestors(module)
    return reached


def _ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:size]) for size in range(1, len(parts))]


def _imports(path: Path, package: str, root: Path) -> list[str]:
    """First-party modules named by the import statements of one file, wherever they stand."""
    found = []
    for level, module, names in _read(path).imports:
        base = module
        if level:
            parents = package.split(".")[: len(package.split(".")) - level + 1]
            base = ".".join([*parents, module]).strip(".")
        found += [base, *(f"{base}.{name}" for name in names)]
    return [name for name in found if name.split(".")[0] == PACKAGE and _module_file(name, root) is not None]


def _module_file(module: str, root: Path) -> Path | None:
    base = root.joinpath(*module.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _file_of(module: str, root: Path) -> Path:
    path = _module_file(module, root)
    assert path is not None, module
    return path


@dataclass(frozen=True)
class _Code:
    """What counts of a file of code.

    Attributes:
        imports: of each imported module how many packages up it starts, its name, and what is imported from it.
        statements: syntax trees without docstrings, comments and positions, as bytes; before each the name of the
            public constant that it makes, such as `PASSAGES`, or None.
        names: every name that is read or imported, and every string (for `getattr`); what is only assigned is not here.
    """

    imports: tuple[tuple[int, str, tuple[str, ...]], ...]
    statements: tuple[tuple[str | None, bytes], ...]
    names: frozenset[str]


def _read(path: Path) -> _Code:
    return _parsed(path.read_bytes())


@cache
def _parsed(source: bytes) -> _Code:
    """Fifty rules reach the same modules: text that was parsed once is not parsed again."""
    tree = ast.parse(source)
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [item for item in node.body if not _is_docstring(item)]
        elif isinstance(node, ast.Import):
            imports += [(0, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.level, node.module or "", tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
    statements = tuple((_constant(item), ast.dump(item).encode()) for item in tree.body)
    return _Code(tuple(imports), statements, frozenset(names))


def _joined(code: _Code, named: frozenset[str] | None = None) -> bytes:
    """The statements of a file; with `named`, without the constants that are not among these names."""
    return b"\n".join(dump for name, dump in code.statements if named is None or name is None or name in named)


def _constant(node: ast.stmt) -> str | None:
    """The name of the public constant that a statement makes; None for any other statement."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if name.isupper() and not name.startswith("_") else None
    return None


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
