"""Duplicate keys and misleading numbers in a configuration file, which YAML itself accepts silently."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from switchrank.errors import SwitchRankError

_NUMBERS = {"tag:yaml.org,2002:int": "a whole number", "tag:yaml.org,2002:float": "a number"}
_OTHERWISE = re.compile(r"[-+]?0[0-7_]+|.*:.*")
"""Numbers that YAML 1.1 reads in base 8 (`010`) and in base 60 (`1:30`)."""


def check_text(path: str | Path) -> None:
    """Check the text of a configuration file, before the values that YAML reads from it are validated.

    Args:
        path: a YAML or JSON file in UTF-8.

    Raises:
        SwitchRankError: the file is missing, not UTF-8 or not YAML; or one line for each key that occurs twice in a
            mapping (YAML silently keeps the last) and each number in base 8 or 60.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SwitchRankError(f"{path}: {error.strerror or error}; expected a configuration file in YAML") from None
    except UnicodeDecodeError as error:
        raise SwitchRankError(f"{path}: not UTF-8 at byte {error.start}; expected YAML in UTF-8") from None
    try:
        root = yaml.compose(_without_tabs(text), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise SwitchRankError(f"{path}{_place(error)}; expected YAML") from None
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise SwitchRankError(f"{path}, line {_line(root)}: expected keys with values, such as run: and systems:")
    mistakes = [f"{path}, line {line}: {mistake}" for line, mistake in _mistakes(root, "", set())]
    if mistakes:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))


def _without_tabs(text: str) -> str:
    """JSON as YAML reads it too: between its values tabs are blanks, and within its strings there are none."""
    try:
        json.loads(text)
    except ValueError:
        return text
    return text.replace("\t", " ")


def _place(error: yaml.YAMLError) -> str:
    """Where and why a file is not YAML, on one line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that no YAML file may hold
        return ": " + " ".join(str(error).split())
    problem, context = getattr(error, "problem", None), getattr(error, "context", None)
    return f", line {mark.line + 1}, column {mark.column + 1}: {', '.join(filter(None, (context, problem)))}"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _mistakes(node: yaml.Node, key: str, seen: set[int]) -> Iterator[tuple[int, str]]:
    """Lines with what is wrong there; the target of an alias is checked once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        first: dict[tuple[str, str], yaml.Node] = {}
        for name, value in node.value:
            inner = f"{key}.{name.value}" if key else str(name.value)
            known = first.setdefault((name.tag, str(name.value)), name)
            if known is not name:
                yield _line(name), f"{inner}: stands in line {_line(known)} too; each key may occur once"
            yield from _mistakes(value, inner, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _mistakes(value, f"{key}.{index}", seen)
    elif isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS and _OTHERWISE.fullmatch(node.value):
        read = yaml.safe_load(node.value)
        yield (
            _line(node),
            f"{key}: found {node.value}, which YAML reads as {read}; write {_NUMBERS[node.tag]} in base 10 "
            "without a leading zero, or the text in quotes",
        )
