"""Settings of the data stage: a benchmark and where it comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from switchrank.settings import Name, Settings


class Filter(Settings):
    """Which English query–passage pairs count. Pairs with a `{placeholder}` never do."""

    min_query_words: int = Field(2, ge=1, description="Fewest words of the query.")
    min_passage_words: int = Field(6, ge=1, description="Fewest words of the passage.")
    max_query_repeats: int = Field(1, ge=1, description="How many eligible pairs may share the query's text.")


class Shares(Settings):
    """How the groups (components) are divided; a group is in one split only."""

    train: float = Field(0.65, gt=0, lt=1, description="Share of groups for training.")
    dev: float = Field(0.10, gt=0, lt=1, description="Share of groups for choosing settings.")
    test: float = Field(0.25, gt=0, lt=1, description="Share of groups for judging.")
    seed: int = Field(1, ge=0, description="Key of the division.")

    @model_validator(mode="after")
    def _sum_to_one(self) -> Shares:
        total = self.train + self.dev + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + dev + test is {total:g}, must be 1")
        return self


class Candidates(Settings):
    """English BM25 candidates, used again for every pair as in 2305.05295."""

    depth: int = Field(15, ge=1, description="Most candidates a query.")


class Negatives(Settings):
    """English BM25 negatives of the training instances."""

    per_positive: int = Field(4, ge=1, description="Negatives a positive.")
    depth: int = Field(30, ge=1, description="Drawn from this many best BM25 passages.")
    seed: int = Field(1, ge=0, description="Key of the draw.")


class HomeAssistant(Settings):
    """Titles and descriptions of the `homeassistant` package: a title is a query, its description the
    relevant passage; human translations give the other languages."""

    method: Literal["homeassistant"]
    source: Name = Field(description="Row of the sources table that holds the wheel.")
    languages: list[str] = Field(min_length=2, description="ISO 639-1 codes; English is required.")
    train: Filter = Field(
        default_factory=lambda: Filter(min_query_words=1, min_passage_words=4, max_query_repeats=3),
        description="Filter of the training pairs.",
    )
    judged: Filter = Field(default_factory=Filter, description="Filter of the dev and test pairs.")
    shares: Shares = Field(default_factory=Shares, description="Division into train, dev and test.")
    candidates: Candidates = Field(default_factory=Candidates, description="Candidates of dev and test.")
    negatives: Negatives = Field(default_factory=Negatives, description="Negatives of train.")
    mix_seed: int = Field(0, ge=0, description="Key of the language drawn for each text of the MLIR mix.")
    judge: Literal["dev", "test"] = Field("test", description="The split that is scored; dev for choosing settings.")

    @field_validator("languages")
    @classmethod
    def _with_english(cls, value: list[str]) -> list[str]:
        if "en" not in value:
            raise ValueError(f"{value} lacks 'en', the language of training")
        if len(set(value)) != len(value):
            raise ValueError(f"{value} names a language twice")
        return value


Benchmark = HomeAssistant
"""One benchmark entry; later methods join by a union discriminated on `method`."""
