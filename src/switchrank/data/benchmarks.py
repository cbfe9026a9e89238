"""The settings of one benchmark: those that all formats share, and the source, discriminated on its format."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from switchrank.data.reading import source_classes
from switchrank.data.settings import Candidates, Negatives, Shares
from switchrank.settings import Settings

Source: Any = Annotated[reduce(or_, source_classes()), Field(discriminator="format")]
"""The union of all formats' settings."""


class Benchmark(Settings):
    """Passages, queries and qrels in one or several languages."""

    source: Source = Field(description="Where the texts come from, and in which format.")
    languages: list[str] = Field(min_length=1, description="ISO 639-1 codes; English is required.")
    shares: Shares | None = Field(
        None,
        description="How documents without a split in the source are divided; when absent, they belong to every split.",
    )
    candidates: Candidates = Field(default_factory=Candidates, description="Candidates of dev and test.")
    negatives: Negatives = Field(default_factory=Negatives, description="Negatives of train.")
    mix_seed: int = Field(0, ge=0, description="Key of the language drawn for each text of the MLIR mix.")
    exclude: list[Annotated[str, Field(min_length=1)]] = Field(
        [],
        description="Not trained on: names of groups (articles), doc_ids, query_ids or title_ids, such as those that "
        "another benchmark judges.",
    )
    judge: Literal["dev", "test"] = Field("test", description="The split that is scored; dev for choosing settings.")

    @field_validator("languages")
    @classmethod
    def _with_english(cls, value: list[str]) -> list[str]:
        if "en" not in value:
            raise ValueError(f"{value} lacks 'en', the language of training")
        if len(set(value)) != len(value):
            raise ValueError(f"{value} names a language twice")
        return value
