"""What pydantic found wrong, as one readable line per mistake: the key, the value found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from switchrank.config.models import KINDS_OF_SYSTEM, schema

Schema = dict[str, Any]
_UNIONS = ("vectors", "lexicons", "corpora", "encoders", "systems", "tables", "figures")
"""Sections whose entries are unions: pydantic puts the member's tag after the entry's name."""
_SYSTEMS = {kind: model.__name__ for kind, model in KINDS_OF_SYSTEM.items()}
_INSERTED = {"[key]", "both_sides", "each_side"}
"""Other parts of a location that no user wrote."""


def readable(error: ValidationError) -> Iterable[str]:
    """One line per mistake, without pydantic's own terms."""
    for problem in error.errors(include_url=False):
        location = [str(part) for part in problem["loc"]]
        yield f"{_dotted(location)}: {_what_is_wrong(problem, location)}"


def truth_values(raw: Any, config: BaseModel) -> Iterable[str]:
    """`true` and `false` where a number is needed: pydantic reads them as 1 and 0."""
    return _truth_values(raw, config.model_dump(), "")


def _truth_values(raw: Any, read: Any, key: str) -> Iterable[str]:
    if isinstance(raw, Mapping) and isinstance(read, Mapping):
        for name in [name for name in raw if name in read]:
            yield from _truth_values(raw[name], read[name], f"{key}.{name}" if key else str(name))
    elif isinstance(raw, list) and isinstance(read, list):
        for index, values in enumerate(zip(raw, read, strict=True)):
            yield from _truth_values(*values, f"{key}.{index}")
    elif isinstance(raw, bool) and not isinstance(read, bool):
        yield f"{key}: found {raw}; a number is needed"


def _what_is_wrong(problem: ErrorDetails, location: list[str]) -> str:
    found = f"found {str(value) if isinstance(value := problem['input'], date) else repr(value)}"
    match problem["type"]:
        case "extra_forbidden":
            return f"unknown key; allowed here: {', '.join(_fields_at(location[:-1]))}"
        case "missing":
            return "missing; it is required"
        case "string_pattern_mismatch":  # the only pattern is that of names
            return f"{found}; a name takes letters, digits, '_', '.' and '-' only and starts with a letter or digit"
        case "union_tag_not_found":
            return f"{problem['ctx']['discriminator']} is missing; allowed: {', '.join(_tags_at(location))}"
        case "union_tag_invalid":
            by, tag = problem["ctx"]["discriminator"], problem["ctx"]["tag"]
            return f"found {by} {tag!r}; allowed: {', '.join(_tags_at(location))}"
        case "model_type" | "model_attributes_type" | "dict_type":
            fields = _fields_at(location)
            return f"{found}; expected a mapping{' with keys from ' + ', '.join(fields) if fields else ''}"
        case "string_type" if isinstance(value, bool):
            return f"{found}, as YAML reads yes, no, on and off; put the text in quotes"
        case "string_type" if isinstance(value, int | float | date):
            return f"{found}; put a text that YAML reads as a number or a date in quotes"
        case _:
            return f"{found}; {problem['msg'].removeprefix('Value error, ')}"


def _dotted(location: list[str]) -> str:
    """The key as the user wrote it: without what pydantic inserts for a union's member or a mapping's key."""
    tagged = location[:1] and location[0] in _UNIONS
    kept = [*location[:2], *location[3 if tagged else 2 :]]
    if location[:1] == ["benchmarks"] and location[2:3] == ["source"]:
        kept = [*location[:3], *location[4:]]
    return ".".join(part for part in kept if part not in _INSERTED) or "(root)"


def _fields_at(location: list[str]) -> list[str]:
    """Known keys of the model that a location leads to."""
    return list(_node_at(location).get("properties", {}))


def _tags_at(location: list[str]) -> list[str]:
    """Values that choose a member of the union that a location leads to."""
    return sorted(_node_at(location).get("discriminator", {}).get("mapping", {}))


def _node_at(location: list[str]) -> Schema:
    """The part of the JSON schema that a location leads to."""
    node = schema()
    definitions: Schema = node.get("$defs", {})
    for part in location:
        node = _step(node, part, definitions)
    return _resolve(node, definitions)


def _step(node: Schema, part: str, definitions: Schema) -> Schema:
    node = _resolve(node, definitions)
    properties: dict[str, Schema] = node.get("properties", {})
    if part in properties:
        return properties[part]
    mapping = node.get("discriminator", {}).get("mapping", {})
    if part in mapping:
        return {"$ref": mapping[part]}
    if part in _SYSTEMS and "oneOf" in node:
        return {"$ref": f"#/$defs/{_SYSTEMS[part]}"}
    values: list[Schema] = [*node.get("patternProperties", {}).values()]
    if isinstance(node.get("additionalProperties"), dict):
        values.append(node["additionalProperties"])
    return values[0] if values else {}


def _resolve(node: Schema, definitions: Schema) -> Schema:
    resolved: Schema = definitions[node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node
    return resolved
