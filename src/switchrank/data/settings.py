"""Settings of the data stage that all formats of benchmarks share."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from switchrank.settings import Embedding, Name, Settings


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
    """The passages of each dev and test query that are re-ranked."""

    model_config = ConfigDict(serialize_by_alias=True)

    origin: Literal["bm25", "encoder", "given", "all"] = Field(
        "bm25",
        alias="from",
        description="bm25: English BM25, the same for all pairs as in 2305.05295, which needs a parallel benchmark. "
        "encoder: the nearest passages by an encoder, a list for each pair. given: those of the source. all: every "
        "passage of the split, for small benchmarks.",
    )
    depth: int = Field(15, ge=1, description="Most candidates per query; all has no limit.")
    encoder: Name | None = Field(
        None, description="Of from: encoder. A contrastive encoder is taken with the first seed of the run."
    )
    embedding: Embedding | None = Field(None, description="How this encoder embeds texts; defaults when absent.")

    @model_validator(mode="after")
    def _an_encoder_only_where_it_is_used(self) -> Candidates:
        if self.origin == "encoder" and self.encoder is None:
            raise ValueError("from: encoder needs the name of an encoder under `encoder`")
        given = [key for key in ("encoder", "embedding") if getattr(self, key) is not None]
        if self.origin != "encoder" and given:
            raise ValueError(f"{', '.join(given)} goes with from: encoder only, found from: {self.origin}")
        return self


class Draw(Settings):
    """How negatives are drawn from what BM25 finds."""

    per_positive: int = Field(4, ge=1, description="Negatives per positive, where BM25 chooses them.")
    depth: int = Field(30, ge=1, description="Drawn from this many best BM25 passages.")
    seed: int = Field(1, ge=0, description="Key of the draw.")


class Negatives(Draw):
    """Negatives of the English training instances."""

    model_config = ConfigDict(serialize_by_alias=True)

    origin: Literal["bm25", "given"] = Field(
        "bm25",
        alias="from",
        description="bm25: the relevant pairs of train, with passages that BM25 ranks high. given: the source's own "
        "training pairs, relevant and not, all of them in their order.",
    )
    fill: bool = Field(
        False,
        description="Of from: given. A query with fewer given negatives than per_positive for each of its relevant "
        "passages gets the missing ones from BM25; all pairs are then in memory at once.",
    )

    @model_validator(mode="after")
    def _fills_what_is_given(self) -> Negatives:
        if self.fill and self.origin != "given":
            raise ValueError(f"fill goes with from: given only, found from: {self.origin}")
        return self
