"""What made a result: fingerprints of code and checksums of files.

Snakemake does not see an edit in an imported module. A job therefore carries `params: code=…`, a hash
over its script and every first-party module that the script reaches through imports, with comments,
docstrings and layout left out: the job re-runs when its code can have changed its result, and only then.
"""

from __future__ import annotations

import ast
import hashlib
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
    reached = {module: _file_of(module, Path(source)) for module in sorted(reached_modules(script, source))}
    trees = {module: _meaning(path) for module, path in reached.items()}
    code = _meaning(Path(script))
    if CONTRACTS in trees:
        named = set().union(*map(_names, (code, *trees.values())))
        trees[CONTRACTS].body = [item for item in trees[CONTRACTS].body if _constant(item) in {None, *named}]
    digest = hashlib.sha256()
    digest.update(_dumped(code))
    for module, path in reached.items():
        digest.update(module.encode() + b"\0" + _dumped(trees[module]))
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
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base]).strip(".")
            found.append(base)
            found += [f"{base}.{alias.name}" for alias in node.names]
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


def _meaning(path: Path) -> ast.Module:
    """The syntax tree without docstrings; comments are not in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [item for item in node.body if not _is_docstring(item)]
    return tree


def _dumped(tree: ast.Module) -> bytes:
    """A tree as bytes, without positions."""
    return ast.dump(tree, include_attributes=False).encode()


def _constant(node: ast.stmt) -> str | None:
    """The name of a public constant that a statement makes, such as `PASSAGES`; None for any other statement."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if name.isupper() and not name.startswith("_") else None
    return None


def _names(tree: ast.Module) -> set[str]:
    """Every name that code reads, imports or holds as a string (for `getattr`); what it only assigns is not among
    them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
