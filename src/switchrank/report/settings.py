"""Settings of the report stage: tables made of the summaries, and figures made of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from switchrank.settings import Name, Settings

PoolMeasure = Literal[
    "mono AP",
    "mono R@1",
    "mono R@10",
    "cross AP",
    "cross R@1",
    "cross R@10",
    "multi AP",
    "multi R@1",
    "multi R@10",
    "rank distance",
]


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("Input should be a finite number or a text")
    return value


Label = Annotated[
    str,
    Field(min_length=1, coerce_numbers_to_str=True),
    BeforeValidator(_finite),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]}),
]
"""A text, for which YAML may have read a number."""


class JudgedTable(Settings):
    """Settings shared by tables of judged systems."""

    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose runs are shown.")
    measure: str = Field("RR@10", description="One of evaluation.measures.")
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show values times 100, as the papers do.")


class SystemsTable(JudgedTable):
    """A systems × pairs table, with the means of MoIR, CLIR and MLIR."""

    kind: Literal["systems"] = "systems"
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems of run.systems, from top to bottom; all when absent."
    )
    pairs: list[str] | None = Field(
        None, min_length=1, description="Pairs of run.pairs; all when absent. Means are still over all pairs."
    )
    columns: Literal["pairs", "distance", "seen"] = Field(
        "pairs",
        description="pairs under MoIR, CLIR and MLIR; or under one of evaluation.groups: close and distant languages, "
        "languages that were switched into (seen) and others (unseen), without mixed sides.",
    )


class AblationRow(Settings):
    """A row of an ablation."""

    system: Name = Field(description="One of run.systems.")
    label: Label = Field(description="Text of the first column: the value that is varied, such as 0.25 or IBM-1 words.")


class AblationTable(JudgedTable):
    """The effect of one choice: one row per system, and for MoIR, CLIR and MLIR the mean and its difference to
    evaluation.significance.baseline with interval; and the share of tokens that were switched."""

    kind: Literal["ablation"]
    heading: str = Field("system", description="Heading of the first column: what is varied.")
    baseline: Name | None = Field(
        None, description="System that the rows are compared with: one of significance.others; else its baseline."
    )
    rows: list[AblationRow] = Field(min_length=1, description="Rows, from top to bottom.")


class LexiconsTable(Settings):
    """Quality of lexicons: one row per lexicon and target language, one column per measure."""

    kind: Literal["lexicons"]
    caption: str = Field(description="Printed above the table.")
    lexicons: list[Name] = Field(min_length=1, description="Rows, from top to bottom.")
    measures: list[str] = Field(
        min_length=1,
        description="Measures of results/lexicon/{lexicon}/quality.parquet: entries, token coverage, P@1 GOLD …",
    )
    digits: int = Field(1, ge=0, le=6, description="Decimals of a share; of other values two more.")
    percent: bool = Field(True, description="Show shares times 100.")


class PoolTable(Settings):
    """Dense retrieval in one language, across two and from one pool of all (as in 2408.10536): one row per system, one
    column per measure, mean over queries, languages and seeds."""

    kind: Literal["pool"]
    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose passages are the pool.")
    systems: list[Name] = Field(min_length=1, description="Dense systems of run.systems, from top to bottom.")
    measures: list[PoolMeasure] = Field(
        ["mono AP", "cross AP", "multi AP", "mono R@1", "cross R@1", "multi R@10", "rank distance"],
        min_length=1,
        description="From left to right.",
    )
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show shares times 100.")


class CostTable(Settings):
    """Cost of the run: one row per stage or rule, from the benchmark files that Snakemake writes for its jobs."""

    kind: Literal["cost"]
    caption: str = Field(description="Printed above the table.")
    rows: Literal["stage", "rule"] = Field("stage", description="What a row is.")
    digits: int = Field(1, ge=0, le=6, description="Decimals of the peak memory in GiB.")


def _systems_by_default(value: Any) -> Any:
    return {**value, "kind": "systems"} if isinstance(value, Mapping) and "kind" not in value else value


Table = Annotated[
    Annotated[SystemsTable | AblationTable | LexiconsTable | PoolTable | CostTable, Field(discriminator="kind")],
    BeforeValidator(_systems_by_default),
]


class AblationFigure(Settings):
    """An ablation's differences to the baseline with their intervals, one line per regime."""

    kind: Literal["ablation"]
    table: Name = Field(description="Table of kind ablation that is drawn.")
    x: str | None = Field(None, description="Title of the horizontal axis; the table's heading when absent.")
    caption: str = Field(description="Printed below the figure.")


