"""Settings of the data stage that all formats of benchmarks share."""

from __future__ import annotations

from pydantic import Field, model_validator

from switchrank.settings import Settings


class Shares(Settings):
    """How documents without a given split are divided, by groups; a group is in only one split."""

    train: float = Field(0.65, ge=0, le=1, description="Share of groups for training.")
    dev: float = Field(0.10, ge=0, le=1, description="Share of groups for choosing settings.")
    test: float = Field(0.25, ge=0, le=1, description="Share of groups for judging.")
    seed: int = Field(1, ge=0, description="Key of the division.")

    @model_validator(mode="after")
    def _sum_to_one(self) -> Shares:
        total = self.train + self.dev + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + dev + test is {total:g}, must be 1")
        return self


class Candidates(Settings):
    """English BM25 candidates, used for every pair as in 2305.05295."""

    depth: int = Field(15, ge=1, description="Most candidates per query.")


class Negatives(Settings):
    """English BM25 negatives of the training instances."""

    per_positive: int = Field(4, ge=1, description="Negatives per positive.")
    depth: int = Field(30, ge=1, description="Drawn from this many best BM25 passages.")
    seed: int = Field(1, ge=0, description="Key of the draw.")
