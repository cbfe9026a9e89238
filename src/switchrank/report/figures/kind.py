"""Figures of any kind: the methods of an entry, and how the module of a kind is found.

A kind is one module (or package) in `switchrank.report.figures.kinds`, named like the kind. It has

- `Figure`: the settings of an entry, a subclass of `FigureEntry`; its methods say which files are drawn. They are
  called only while the workflow is planned;
- `read(inputs)`: reads these files;
- `draw(data, settings, table, significance)`: draws what `read` gave.

No rule, script or other module names a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from switchrank import tables
from switchrank.kinds import kinds_in, module_name, module_of_kind
from switchrank.lists import Reference, repeats
from switchrank.report.figures import kinds
from switchrank.settings import Settings

if TYPE_CHECKING:  # what plans does not count for what draws, and only what draws needs matplotlib
    from switchrank.config.models import Config
    from switchrank.report.figures.drawing import Drawing
    from switchrank.report.inputs import Plan


class FigureEntry(Settings):
    """Base of the entries of all kinds of figures. Each has the keys `kind`, a literal, and `caption`."""

    def references(self, config: Config) -> Iterator[Reference]:
        """Names of other entries; see `switchrank.report.tables.kind.TableEntry`."""
        return iter(())

    def mistakes(self, config: Config) -> Iterator[str]:
        """See `switchrank.report.tables.kind.TableEntry`; here what the lists repeat."""
        for name, value in self:
            if isinstance(value, list):
                yield from repeats(name, value)

    def inputs(self, plan: Plan) -> dict[str, Any]:
        """Paths that `read` gets, by name: a path, a list or a mapping of them."""
        raise NotImplementedError

    def values(self, plan: Plan) -> dict[str, Any]:
        """What `draw` gets as its settings: here the entry."""
        return self.model_dump(mode="json")

    def drawn_table(self, config: Config) -> Any:
        """The entry of the table that is drawn; None for figures of other results."""
        return None

    def described(self, plan: Plan) -> str:
        """What is drawn, in words, for Snakemake's own report."""
        return ""


class CellsFigure(FigureEntry):
    """Base of figures of the cells of one table, which the key `table` names."""

    draws: ClassVar[str]
    """Kind of the table."""
    if TYPE_CHECKING:
        kind: str
        table: str

    def references(self, config: Config) -> Iterator[Reference]:
        yield "table", self.table, config.tables

    def mistakes(self, config: Config) -> Iterator[str]:
        yield from super().mistakes(config)
        found = self.drawn_table(config)
        if found.kind != self.draws:
            fitting = [other for other, table in config.tables.items() if table.kind == self.draws]
            yield (
                f"table: found {self.table!r}, a table of kind {found.kind}; a figure of kind "
                f"{self.kind} draws one of kind {self.draws}; allowed: {', '.join(fitting) or '(none defined)'}"
            )

    def inputs(self, plan: Plan) -> dict[str, Any]:
        return {"cells": f"results/table/{self.table}.parquet"}

    def drawn_table(self, config: Config) -> Any:
        return config.tables[self.table]

    def described(self, plan: Plan) -> str:
        return f"the cells of the table {self.table}"


def read_cells(inputs: Mapping[str, Any]) -> pl.DataFrame:
    """The CELLS table of a CellsFigure."""
    return tables.read(inputs["cells"], tables.CELLS)


def figure_kinds() -> list[str]:
    """Names of all kinds, sorted."""
    return kinds_in(kinds)


def module_of_figure(kind: str) -> str:
    """The module of a kind of figure."""
    return module_name(kinds, kind)


def figure_classes() -> list[type[FigureEntry]]:
    """The settings of every kind, in the order of `figure_kinds`."""
    return [module_of_kind(kinds, kind).Figure for kind in figure_kinds()]


def read_drawn(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """What a figure is drawn from.

    Args:
        settings: `values` of its entry.
        inputs: `inputs` of its entry.

    Raises:
        SwitchRankError: as `tables.read`.
    """
    return module_of_kind(kinds, settings["kind"]).read(inputs)


def draw(data: Any, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]) -> Drawing:
    """Draw one figure, in the current style.

    Args:
        data: from `read_drawn`.
        settings: `values` of a figure's entry.
        table: the Table entry of the cells; empty for figures of other results.
        significance: a Significance entry.

    Raises:
        SwitchRankError: as the module of the kind says.
    """
    drawing: Callable[..., Drawing] = module_of_kind(kinds, settings["kind"]).draw
    return drawing(data, settings, table, significance)
