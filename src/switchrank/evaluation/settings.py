"""Settings of the evaluation stage: measures, means of groups, significance, overlap and published values."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator, model_validator

from switchrank.settings import Embedding, Name, Settings, fillable


class Significance(Settings):
    """Paired test of every system against a baseline: of per-query values averaged over seeds, of seeds, or of both."""

    baseline: Name = Field("zeroshot", description="System that the others are compared with.")
    others: dict[Name, list[Name]] = Field(
        {},
        description="Further baselines, each with the systems that are compared with it too; corrected together with "
        "the rest of their family.",
    )
    test: Literal["t", "randomisation", "wilcoxon"] = Field(
        "t",
        description="Paired two-sided t-test, randomisation test of the mean difference (signs flipped, every way "
        "of it where these are few), or Wilcoxon's signed-rank test.",
    )
    correction: Literal["holm", "bonferroni", "bh", "none"] = Field(
        "holm",
        description="Correction for the comparisons of a family: Holm or Bonferroni (family-wise error rate), "
        "Benjamini-Hochberg (false discovery rate).",
    )
    family: Literal["measure", "regime", "system"] = Field(
        "measure",
        description="Comparisons corrected together: all of a measure, those of a measure and regime, or of a measure "
        "and system.",
    )
    level: float = Field(
        0.05, gt=0, lt=1, description="Significance level of the marks and of the confidence interval."
    )
    interval: Literal["t", "bootstrap"] = Field(
        "t", description="Confidence interval of the difference: Student's, or bootstrap (BCa)."
    )
    over: Literal["queries", "seeds", "both"] = Field(
        "queries",
        description="The sample: queries, each averaged over seeds; seeds, each averaged over queries; or both, so "
        "that other queries and other trainings count as chance. Seeds and both need two seeds or more, both needs the "
        "test and the interval `t`.",
    )
    clusters: Literal["none", "group"] = Field(
        "none",
        description="What counts as independent over queries: every query, or every group of them: those "
        "whose relevant passages are of one `group` of splits.parquet, here a component. Seeds have no groups.",
    )
    resamples: int = Field(
        9999, ge=99, le=1_000_000, description="Random sign flips of a randomisation test, and bootstrap samples."
    )
    seed: int = Field(0, ge=0, description="Key of the sign flips and bootstrap samples.")
    margin: float | None = Field(
        None,
        gt=0,
        description="Largest difference that counts as none, in the unit of the measure (.01 is a point of RR@10): "
        "each system is then also tested for equivalence with its baseline. No such test when absent.",
    )

    @model_validator(mode="after")
    def _both_by_t(self) -> Significance:
        if self.over == "both" and (self.test, self.interval) != ("t", "t"):
            raise ValueError(f"over: both needs test: t and interval: t, found {self.test} and {self.interval}")
        return self


class Overlap(Settings):
    """A measure by how many of a query's words occur in its relevant passage."""

    measure: str | None = Field(None, description="One of evaluation.measures; the first of them when absent.")
    edges: list[float] = Field(
        [0.25, 0.5, 0.75, 1.0],
        min_length=1,
        description="Upper edges of the bins, rising, the last 1; queries without a shared word have a separate bin.",
    )

    @field_validator("edges")
    @classmethod
    def _rising_to_one(cls, value: list[float]) -> list[float]:
        if value[0] <= 0 or value[-1] != 1 or any(high <= low for low, high in pairwise(value)):
            raise ValueError(f"{value} must rise from above 0 to 1")
        return value


class Counterpart(Settings):
    """A system of this run with the data, encoder and training of a published one."""

    system: Name = Field(description="One of run.systems.")
    benchmark: Name = Field(description="One of run.benchmarks.")
    published_system: str = Field(min_length=1, description="Column system of the table of published values.")
    published_benchmark: str = Field(min_length=1, description="Its column benchmark.")
    encoder: str = Field(min_length=1, description="Its column encoder.")


class Expected(Settings):
    """Published values, compared with ours if data and settings are the same."""

    values: str = Field("data/expected.csv", min_length=1, description="Table of published values.")
    counterparts: list[Counterpart] = Field([], description="Which of our systems correspond to which published ones.")

    @field_validator("values")
    @classmethod
    def _fillable(cls, value: str) -> str:
        return fillable(value, [])


class Classes(Settings):
    """Classes of queries, such as intents, by their nearest English training queries (tables of kind classes)."""

    neighbours: int = Field(1, ge=1, description="How many vote; of classes with equally many votes, the nearest.")


class Evaluation(Settings):
    """What is measured on every run, and how runs are compared."""

    measures: list[str] = Field(["RR@10", "nDCG@10", "R@10"], min_length=1, description="ir_measures strings.")
    groups: list[Literal["distance", "seen"]] = Field(
        ["distance", "seen"],
        description="Means of groups of pairs: close and distant languages; languages switched into and others.",
    )
    significance: Significance = Field(default_factory=Significance, description="The paired test.")
    overlap: Overlap = Field(default_factory=Overlap, description="The measure by shared words.")
    classes: Classes = Field(default_factory=Classes, description="Classes of queries by nearest neighbours.")
    expected: Expected = Field(default_factory=Expected, description="Published values.")

    @field_validator("measures")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError(f"{value} names a measure twice")
        return value

    @field_validator("groups")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError(f"{value} names a grouping twice")
        return value


class Retrieval(Embedding):
    """How an encoder retrieves passages without candidates and ranker."""

    depth: int = Field(100, ge=1, description="Passages retrieved per query.")
