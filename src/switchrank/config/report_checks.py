"""Tables and figures that do not fit what the run measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchrank.config.lists import repeats
from switchrank.config.models import Config
from switchrank.evaluation.settings import Significance
from switchrank.report.settings import (
    TABLES_DRAWN,
    AblationTable,
    DiagnosticsFigure,
    DistanceFigure,
    HeatmapFigure,
    LexiconsTable,
    OverlapFigure,
    PoolTable,
    SystemsTable,
    TimeFigure,
    TrainingFigure,
)
from switchrank.report.tables.lexicons import PRECISIONS


def unfit_tables(config: Config) -> Iterator[str]:
    """Tables that repeat something, or ask for a P@k that is not measured or a difference that is not tested."""
    for name, table in config.tables.items():
        key = f"tables.{name}"
        if isinstance(table, AblationTable):
            yield from repeats(f"{key}.rows", [row.label for row in table.rows])
            yield from _uncompared(f"{key}.rows", table, config.evaluation.significance)
        elif isinstance(table, SystemsTable):
            yield from repeats(f"{key}.systems", table.systems or [])
            yield from repeats(f"{key}.pairs", table.pairs or [])
        elif isinstance(table, PoolTable):
            yield from repeats(f"{key}.systems", table.systems)
        elif isinstance(table, LexiconsTable):
            yield from repeats(f"{key}.lexicons", table.lexicons)
            yield from repeats(f"{key}.measures", table.measures)
            yield from _unmeasured(f"{key}.measures", table, config)


def _uncompared(key: str, table: AblationTable, significance: Significance) -> Iterator[str]:
    """Rows without a difference, since nothing compares them with the table's baseline."""
    if table.baseline in (None, significance.baseline):
        return
    known = [str(table.baseline), *significance.others.get(str(table.baseline), [])]
    for index, row in enumerate(table.rows):
        if row.system not in known:
            yield (
                f"{key}.{index}.system: found {row.system!r}, which evaluation.significance.others does not compare "
                f"with {table.baseline!r}; allowed: {', '.join(known)}"
            )


def _unmeasured(key: str, table: LexiconsTable, config: Config) -> Iterator[str]:
    quality = config.lexicon_quality
    for measure in table.measures:
        kind = next((kind for kind in PRECISIONS if measure.startswith(kind)), None)
        known = [f"{kind}{k} {gold}" for k in quality.at for gold in quality.gold]
        if kind is not None and measure not in known:
            allowed = ", ".join(known) or "(lexicon_quality.gold names none)"
            yield f"{key}: found {measure!r}, which is not measured; allowed: {allowed}"


def unfit_figures(config: Config) -> Iterator[str]:
    """Figures that are empty, repeat something, or use a table without the values that they draw."""
    baseline = config.evaluation.significance.baseline
    for name, figure in config.figures.items():
        key = f"figures.{name}"
        if isinstance(figure, TrainingFigure) and not figure.encoders and not figure.systems:
            yield f"{key}: neither systems nor encoders; name one of them"
        yield from repeats(f"{key}.systems", getattr(figure, "systems", None) or [])
        if isinstance(figure, TimeFigure):
            yield from repeats(f"{key}.measures", list(figure.measures))
        if isinstance(figure, HeatmapFigure | DistanceFigure) and baseline in (figure.systems or []):
            yield f"{key}.systems: found {baseline!r}, the baseline, which has no gain over itself"
        if not isinstance(figure, DiagnosticsFigure | TrainingFigure | OverlapFigure):
            yield from _unfit_drawing(key, figure, config)


def _unfit_drawing(key: str, figure: Any, config: Config) -> Iterator[str]:
    """A figure of a table of another kind, or of rows that the table does not have."""
    drawn, found = TABLES_DRAWN[figure.kind], config.tables[figure.table]
    if found.kind != drawn:
        fitting = [other for other, table in config.tables.items() if table.kind == drawn]
        yield (
            f"{key}.table: found {figure.table!r}, a table of kind {found.kind}; a figure of kind "
            f"{figure.kind} draws one of kind {drawn}; allowed: {', '.join(fitting) or '(none defined)'}"
        )
    elif isinstance(figure, HeatmapFigure | DistanceFigure) and isinstance(found, SystemsTable):
        for index, system in enumerate(figure.systems or []):
            if found.systems is not None and system not in found.systems:
                yield (
                    f"{key}.systems.{index}: found {system!r}, which table {figure.table!r} lacks; "
                    f"allowed: {', '.join(found.systems)}"
                )
    elif isinstance(found, LexiconsTable) and not any(measure.startswith("P@") for measure in found.measures):
        yield f"{key}.table: found {figure.table!r}, whose measures hold no P@k; the figure draws those"


def unfit_counterparts(config: Config) -> Iterator[str]:
    """Published values are for published data, and each is compared with one system."""
    found: dict[tuple[str, str, str], int] = {}
    for index, entry in enumerate(config.evaluation.expected.counterparts):
        key = f"evaluation.expected.counterparts.{index}"
        if not config.benchmarks[entry.benchmark].source.published:
            yield f"{key}.benchmark: found {entry.benchmark!r}, the embedded data, on which nothing was published"
        first = found.setdefault((entry.published_system, entry.published_benchmark, entry.encoder), index)
        if first != index:
            yield (
                f"{key}: found {entry.published_system!r} on {entry.published_benchmark!r} with {entry.encoder!r}, "
                f"which counterparts.{first} has already; each published system has one counterpart"
            )
