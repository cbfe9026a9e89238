"""Versions of the libraries that a script's code imports: they are recorded with a result and trigger nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

from switchrank.provenance import PACKAGE, reached_modules
from switchrank.syntax import read_code


def libraries_of(script: str | Path, source: str | Path) -> dict[str, str]:
    """Version by distribution, of every library that the script or a first-party module behind it imports.

    Args:
        script: the file that a rule runs.
        source: the folder that holds the package, `src`.

    Returns:
        Names as on the package index (`faiss-cpu` for `faiss`), sorted; without libraries that are not installed, such
        as those of backends on request.
    """
    files = [Path(script), *(_file_of(module, Path(source)) for module in reached_modules(script, source))]
    imports = [found for file in files for found in read_code(file).imports]
    named = {module.split(".")[0] for level, module, _ in imports if not level}
    known = _distributions()
    found = {name for module in named - sys.stdlib_module_names - {PACKAGE} for name in known.get(module, [])}
    return {name: version(name) for name in sorted(found)}


def libraries_by_rule(rules: Iterable[str], checkout: str | Path) -> dict[str, dict[str, str]]:
    """`libraries_of` the scripts of these rules, each read once."""
    root = Path(checkout)
    return {rule: libraries_of(root / f"workflow/scripts/{rule}.py", root / "src") for rule in sorted(set(rules))}


def _file_of(module: str, root: Path) -> Path:
    base = root.joinpath(*module.split("."))
    return base.with_suffix(".py") if base.with_suffix(".py").is_file() else base / "__init__.py"


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())
