"""The cells of a table of lexicons: one row per lexicon and target language, one column per measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.report.tables.cells import SCHEMA, completed, highest


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


PRECISIONS = ("P@", "accuracy@", "common accuracy@")


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
