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
    digest = hashlib.sha256()
    digest.update(_meaning(Path(script)))
    for module in sorted(reached_modules(script, source)):
        path = _module_file(module, Path(source))
        assert path is not None, module
        digest.update(module.encode() + b"\0" + _meaning(path))
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


def _meaning(path: Path) -> bytes:
    """The syntax tree without docstrings, comments and positions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [item for item in node.body if not _is_docstring(item)]
    return ast.dump(tree, include_attributes=False).encode()


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
