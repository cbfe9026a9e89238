"""Figures of kind diagnostics: the space of encoders during contrastive training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.lists import Reference, each
from switchrank.report.figures.curves import curves_of_diagnostics, draw_curves
from switchrank.report.figures.drawing import Drawing
from switchrank.report.figures.kind import FigureEntry
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan


class DiagnosticsFigure(FigureEntry):
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

    def references(self, config: Config) -> Iterator[Reference]:
        known = [name for name, entry in config.encoders.items() if getattr(entry, "diagnostics", None)]
        yield from each("encoders", self.encoders, known)

    def inputs(self, plan: Plan) -> dict[str, Any]:
        seeds, file = plan.config.run.seeds, "results/encoder/{}/seed{}/diagnostics.parquet"
        return {"diagnostics": {name: [file.format(name, seed) for seed in seeds] for name in self.encoders}}

    def described(self, plan: Plan) -> str:
        return f"the diagnostics of {', '.join(self.encoders)}"


Figure = DiagnosticsFigure


def read(inputs: Mapping[str, Any]) -> dict[str, list[pl.DataFrame]]:
    """DIAGNOSTICS tables of all seeds by encoder."""
    return {
        name: [tables.read(path, tables.DIAGNOSTICS) for path in paths] for name, paths in inputs["diagnostics"].items()
    }


def draw(
    data: Mapping[str, list[pl.DataFrame]],
    settings: Mapping[str, Any],
    table: Mapping[str, Any],
    significance: Mapping[str, Any],
) -> Drawing:
    """See `switchrank.report.figures.curves`; `table` and `significance` are not used."""
    return draw_curves(curves_of_diagnostics(data, settings["measures"]), settings)
