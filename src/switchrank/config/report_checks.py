"""Measures that nothing computes; tables, figures and published values that do not fit what the run measures."""

from __future__ import annotations

from collections.abc import Iterator

from switchrank.config.models import Config, TrainedSystem
from switchrank.measures.registry import known_measures, parsed


def unknown_measures(config: Config) -> Iterator[str]:
    """Measures that nothing computes. Settings cannot know them: then a new measure would score all runs again."""
    found = [("evaluation.measures", config.evaluation.measures)]
    for name, system in config.systems.items():
        if isinstance(system, TrainedSystem) and system.training.dev is not None:
            found.append((f"systems.{name}.training.dev.measure", [system.training.dev.measure]))
    for key, measures in found:
        for measure in measures:
            if parsed(measure) is None:
                yield f"{key}: found {measure!r}; {measure!r} is not one of {known_measures()}"


def unfit_entries(config: Config) -> Iterator[str]:
    """Tables and figures that repeat something, or show what is not measured, tested or drawn."""
    for section in ("tables", "figures"):
        for name, entry in getattr(config, section).items():
            yield from (f"{section}.{name}.{line}" for line in entry.mistakes(config))


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
