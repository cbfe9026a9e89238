"""The cells of a table of dense retrieval: one row per system, one column per measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import stdev
from typing import Any

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.evaluation.pool_measures import DISTANCE, pool_measures
from switchrank.report.tables.cells import MEAN, SCHEMA, completed, highest


def build_pool(ranks: Mapping[str, Sequence[pl.DataFrame]], settings: Mapping[str, Any]) -> pl.DataFrame:
    """The cells of one table of dense retrieval.

    Args:
        ranks: POOL tables of all seeds, by system.
        settings: a PoolTable entry: systems and measures, in the order to be shown; and whether the benchmark is
            `parallel`.

    Returns:
        A CELLS table: value is the mean over seeds, deviation their sample standard deviation; best marks the highest
        of a column, but the smallest rank distance.

    Raises:
        SwitchRankError: a measure is not computable for any system, such as cross AP with one language.
    """
    rows: list[tuple[Any, ...]] = []
    for row, system in enumerate(settings["systems"]):
        seeds = [pool_measures(table, settings.get("parallel", True)) for table in ranks[system]]
        for column, measure in enumerate(settings["measures"]):
            values = [found[measure] for found in seeds if measure in found]
            mean = sum(values) / len(values) if values else None
            rows.append((row, column, system, system, MEAN, measure, mean, stdev(values) if len(values) > 1 else None))
    names = ("row", "column", "system", "label", "pair", "measure", "value", "deviation")
    cells = pl.DataFrame(rows, schema={name: SCHEMA[name] for name in names}, orient="row")
    unknown = (
        cells.group_by("measure", maintain_order=True)
        .agg(pl.col("value").is_null().all())
        .filter("value")["measure"]
        .to_list()
    )
    if unknown:
        raise SwitchRankError(
            f"pool of {settings['benchmark']}: {', '.join(sorted(unknown))} cannot be computed: no query and passage "
            "in such languages; leave it out of the table"
        )
    sign = pl.when(pl.col("measure") == DISTANCE).then(-1.0).otherwise(1.0)
    best = cells.with_columns(pl.col("value") * sign).select(highest("column").alias("best"))["best"]
    return completed(cells.with_columns(best))
