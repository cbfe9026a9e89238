"""Tables of kind lexicons: one row per lexicon and target language, one column per measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lists import Reference, each, repeats
from switchrank.report.numbers import number
from switchrank.report.tables.cells import SCHEMA, completed, highest
from switchrank.report.tables.grid import ABSENT, Cell, Column, Grid, Row, source_of
from switchrank.report.tables.judged import mean_text
from switchrank.report.tables.kind import TableEntry
from switchrank.report.tables.sources import Files
from switchrank.results import lexicon_quality
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan

PRECISIONS = ("P@", "accuracy@", "common accuracy@")


class LexiconsTable(TableEntry):
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

    def references(self, config: Config) -> Iterator[Reference]:
        yield from each("lexicons", self.lexicons, config.lexicons)

    def mistakes(self, config: Config) -> Iterator[str]:
        """What is repeated, and a P@k that is not measured."""
        yield from repeats("lexicons", self.lexicons)
        yield from repeats("measures", self.measures)
        quality = config.lexicon_quality
        for measure in self.measures:
            prefix = next((prefix for prefix in PRECISIONS if measure.startswith(prefix)), None)
            known = [f"{prefix}{k} {gold}" for k in quality.at for gold in quality.gold]
            if prefix is not None and measure not in known:
                allowed = ", ".join(known) or "(lexicon_quality.gold names none)"
                yield f"measures: found {measure!r}, which is not measured; allowed: {allowed}"

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return {"quality": {name: lexicon_quality(name) for name in self.lexicons}}

    def origins(self, plan: Plan) -> Files:
        return {name: {"": [path]} for name, path in self.inputs(plan)["quality"].items()}

    def described(self, plan: Plan) -> str:
        return "Rows are lexicons and language pairs, columns measures of a lexicon's quality."


Table = LexiconsTable


def cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """See `switchrank.report.tables.kind`."""
    return build_lexicons(
        {name: tables.read(path, tables.QUALITY) for name, path in inputs["quality"].items()}, settings
    )


def build_lexicons(quality: Mapping[str, pl.DataFrame], settings: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of one table of lexicons.

    Args:
        quality: QUALITY table by lexicon.
        settings: a LexiconsTable entry: lexicons and measures, in the order to be shown.

    Returns:
        A CELLS table: system and label are the lexicon, pair is SOURCE-TARGET, regime is empty. value is
        null if a lexicon does not have the measure. best marks the highest value that a measure has for a
        pair, several if equal, for measures where higher is better (`larger_is_better`).

    Raises:
        SwitchRankError: no lexicon of the table has a measure.
    """
    measures, lexicons = settings["measures"], settings["lexicons"]
    found = pl.concat([quality[name].with_columns(pl.lit(name).alias("system")) for name in lexicons])
    for measure in measures:
        if measure not in set(found["measure"]):
            raise SwitchRankError(
                f"quality of {', '.join(lexicons)}: no measure {measure!r}, which a table shows; "
                f"measures: {', '.join(found['measure'].unique(maintain_order=True).sort())}"
            )
    found = found.with_columns(pl.concat_str("source", "target", separator="-").alias("pair"))
    order = {name: place for place, name in enumerate(lexicons)}
    rows = sorted(
        found.select("system", "pair").unique(maintain_order=True).rows(), key=lambda row: (order[row[0]], row[1])
    )
    grid = pl.DataFrame(
        [
            (row, column, system, system, "", pair, measure)
            for row, (system, pair) in enumerate(rows)
            for column, measure in enumerate(measures)
        ],
        schema={name: SCHEMA[name] for name in ("row", "column", "system", "label", "regime", "pair", "measure")},
        orient="row",
    )
    better = [measure for measure in measures if larger_is_better(measure)]
    cells = grid.join(
        found.select("system", "pair", "measure", "value"),
        on=["system", "pair", "measure"],
        how="left",
        maintain_order="left",
    )
    return completed(cells.with_columns(best=highest("pair", "measure") & pl.col("measure").is_in(better)))


def is_precision(measure: str) -> bool:
    """Whether a measure of QUALITY is a P@k, or an accuracy@k over other words."""
    return measure.startswith(PRECISIONS)


def is_share(measure: str) -> bool:
    """Whether a measure of QUALITY is a part of a whole, 0 … 1."""
    return is_precision(measure) or any(word in ("share", "coverage") for word in measure.split())


def larger_is_better(measure: str) -> bool:
    """Whether a higher value of a measure of QUALITY is better for switching: coverage, P@k and accuracy@k; not
    copies, the number of entries, or a margin, which depends on the method's scores."""
    return is_precision(measure) or "coverage" in measure.split()


def layout(rows: list[list[Row]], settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    measures = [str(cell["measure"]) for cell in rows[0]]
    columns = [Column("", measure, (measure,)) for measure in measures]
    body = [
        (
            (str(row[0]["label"]), str(row[0]["pair"])),
            [
                Cell((c["value"],), _quality(c["value"], c["measure"], settings), c["best"], source=source_of(c))
                for c in row
            ],
        )
        for row in rows
    ]
    legend = []
    shares = [measure for measure in measures if is_share(measure)]
    if settings["percent"] and shares:
        legend.append(f"× 100: {', '.join(shares)}.")
    if any(cell["best"] for row in rows for cell in row):
        legend.append("Bold: the highest of a language pair, where more is better.")
    if any(cell["value"] is None for row in rows for cell in row):
        legend.append(f"{ABSENT}: not measured.")
    return Grid(str(settings["caption"]), legend, ("lexicon", "pair"), columns, body)


def _quality(value: float | None, measure: str, settings: Mapping[str, Any]) -> str:
    if value is None:
        return ABSENT
    return mean_text(value, settings) if is_share(measure) else number(value, settings["digits"] + 2)
