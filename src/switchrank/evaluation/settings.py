"""Settings of the evaluation stage: measures and significance."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from switchrank.settings import Name, Settings

MEASURE = re.compile(r"^(RR|nDCG|AP|R)(@[1-9][0-9]*)?$")
_NEEDS_CUTOFF = ("R",)


class Significance(Settings):
    """Paired test of every system against a baseline, on per-query values averaged over seeds."""

    baseline: Name = Field("zeroshot", description="System that the others are compared with.")
    test: Literal["t"] = Field("t", description="Paired two-sided t-test.")
    correction: Literal["holm", "none"] = Field("holm", description="Correction for the comparisons of a family.")
    family: Literal["measure", "setting", "system"] = Field(
        "measure",
        description="Comparisons corrected together: all of a measure, those of a measure and setting, or of a measure "
        "and system.",
    )
    level: float = Field(
        0.05, gt=0, lt=1, description="Significance level of the marks and of the confidence interval."
    )


class Evaluation(Settings):
    """What is measured on every run."""

    measures: list[str] = Field(["RR@10", "nDCG@10", "R@10"], min_length=1, description="ir_measures strings.")
    significance: Significance = Field(default_factory=Significance, description="The paired test.")

    @field_validator("measures")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        for measure in value:
            if not MEASURE.match(measure) or measure in _NEEDS_CUTOFF:
                raise ValueError(f"{measure!r} is not one of RR, RR@k, nDCG, nDCG@k, AP, AP@k, R@k")
        if len(set(value)) != len(value):
            raise ValueError(f"{value} names a measure twice")
        return value


class Retrieval(Settings):
    """How an encoder by itself retrieves passages: no candidates, no ranker."""

    query_prefix: str = Field("", description="Before queries; E5 was trained with `query: `.")
    passage_prefix: str = Field("", description="Before passages; E5 was trained with `passage: `.")
    pooling: Literal["mean", "cls"] = Field("mean", description="How token vectors become a text vector.")
    max_length: int = Field(512, ge=4, description="Tokens a text, longer ones are cut.")
    depth: int = Field(100, ge=1, description="Passages retrieved for a query.")
    precision: Literal["auto", "fp32", "bf16"] = Field("fp32", description="Of the encoder; vectors are float32.")
    batch_tokens: int = Field(2048, ge=64, description="Tokens a batch, padding included.")
