"""What tables and figures ask about the run when their files are planned. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchrank.config.derived import (
    as_dict,
    corpus_of_system,
    pairs_of_system,
    ranker_pair,
)
from switchrank.config.models import Config
from switchrank.paths.runs import groups
from switchrank.report.costs import Job
from switchrank.results import corpus_summary, run_file


def _no_jobs() -> list[Job]:
    return []


@dataclass(frozen=True)
class Plan:
    """The configuration of a run, and what follows from it for tables and figures.

    Attributes:
        config: all entries.
        jobs: every job of the run up to its summaries; asked only by what shows the cost of jobs.
    """

    config: Config
    jobs: Callable[[], list[Job]] = _no_jobs

    def runs(self, benchmark: str) -> dict[str, list[str]]:
        """Files with the runs of each system of the run on a benchmark, one per seed."""
        seeds, systems = self.config.run.seeds, self.config.run.systems
        judged = [system for system in systems if pairs_of_system(self.config, system, benchmark)]
        return {system: [run_file("run", system, seed, benchmark) for seed in seeds] for system in judged}

    def switched_summaries(self, systems: Sequence[str]) -> dict[str, str]:
        """The summary of the corpus of each of these systems that is trained on switched text."""
        corpora = {system: corpus_of_system(self.config, system) for system in systems}
        return {
            system: corpus_summary(corpus)
            for system, corpus in corpora.items()
            if corpus is not None and hasattr(self.config.corpora[corpus], "lexicon")
        }

    def groups(self, grouping: str) -> dict[str, list[str]]:
        """Pairs of the run by group; see `switchrank.evaluation.groups.pair_groups`.

        Args:
            grouping: `distance` or `seen`.
        """
        return groups(self.config, [grouping])

    def ranker_folder(self, system: str) -> str:
        """The folder of a system's rankers of all seeds, for the last of its pairs."""
        pair = ranker_pair(self.config, system, pairs_of_system(self.config, system)[-1])
        return f"results/ranker/{system}/{pair}"

    def significance(self, table: Any = None) -> dict[str, Any]:
        """The entry of the test, with the baseline of a table that has its own."""
        settings = as_dict(self.config.evaluation.significance, "others")
        return settings | {"baseline": getattr(table, "baseline", None) or settings["baseline"]}


def paths_in(nested: Any) -> list[str]:
    """The paths in mappings and lists, at any depth, each once; no other value in them is a text with a slash."""
    return list(dict.fromkeys(_paths(nested)))


def _paths(nested: Any) -> Iterator[str]:
    if isinstance(nested, str):
        if "/" in nested:
            yield nested
    elif isinstance(nested, Mapping):
        for value in nested.values():
            yield from _paths(value)
    elif isinstance(nested, list):
        for value in nested:
            yield from _paths(value)
