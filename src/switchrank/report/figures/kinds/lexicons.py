"""Figures of kind lexicons: P@k of several lexicons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from pydantic import Field

from switchrank.report.figures.drawing import Drawing, canvas
from switchrank.report.figures.interval_marks import Point, Series, dots, legend_above, places_of
from switchrank.report.figures.kind import CellsFigure, read_cells
from switchrank.report.tables.kinds.lexicons import is_precision
from switchrank.settings import Name

if TYPE_CHECKING:
    from switchrank.config.models import Config


class LexiconsFigure(CellsFigure):
    """P@k of lexicons, one panel per measure, one group per language."""

    draws = "lexicons"
    kind: Literal["lexicons"]
    table: Name = Field(description="Table of kind lexicons whose P@k are drawn.")
    caption: str = Field(description="Printed below the figure.")

    def mistakes(self, config: Config) -> Iterator[str]:
        """Also a table without P@k."""
        yield from super().mistakes(config)
        table = self.drawn_table(config)
        if table.kind == self.draws and not any(measure.startswith("P@") for measure in table.measures):
            yield f"table: found {self.table!r}, whose measures hold no P@k; the figure draws those"


Figure = LexiconsFigure
read = read_cells


def draw(
    cells: pl.DataFrame, settings: Mapping[str, Any], table: Mapping[str, Any], significance: Mapping[str, Any]
) -> Drawing:
    """Every P@k of the table: one panel per measure, one group per language pair, one mark per lexicon."""
    cells = cells.sort("row", "column")
    scale = 100 if table["percent"] else 1
    measures = [name for name in cells["measure"].unique(maintain_order=True) if is_precision(name)]
    pairs = cells["pair"].unique(maintain_order=True).sort().to_list()
    figure = canvas()
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    words = []
    for panel, measure in zip(panels, measures, strict=True):
        shown = cells.filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
        series = [
            Series(name, [Point(pair, scale * value) for pair, value in rows.select("pair", "value").iter_rows()])
            for name in cells["label"].unique(maintain_order=True)
            for rows in [shown.filter(pl.col("label") == name)]
        ]
        places = places_of(pairs)
        dots(panel, series, places, joined=False)
        panel.set_title(measure)
        panel.set_xticks(list(places.values()), [pair.split("-")[1] for pair in places])
        words.append(f"{measure}: {'; '.join(_words(item, table) for item in series if item.points)}.")
    panels[0].set_ylabel("P@k × 100" if table["percent"] else "P@k")
    panels[0].set_ylim(bottom=0)
    legend_above(figure, *panels[0].get_legend_handles_labels())
    figure.supxlabel("target language", fontsize="medium")
    return Drawing(figure, " ".join(words))


def _words(series: Series, table: Mapping[str, Any]) -> str:
    values = [f"{point.label} {point.value:.{table['digits']}f}" for point in series.points]
    return f"{series.name} {', '.join(values)}"
