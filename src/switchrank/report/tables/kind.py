"""Tables of any kind: the methods of an entry, and how the module of a kind is found.

A kind is one module (or package) in `switchrank.report.tables.kinds`, named like the kind. It has

- `Table`: the settings of an entry, a subclass of `TableEntry`; its methods say which files the cells need. They are
  called only while the workflow is planned;
- `cells(settings, inputs)`: reads these files and returns a CELLS table, without `files`, `seeds` and `command`;
- `layout(rows, settings, significance)`: arranges the cells as a `Grid`, with the sentences below the table.

No rule, script or other module names a kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from switchrank.kinds import kinds_in, module_name, module_of_kind
from switchrank.lists import Reference
from switchrank.report.tables import kinds
from switchrank.report.tables.grid import Grid, Row
from switchrank.report.tables.sources import Files
from switchrank.settings import Settings

if TYPE_CHECKING:  # what plans does not count for what computes
    from switchrank.config.models import Config
    from switchrank.report.inputs import Plan


class TableEntry(Settings):
    """Base of the entries of all kinds of tables. Each has the keys `kind`, a literal, and `caption`."""

    def references(self, config: Config) -> Iterator[Reference]:
        """Names of other entries, each with its key in this one; nothing that they name need be defined."""
        return iter(())

    def mistakes(self, config: Config) -> Iterator[str]:
        """Values that do not fit each other or the rest of the configuration, whose names are all defined: the key in
        this entry, a colon, and what is wrong."""
        return iter(())

    def inputs(self, plan: Plan) -> dict[str, Any]:
        """Paths that `cells` reads, by name: a path, a list or a mapping of them."""
        raise NotImplementedError

    def values(self, plan: Plan) -> dict[str, Any]:
        """What `cells` gets as its settings: here the entry without what only the layout reads."""
        return self.model_dump(mode="json", exclude={"caption", "digits", "percent"})

    def origins(self, plan: Plan) -> Files:
        """Result files that a cell comes from, by its system and regime; see `sources.trace`."""
        raise NotImplementedError

    def seeds(self, plan: Plan) -> list[int]:
        """Seeds of the runs that the table shows; none here."""
        return []

    def described(self, plan: Plan) -> str:
        """Rows and columns in a sentence, for Snakemake's own report."""
        return ""


def table_kinds() -> list[str]:
    """Names of all kinds, sorted."""
    return kinds_in(kinds)


def module_of_table(kind: str) -> str:
    """The module of a kind of table."""
    return module_name(kinds, kind)


def table_classes() -> list[type[TableEntry]]:
    """The settings of every kind, in the order of `table_kinds`."""
    return [module_of_kind(kinds, kind).Table for kind in table_kinds()]


def make_cells(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of a table.

    Args:
        settings: `values` of its entry.
        inputs: `inputs` of its entry.

    Raises:
        SwitchRankError: as the module of the kind says.
    """
    cells: pl.DataFrame = module_of_kind(kinds, settings["kind"]).cells(settings, inputs)
    return cells


def make_grid(cells: pl.DataFrame, settings: Mapping[str, Any], significance: Mapping[str, Any]) -> Grid:
    """The grid of a CELLS table.

    Args:
        cells: a CELLS table.
        settings: a Table entry.
        significance: a Significance entry, for the legend.
    """
    rows: list[list[Row]] = [
        list(part.iter_rows(named=True))
        for part in cells.sort("row", "column").partition_by("row", maintain_order=True)
    ]
    grid: Grid = module_of_kind(kinds, settings["kind"]).layout(rows, settings, significance)
    return replace(grid, legend=[*grid.legend, *_origin(rows)])


def _origin(rows: list[list[Row]]) -> list[str]:
    """How to make the table again; empty for cells without files."""
    commands = {str(cell["command"]) for row in rows for cell in row if cell.get("command")}
    seeds = sorted({seed for row in rows for cell in row for seed in cell.get("seeds") or []})
    named = f"Seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}. " if seeds else ""
    return [f"{named}Made by: {command}" for command in sorted(commands)]
