"""Figures of kind training: the loss of rankers and encoders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank import tables
from switchrank.lists import Reference, each, repeats
from switchrank.report.figures.curves import curves_of_training, draw_curves
from switchrank.report.figures.drawing import Drawing
from switchrank.report.figures.kind import FigureEntry
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan


class TrainingFigure(FigureEntry):
    """Loss over the steps: one curve per system or contrastive encoder, mean and range of the seeds."""

    kind: Literal["training"]
    systems: list[Name] = Field([], description="Trained systems of the run.")
    encoders: list[Name] = Field([], description="Contrastive encoders, used by the run.")
    caption: str = Field(description="Printed below the figure.")

    def references(self, config: Config) -> Iterator[Reference]:
        contrastive = [name for name, entry in config.encoders.items() if hasattr(entry, "pairs")]
        trained = [name for name in config.run.systems if hasattr(config.systems.get(name), "training")]
        yield from each("encoders", self.encoders, contrastive)
        yield from each("systems", self.systems, trained)

    def mistakes(self, config: Config) -> Iterator[str]:
        if not self.encoders and not self.systems:
            yield "systems: neither systems nor encoders; name one of them"
        yield from super().mistakes(config)
        yield from repeats("systems", [*self.encoders, *self.systems])

    def inputs(self, plan: Plan) -> dict[str, Any]:
        folders = {name: f"results/encoder/{name}" for name in self.encoders}
        folders |= {name: plan.ranker_folder(name) for name in self.systems}
        seeds = plan.config.run.seeds
        return {
            "training": {name: [f"{at}/seed{seed}/training.parquet" for seed in seeds] for name, at in folders.items()}
        }

    def described(self, plan: Plan) -> str:
        return f"the training of {', '.join([*self.systems, *self.encoders])}"


Figure = TrainingFigure


def read(inputs: Mapping[str, Any]) -> dict[str, list[pl.DataFrame]]:
    """TRAINING tables of all seeds by encoder or system."""
    found = inputs["training"].items()
    return {name: [tables.read(path, tables.TRAINING) for path in paths] for name, paths in found}


def draw(
    data: Mapping[str, list[pl.DataFrame]],
    settings: Mapping[str, Any],
    table: Mapping[str, Any],
    significance: Mapping[str, Any],
) -> Drawing:
    """See `switchrank.report.figures.curves`; `table` and `significance` are not used."""
    return draw_curves(curves_of_training(data), settings)
