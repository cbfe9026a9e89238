"""The parts of a source file that count: its statements without comments, docstrings and layout, and all names in
it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_IMPORTERS = {"import_module", "__import__", "run_module"}


@dataclass(frozen=True)
class Statement:
    """One statement of a module's top level; an import of several names is one statement for each.

    Attributes:
        name: what it defines, if that is one name: a class, a function, a variable or an imported name.
        tree: its syntax tree without docstrings, comments and positions, as bytes.
        names: every name that it reads or imports, and every string (for `getattr`).
        constant: whether it assigns a public constant, such as `PASSAGES`.
        is_class: whether it defines a class.
    """

    name: str | None
    tree: bytes
    names: frozenset[str]
    constant: bool = False
    is_class: bool = False


@dataclass(frozen=True)
class Code:
    """The parts of a source file that count.

    Attributes:
        imports: for each imported module the level of a relative import, its name, and what is imported from it.
        beginnings: the fixed beginnings of f-strings that name a module to import, such as `switchrank.corpus.`.
        statements: of the top level, in order.
        names: those of all statements.
    """

    imports: tuple[tuple[int, str, tuple[str, ...]], ...]
    beginnings: tuple[str, ...]
    statements: tuple[Statement, ...]
    names: frozenset[str]


def read_code(path: Path) -> Code:
    """Parse a file; the same text is parsed only once, since many rules reach the same modules."""
    return _parsed(path.read_bytes())


@cache
def _parsed(source: bytes) -> Code:
    tree = ast.parse(source)
    _drop_docstrings(tree)
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    beginnings: list[str] = []
    for node in _walk(tree):
        if isinstance(node, ast.Import):
            imports += [(0, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.level, node.module or "", tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.Call) and _called(node) in _IMPORTERS:
            beginnings += [text for argument in node.args[:1] if (text := _beginning(argument))]
    statements = tuple(statement for node in tree.body for statement in _statements(node))
    names = frozenset[str]().union(*(statement.names for statement in statements))
    return Code(tuple(imports), tuple(beginnings), statements, names)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that may run: not those under `if TYPE_CHECKING:`."""
    yield tree
    checked = isinstance(tree, ast.If) and isinstance(tree.test, ast.Name) and tree.test.id == "TYPE_CHECKING"
    for node in tree.orelse if checked else ast.iter_child_nodes(tree):  # type: ignore[attr-defined]
        yield from _walk(node)


def _drop_docstrings(tree: ast.Module) -> None:
    """Docstrings of modules, classes, functions and, by convention, of the constant above the string."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [item for item in node.body if not _is_docstring(item)]
        waiting += ast.iter_child_nodes(node)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _called(node: ast.Call) -> str:
    """The name of the function that is called, without its module."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _beginning(node: ast.expr) -> str:
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _statements(node: ast.stmt) -> list[Statement]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        base = f"{getattr(node, 'level', '')} {getattr(node, 'module', '')}"
        return [
            Statement(
                alias.asname or alias.name.split(".")[0],
                f"{base} {ast.dump(alias)}".encode(),
                frozenset({alias.name}),
            )
            for alias in node.names
        ]
    name = _defined(node)
    constant = isinstance(node, ast.Assign) and name is not None and name.isupper() and not name.startswith("_")
    return [Statement(name, ast.dump(node).encode(), _names(node), constant, isinstance(node, ast.ClassDef))]


def _defined(node: ast.stmt) -> str | None:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else None


def _names(tree: ast.stmt) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            found.add(node.name)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return frozenset(found)
