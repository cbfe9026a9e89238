"""The base of every settings model: unknown keys are errors, numbers are finite, values cannot be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pkgutil import iter_modules
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema


class Settings(BaseModel):
    """Base of all settings: unknown keys, infinity and NaN forbidden, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


RandomSeed = Annotated[int, Field(ge=0, lt=2**32)]
"""The range of seeds that every library accepts."""
Precision = Literal["auto", "fp32", "bf16"]
PRECISION = "Of matrix products. auto: bf16 if the hardware has it, else fp32, so results depend on the processor."
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""Name of an entry: it is used for a folder, so only letters, digits, `_`, `.` and `-`."""


class Embedding(Settings):
    """How an encoder turns queries and passages into vectors."""

    query_prefix: str = Field("", description="Prefix of queries; E5 was trained with `query: `.")
    passage_prefix: str = Field("", description="Prefix of passages; E5 was trained with `passage: `.")
    pooling: Literal["mean", "cls"] = Field("mean", description="How token vectors become a text vector.")
    max_length: int = Field(512, ge=4, description="Tokens per text; longer texts are truncated.")
    precision: Precision = Field("fp32", description=f"{PRECISION} Vectors are float32.")
    batch_tokens: int = Field(2048, ge=64, description="Tokens per batch, padding included.")


@dataclass(frozen=True)
class ModuleOf:
    """Type of a setting that names a module of a package, as in `Annotated[str, ModuleOf("switchrank.ranker.losses")]`.

    The modules are listed and not imported, so that reading a configuration stays fast.
    """

    package: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(module_names(self.package))


def module_names(package: str) -> list[str]:
    """Names of the modules of a package, sorted."""
    spec = find_spec(package)
    assert spec is not None, package
    return sorted(module.name for module in iter_modules(spec.submodule_search_locations))


def placeholders(path: str) -> list[str]:
    """The texts between the braces of a path.

    Raises:
        ValueError: a brace that is not closed or not opened.
    """
    found = [part for part in Formatter().parse(path) if part[1] is not None]
    return ["".join((str(name), f"!{how}" if how else "", f":{form}" if form else "")) for _, name, form, how in found]


def fillable(path: str, allowed: Sequence[str]) -> str:
    """The unchanged path, if all its placeholders are among those that are filled in.

    Raises:
        ValueError: another placeholder, one with more than the plain name (`{0}`, `{source!r}`, `{source.name}`), or
            a single brace.
    """
    listed = f"allowed: {', '.join(f'{{{name}}}' for name in allowed) or 'none'}"
    try:
        unknown = [f"{{{name}}}" for name in placeholders(path) if name not in allowed]
    except ValueError as error:
        raise ValueError(f"{error}; {listed}; a brace of the path itself is written twice") from None
    if unknown:
        raise ValueError(f"unknown placeholder {', '.join(unknown)}; {listed}")
    return path
