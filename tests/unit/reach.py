"""What each script of the workflow reaches, kept in reach.txt; run this file to write it anew, deliberately."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("reach.txt")
COMMAND = "python tests/unit/reach.py"
_HEAD = f"""\
# The first-party modules that each script reaches, by package: an edit of one of them re-runs the script's jobs.
# Of a module of settings only the classes that are named count. test_reach.py compares this file with the code;
# `{COMMAND}` writes it anew: look at the difference before it stays.
"""


def found() -> dict[str, set[str]]:
    """Names of modules, `stage.settings:Class` for settings, by script."""
    sys.path.insert(0, str(ROOT / "src"))
    from switchrank.provenance import reached_modules, settings_classes

    reach = {}
    for script in sorted((ROOT / "workflow/scripts").glob("*.py")):
        classes = settings_classes(script, ROOT / "src")
        whole = reached_modules(script, ROOT / "src") - set(classes)
        named = whole | {f"{module}:{name}" for module, names in classes.items() for name in names}
        reach[script.stem] = {name.removeprefix("switchrank.") for name in named}
    return reach


def kept() -> dict[str, set[str]]:
    """The same, as the file has it."""
    reach: dict[str, set[str]] = {}
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            package, *names = line.split()
            reach[next(reversed(reach))].update(f"{package}.{name}".removeprefix("switchrank.") for name in names)
        elif line and not line.startswith("#"):
            reach[line] = set()
    return reach


def as_text(reach: dict[str, set[str]]) -> str:
    lines = [_HEAD]
    for script, names in sorted(reach.items()):
        parts = [name.rpartition(".") for name in sorted(names)]
        by_package = {package: [last for other, _, last in parts if other == package] for package, _, _ in parts}
        lines += [
            script,
            *(f"    {name or 'switchrank'} {' '.join(by_package[name])}" for name in sorted(by_package)),
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    KEPT.write_text(as_text(found()), encoding="utf-8")
