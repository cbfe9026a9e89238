"""Tables of kind systems: one row per system, one column per pair, with the means of MoIR, CLIR and MLIR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.languages import parse_pair
from switchrank.lists import Reference, each, repeats
from switchrank.measures.reference_names import CEILING, FIRST_STAGE, RANDOM, REFERENCES
from switchrank.report.tables.cells import MEAN, REGIMES, judged_cells
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row
from switchrank.report.tables.judged import JudgedTable, dagger, marked, mean_text, named, read_results, spread
from switchrank.report.tables.sources import Files
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan


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
    reference_rows: list[Literal["first_stage", "random", "ceiling"]] = Field(
        [],
        description="Rows above the systems: the candidates in the first stage's own order, in random order (the "
        "expected value), and with the relevant ones first (the ceiling of every ranker).",
    )

    def references(self, config: Config) -> Iterator[Reference]:
        yield from super().references(config)
        yield from each("systems", self.systems, config.run.systems)
        yield from each("pairs", self.pairs, config.run.pairs_on(self.benchmark))
        if self.columns != "pairs":
            yield "columns", self.columns, ["pairs", *config.evaluation.groups]

    def mistakes(self, config: Config) -> Iterator[str]:
        yield from repeats("systems", self.systems or [])
        yield from repeats("pairs", self.pairs or [])
        yield from repeats("reference_rows", self.reference_rows)

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return super().inputs(plan) | ({"references": _references(self.benchmark)} if self.reference_rows else {})

    def origins(self, plan: Plan) -> Files:
        shown = {REFERENCES[name]: {"": [_references(self.benchmark)]} for name in self.reference_rows}
        return {**super().origins(plan), **shown}

    def values(self, plan: Plan) -> dict[str, Any]:
        """The entry, its systems filled in, and the pairs of each heading in place of `pairs`."""
        groups = None if self.columns == "pairs" else plan.groups(self.columns)
        whole = super().values(plan) | {"systems": self.systems or plan.config.run.systems}
        return whole | {"pairs": headings(self.pairs or plan.config.run.pairs_on(self.benchmark), groups)}

    def described(self, plan: Plan) -> str:
        significance = plan.significance(self)
        end = ", ".join(filter(None, (str(significance["baseline"]), marked(significance))))
        return (
            "Rows are systems, columns language pairs and the mean of each regime; † marks a significant difference to "
            f"{end}."
        )


Table = SystemsTable
_SAID = {
    FIRST_STAGE: f"{FIRST_STAGE}: the candidates in their own order.",
    RANDOM: f"{RANDOM}: the expected value of the candidates in random order.",
    CEILING: f"{CEILING}: the candidates with the relevant ones first.",
}


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    results = read_results(inputs, settings)
    found = build_cells(*results, settings, settings["systems"], settings["pairs"], settings["level"])
    if not settings["reference_rows"]:
        return found
    names = [REFERENCES[name] for name in settings["reference_rows"]]
    table = tables.read(inputs["references"], tables.SUMMARY)
    above = build_cells(table, results[1].clear(), settings, names, settings["pairs"], settings["level"])
    below = found.with_columns(pl.col("row") + len(names))
    return pl.concat([above.with_columns(best=pl.lit(False)), below]).sort("row", "column")


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    columns = [_pair_column(row["regime"], row["pair"]) for row in rows[0]]
    body = [
        (
            (str(row[0]["system"]),),
            [
                Cell(
                    (c["value"],),
                    mean_text(c["value"], settings),
                    c["best"],
                    c["significant"],
                    source=spread(c, settings),
                )
                for c in row
            ],
        )
        for row in rows
    ]
    legend = [
        f"{named(settings)}, mean over queries and seeds.",
        "Bold: the highest of a system in its column."
        if any(row[0]["system"] in _SAID for row in rows)
        else "Bold: the highest of its column.",
        dagger(significance),
        f"{ABSENT}: not judged.",
    ]
    legend += [said for name, said in _SAID.items() if any(names == (name,) for names, _ in body)]
    return Grid(str(settings["caption"]), legend, ("system",), columns, body)


def _references(benchmark: str) -> str:
    return f"results/reference/{benchmark}.parquet"


def _pair_column(regime: str, pair: str) -> Column:
    mean = pair == MEAN
    return Column(regime, pair, (f"{regime} mean" if mean else pair,), mean)


def headings(pairs: Sequence[str], groups: Mapping[str, Sequence[str]] | None = None) -> dict[str, list[str]]:
    """Pairs by the headings of a table.

    Args:
        pairs: as `de-en`.
        groups: pairs by the group's name; a heading is then a regime and a group.

    Returns:
        Pairs by heading, in the order MoIR, CLIR, MLIR and in that of `pairs`; no heading without pairs.
    """
    found = {}
    for regime in REGIMES:
        members = [pair for pair in pairs if parse_pair(pair).regime == regime]
        if groups is None:
            found[regime] = members
        else:
            found |= {f"{regime} {name}": [p for p in members if p in chosen] for name, chosen in groups.items()}
    return {heading: members for heading, members in found.items() if members}


def _rows(systems: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {"row": range(len(systems)), "system": systems, "label": systems}, schema_overrides={"row": pl.Int32}
    )


def _columns(headings: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    columns = [(heading, pair) for heading, pairs in headings.items() for pair in (*pairs, MEAN)]
    return pl.DataFrame(
        [(index, *column) for index, column in enumerate(columns)],
        schema={"column": pl.Int32, "regime": pl.String, "pair": pl.String},
        orient="row",
    )


def build_cells(
    summary: pl.DataFrame,
    significance: pl.DataFrame,
    settings: Mapping[str, Any],
    systems: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    level: float,
) -> pl.DataFrame:
    """The cells of one table of systems × pairs.

    Args:
        summary: a SUMMARY table.
        significance: a SIGNIFICANCE table.
        settings: a SystemsTable entry; its benchmark and measure choose the rows.
        systems: rows, from top to bottom.
        columns: pairs of each heading, from left to right; a heading's mean follows its pairs. A heading is a
            regime, or a regime and a group of its pairs that has its own means: `CLIR unseen`.
        level: a cell is significant if p_adjusted is below it.

    Returns:
        A CELLS table; see `cells.judged_cells`.

    Raises:
        SwitchRankError: there is no column, or the summary holds nothing of this benchmark and measure.
    """
    if not columns:
        raise SwitchRankError(
            f"table of {settings['benchmark']!r}: no column; no pair of run.pairs is in a group of evaluation.groups "
            f"that columns: {settings.get('columns', 'pairs')} shows; leave the table out or set columns: pairs"
        )
    grid = _rows(systems).join(_columns(columns), how="cross", maintain_order="left_right")
    return judged_cells(grid, summary, significance, settings, level)