class LexiconsFigure(Settings):
    """P@k of lexicons, one panel per measure, one group per language."""

    kind: Literal["lexicons"]
    table: Name = Field(description="Table of kind lexicons whose P@k are drawn.")
    caption: str = Field(description="Printed below the figure.")


class DiagnosticsFigure(Settings):
    """Diagnostics of encoders on dev during contrastive training: one panel per measure, one curve per encoder, mean
    and range of the seeds."""

    kind: Literal["diagnostics"]
    encoders: list[Name] = Field(min_length=1, description="Contrastive encoders with diagnostics, used by the run.")
    measures: list[str] = Field(
        ["alignment", "uniformity", "accuracy"],
        min_length=1,
        description="In diagnostics.parquet: also accuracy de …",
    )
    caption: str = Field(description="Printed below the figure.")


class TrainingFigure(Settings):
    """Loss over the steps: one curve per system or contrastive encoder, mean and range of the seeds."""

    kind: Literal["training"]
    systems: list[Name] = Field([], description="Trained systems of the run.")
    encoders: list[Name] = Field([], description="Contrastive encoders, used by the run.")
    caption: str = Field(description="Printed below the figure.")


class HeatmapFigure(Settings):
    """The gain over the baseline of every system on every pair: a coloured table with a number in each cell."""

    kind: Literal["heatmap"]
    table: Name = Field(description="Table of kind systems that is drawn.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems, from top to bottom; all except the baseline when absent."
    )
    means: bool = Field(True, description="Show the means of MoIR, CLIR and MLIR too.")
    caption: str = Field(description="Printed below the figure.")


class DistanceFigure(Settings):
    """The gain over the baseline by the distance of a pair's languages, one mark with its interval per system and
    pair."""

    kind: Literal["distance"]
    table: Name = Field(description="Table of kind systems that is drawn.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems in the order of the legend; all except the baseline when absent."
    )
    caption: str = Field(description="Printed below the figure.")


class OverlapFigure(Settings):
    """The measure by the share of a query's words that its relevant passage has: one panel per regime, one line per
    system."""

    kind: Literal["overlap"]
    benchmark: Name = Field(description="One of run.benchmarks.")
    systems: list[Name] | None = Field(
        None, min_length=1, description="Systems in the order of the legend; those of run.systems when absent."
    )
    digits: int = Field(1, ge=0, le=6, description="Decimals of the values in the figure's description.")
    percent: bool = Field(True, description="Show values times 100.")
    caption: str = Field(description="Printed below the figure.")


class TimeFigure(Settings):
    """Cost of each stage of the run: one panel per measure, one bar per stage with its value."""

    kind: Literal["time"]
    table: Name = Field(description="Table of kind cost that is drawn.")
    measures: list[Literal["wall", "cpu", "memory"]] = Field(["wall"], min_length=1, description="From left to right.")
    caption: str = Field(description="Printed below the figure.")


Figure = Annotated[
    AblationFigure
    | LexiconsFigure
    | DiagnosticsFigure
    | TrainingFigure
    | HeatmapFigure
    | DistanceFigure
    | OverlapFigure
    | TimeFigure,
    Field(discriminator="kind"),
]

TABLES_DRAWN = {
    "ablation": "ablation",
    "lexicons": "lexicons",
    "heatmap": "systems",
    "distance": "systems",
    "time": "cost",
}
"""Kind of table that each kind of figure is drawn from; other figures need no table."""


class Page(Settings):
    """How many texts the page results/report.html shows."""

    pairs: int = Field(9, ge=0, description="Language pairs for which queries are shown, from every regime.")
    queries: int = Field(2, ge=1, description="Queries with the largest gain, and as many with the largest loss.")
    passages: int = Field(3, ge=1, description="First passages of each system shown for such a query.")
    entries: int = Field(5, ge=1, description="Entries shown of each lexicon and language.")
