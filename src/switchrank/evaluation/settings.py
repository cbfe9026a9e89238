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
