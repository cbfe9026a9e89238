"""Tables of kind ablation: the effect of one choice on each regime's mean, and how much was switched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Literal

import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lists import Reference, repeats
from switchrank.report.tables.cells import MEAN, REGIMES, completed, judged_cells
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.judged import (
    NO_INTERVAL,
    JudgedTable,
    dagger,
    difference_text,
    marked,
    mean_text,
    named,
    read_results,
    spread,
)
from switchrank.report.tables.sources import Files
from switchrank.settings import Name, Settings

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan

SWITCHED = "switched"
"""Setting and measure of the cells that hold the realised share of switched tokens."""


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

    def references(self, config: Config) -> Iterator[Reference]:
        yield from super().references(config)
        for index, row in enumerate(self.rows):
            yield f"rows.{index}.system", row.system, config.run.systems
        if self.baseline is not None:
            tests = config.evaluation.significance
            yield "baseline", self.baseline, [tests.baseline, *tests.others]

    def mistakes(self, config: Config) -> Iterator[str]:
        """Rows with one label, and rows without a difference, since nothing compares them with the baseline."""
        yield from repeats("rows", [row.label for row in self.rows])
        tests = config.evaluation.significance
        if self.baseline in (None, tests.baseline):
            return
        known = [str(self.baseline), *tests.others.get(str(self.baseline), [])]
        for index, row in enumerate(self.rows):
            if row.system not in known:
                yield (
                    f"rows.{index}.system: found {row.system!r}, which evaluation.significance.others does not "
                    f"compare with {self.baseline!r}; allowed: {', '.join(known)}"
                )

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return super().inputs(plan) | {"corpora": self._summaries(plan)}

    def values(self, plan: Plan) -> dict[str, Any]:
        return {key: value for key, value in super().values(plan).items() if key != "heading"}

    def origins(self, plan: Plan) -> Files:
        found = {system: dict(files) for system, files in super().origins(plan).items()}
        for system, summary in self._summaries(plan).items():
            found[system][SWITCHED] = [summary]
        return found

    def _summaries(self, plan: Plan) -> dict[str, str]:
        """The summary of the corpus of each system that is trained on switched text."""
        return plan.switched_summaries([row.system for row in self.rows])

    def described(self, plan: Plan) -> str:
        significance = plan.significance(self)
        end = ", ".join(filter(None, ("† marks a significant one", marked(significance))))
        return (
            "Rows are what one choice was set to; columns the mean of each regime and its difference to "
            f"{significance['baseline']} with its interval; {end}."
        )


Table = AblationTable


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    corpora = {system: tables.read(path, tables.CORPUS_SUMMARY) for system, path in inputs["corpora"].items()}
    return build_ablation(*read_results(inputs, settings), settings, corpora, settings["level"])


def build_ablation(
    summary: pl.DataFrame,
    significance: pl.DataFrame,
    settings: Mapping[str, Any],
    corpora: Mapping[str, pl.DataFrame],
    level: float,
) -> pl.DataFrame:
    """The cells of one ablation.

    Args:
        summary: a SUMMARY table; its rows of pair "mean" are shown.
        significance: a SIGNIFICANCE table; its rows of pair "mean" are shown.
        settings: an AblationTable entry.
        corpora: CORPUS_SUMMARY table by system, of systems that are trained on switched text.
        level: a cell is significant if p_adjusted is below it.

    Returns:
        A CELLS table. Column 0 is the share of tokens that were switched, over all pairs and sides of the
        system's corpus, null if it is not switched; there is no such column if none is.
        Then there is one column for each regime that has a mean; see `cells.judged_cells`. difference is
        null for the baseline itself.

    Raises:
        SwitchRankError: the summary holds no mean of this benchmark and measure for any system of the table.
    """
    rows = pl.DataFrame(
        [(index, row["system"], row["label"]) for index, row in enumerate(settings["rows"])],
        schema={"row": pl.Int32, "system": pl.String, "label": pl.String},
        orient="row",
    )
    shares = _shares(rows, {system: _share(table) for system, table in corpora.items()})
    first = 0 if shares.is_empty() else 1
    columns = pl.DataFrame(
        [(first + index, regime, MEAN) for index, regime in enumerate(_regimes_of(rows["system"], summary, settings))],
        schema={"column": pl.Int32, "regime": pl.String, "pair": pl.String},
        orient="row",
    )
    judged = judged_cells(
        rows.join(columns, how="cross", maintain_order="left_right"), summary, significance, settings, level
    )
    return pl.concat([shares, judged]).sort("row", "column")


def _regimes_of(systems: pl.Series, summary: pl.DataFrame, settings: Mapping[str, Any]) -> list[str]:
    """Regimes in which at least one of the systems has a mean."""
    found = summary.filter(
        (pl.col("benchmark") == settings["benchmark"])
        & (pl.col("measure") == settings["measure"])
        & (pl.col("pair") == MEAN)
        & pl.col("system").is_in(systems.to_list())
    )
    if found.is_empty():
        raise SwitchRankError(
            f"summary: no mean of benchmark {settings['benchmark']!r} and measure {settings['measure']!r} for "
            f"{', '.join(systems)}, which an ablation shows; a system needs to be judged on all pairs of a regime"
        )
    return [regime for regime in REGIMES if regime in set(found["regime"])]


def _share(summary: pl.DataFrame) -> float | None:
    """Switched tokens among all tokens."""
    tokens = int(summary["tokens"].sum())
    return int(summary["switched"].sum()) / tokens if tokens else None


def _shares(rows: pl.DataFrame, shares: Mapping[str, float | None]) -> pl.DataFrame:
    """CELLS rows of column 0; empty if no system of the table is trained on switched text."""
    known = [system for system in rows["system"] if shares.get(system) is not None]
    values = pl.Series("value", [shares.get(system) for system in rows["system"]], dtype=pl.Float64)
    cells = rows.with_columns(
        pl.lit(0).alias("column"),
        *(pl.lit(SWITCHED).alias(name) for name in ("regime", "measure")),
        pl.lit(MEAN).alias("pair"),
        values,
    )
    return completed(cells).head(rows.height if known else 0)


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    columns = [column for cell in rows[0] for column in _ablation_columns(cell["regime"])]
    body = [
        ((str(row[0]["label"]),), [printed for cell in row for printed in _ablation_cells(cell, settings)])
        for row in rows
    ]
    legend = _ablation_legend([cell for row in rows for cell in row], settings, significance)
    return Grid(str(settings["caption"]), legend, (str(settings["heading"]),), columns, body)


def _ablation_columns(regime: str) -> list[Column]:
    if regime == SWITCHED:
        return [Column(SWITCHED, "tokens", ("switched tokens",))]
    names = tuple(f"{regime} {name}" for name in ("difference", "low", "high", "adjusted p"))
    return [Column(regime, "mean", (f"{regime} mean",)), Column(regime, "difference", names)]


def _ablation_cells(cell: Row, settings: Mapping[str, Any]) -> list[Cell]:
    mean = Cell((cell["value"],), mean_text(cell["value"], settings), cell["best"], source=spread(cell, settings))
    if cell["regime"] == SWITCHED:
        return [mean]
    values = tuple(cell[name] for name in ("difference", "low", "high", "p_adjusted"))
    difference = difference_text(cell, settings)
    return [mean, Cell(values, difference, significant=cell["significant"], source=source_of(cell))]


def _ablation_legend(cells: list[Row], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> list[str]:
    baseline = significance["baseline"]
    legend = [
        f"{named(settings)}, mean over queries, seeds and the regime's pairs.",
        "Bold: the highest of its column.",
        f"difference: to {baseline}, with its {100 * (1 - significance['level']):g} % interval, which is not corrected "
        "for the number of comparisons.",
        dagger(significance),
    ]
    if any(cell["difference"] is not None and cell["low"] is None for cell in cells):
        legend.append(f"{NO_INTERVAL}: not computable.")
    absent = ["no difference to itself" if any(cell["system"] == baseline for cell in cells) else ""]
    if any(cell["regime"] == SWITCHED for cell in cells):
        scale = ", × 100" if settings["percent"] else ""
        legend.append(f"switched: share of the corpus's tokens that were switched{scale}.")
        unswitched = any(cell["regime"] == SWITCHED and cell["value"] is None for cell in cells)
        absent.append("not trained on switched text" if unswitched else "")
    absent.append("not judged on all pairs" if any(_unjudged(cell) for cell in cells) else "")
    return [*legend, *([f"{ABSENT}: {', or '.join(filter(None, absent))}."] if any(absent) else [])]


def _unjudged(cell: Row) -> bool:
    return cell["regime"] != SWITCHED and cell["value"] is None
