"""Kinds that are one module each in a package: formats of benchmarks, kinds of tables and figures.

A kind is named like its module, with `-` for `_`. No list names the kinds: a new module is a new kind.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def kinds_in(package: ModuleType) -> list[str]:
    """Names of all kinds, sorted."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(package.__path__))


def module_name(package: ModuleType, kind: str) -> str:
    """Full name of the module of a kind."""
    return f"{package.__name__}.{kind.replace('-', '_')}"


def module_of_kind(package: ModuleType, kind: str) -> Any:
    """The module of a kind, imported."""
    return import_module(module_name(package, kind))
