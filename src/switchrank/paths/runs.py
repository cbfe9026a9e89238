"""Every run of a configuration, in the order of the tables, and what is summarised, tested and exported of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchrank.config.derived import as_dict, languages_switched_into, pairs_of_system
from switchrank.config.models import Config
from switchrank.data.reading import Split
from switchrank.evaluation.groups import pair_groups
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.benchmark import (
    SHARED,
    files_of_judgements,
    is_parallel,
    judged_benchmarks,
    judged_by,
    mixed_file,
    pairs_on_split,
)
from switchrank.paths.evaluation import SIDES, shown_texts, untranslated
from switchrank.paths.ranker import trained_systems
from switchrank.results import run_file

Run = tuple[str, int, str, str]
"""System, seed, benchmark and pair."""


def measured_runs(config: Config) -> list[Run]:
    """Every run on a benchmark with judgements, in the order of the tables."""
    return [
        (system, seed, benchmark, str(pair))
        for system in config.run.systems
        for seed in config.run.seeds
        for benchmark in judged_benchmarks(config)
        for pair in pairs_of_system(config, system, benchmark)
    ]


def files_of_runs(config: Config) -> list[tuple[str, int, str]]:
    """System, seed and benchmark of the files of these runs, one for all pairs, in the same order."""
    return list(dict.fromkeys(run[:3] for run in measured_runs(config)))


def run_files(config: Config) -> list[str]:
    """The files of these runs."""
    return [run_file("run", *run) for run in files_of_runs(config)]


def backend_files(config: Config) -> list[str]:
    """Comparisons of the backends, one for each of these files whose system trains rankers."""
    trained = trained_systems(config)
    return [f"results/backends/{s}/seed{n}/{b}.parquet" for s, n, b in files_of_runs(config) if s in trained]


def measure_files(config: Config) -> list[str]:
    """Their measures."""
    return [run_file("measure", *run) for run in files_of_runs(config)]


def unjudged_runs(config: Config) -> list[str]:
    """The runs on benchmarks without judgements, which are made and not measured."""
    judged = judged_benchmarks(config)
    return [
        run_file("run", system, seed, benchmark)
        for system in config.run.systems
        for seed in config.run.seeds
        for benchmark in config.run.benchmarks
        if benchmark not in judged and pairs_of_system(config, system, benchmark)
    ]


def judgements(config: Config) -> dict[str, dict[str, Any]]:
    """The judgements of each benchmark's pairs."""
    return {
        name: pairs_on_split(config, name, config.benchmarks[name].judge, map(parse_pair, config.run.pairs_on(name)))[
            "judged_by"
        ]
        for name in judged_benchmarks(config)
    }


def files_of_all_judgements(config: Config) -> list[str]:
    """Those of all benchmarks, each once."""
    return [path for by_pair in judgements(config).values() for path in files_of_judgements(by_pair)]


def clusters(config: Config) -> dict[str, list[str]]:
    """What groups the queries of each benchmark: judgements and groups of documents; nothing if no test uses groups."""
    if config.evaluation.significance.clusters != "group":
        return {}
    return {
        name: [*sorted({by["qrels"] for by in by_pair.values()}), f"results/data/{name}/splits.parquet"]
        for name, by_pair in judgements(config).items()
    }


def cluster_files(config: Config) -> list[str]:
    """All of these."""
    return [path for paths in clusters(config).values() for path in paths]


def groups(config: Config, groupings: Sequence[str]) -> dict[str, list[str]]:
    """Pairs of the run by group; see `switchrank.evaluation.groups.pair_groups`.

    Args:
        config: whose run it is.
        groupings: each `distance` or `seen`.
    """
    pairs = [parse_pair(pair) for pair in config.run.pairs_on()]
    switched = [languages_switched_into(config, system) for system in config.run.systems]
    return pair_groups(pairs, groupings, [codes for codes in switched if codes])


def texts_of_runs(config: Config) -> list[dict[str, Any]]:
    """For every system and benchmark the judgements, and the files of shown texts by side and language."""
    found, by_benchmark = [], judgements(config)
    for system, benchmark in dict.fromkeys((run[0], run[2]) for run in measured_runs(config)):
        pairs, split = pairs_of_system(config, system, benchmark), config.benchmarks[benchmark].judge
        judged = {str(pair): by_benchmark[benchmark][str(pair)] for pair in pairs}
        entry: dict[str, Any] = {"system": system, "benchmark": benchmark, "pairs": judged}
        for side in SIDES:
            entry[side] = shown_texts(config, system, benchmark, split, side)
            entry[f"mixed_{side}"] = mixed_file(config, benchmark, split, side, pairs)
        found.append(entry)
    return found


def files_of_texts(config: Config) -> list[str]:
    """All of these texts, each once."""
    paths: list[str | None] = []
    for entry in texts_of_runs(config):
        for side in SIDES:
            paths += [*entry[side].values(), entry[f"mixed_{side}"]]
    return [path for path in dict.fromkeys(paths) if path is not None]


def overlap_settings(config: Config) -> dict[str, Any]:
    """The entry of the overlap, with its measure, which is the first of the run unless it names one."""
    settings = as_dict(config.evaluation.overlap)
    return {**settings, "measure": settings["measure"] or config.evaluation.measures[0]}


def exported_runs(config: Config) -> list[str]:
    """TREC files of the measured runs."""
    return [f"results/export/runs/{s}/seed{n}/{b}/{p}.trec" for s, n, b, p in measured_runs(config)]


def exported_judgements(config: Config) -> dict[str, Any]:
    """What is exported, by path: the judgements of a benchmark, or of each pair if pairs do not share them."""
    return {
        f"results/export/qrels/{name}/{SHARED if is_parallel(config, name) else pair}.trec": by
        for name, by_pair in judgements(config).items()
        for pair, by in by_pair.items()
    }


def exported_benchmarks(config: Config) -> list[str]:
    """BEIR folders of the measured benchmarks, by their corpora."""
    return [
        f"results/export/beir/{benchmark}/{pair}/{config.benchmarks[benchmark].judge}/corpus.jsonl"
        for benchmark in judged_benchmarks(config)
        for pair in config.run.pairs_on(benchmark)
    ]


def exported_inputs(config: Config, benchmark: str, pair: str, split: Split) -> dict[str, Any]:
    """Texts, drawn languages, splits and qrels of a benchmark in the languages of a pair."""
    qrels = files_of_judgements({"": exported_qrels(config, benchmark, pair, split)})
    inputs: dict[str, Any] = {"qrels": qrels, "splits": f"results/data/{benchmark}/splits.parquet"}
    for side, codes in zip(SIDES, exported_languages(config, benchmark, pair), strict=True):
        inputs[side] = [untranslated(benchmark, split, side, code) for code in codes]
        if mixed := mixed_file(config, benchmark, split, side, [parse_pair(pair)]):
            inputs[f"mixed_{side}"] = mixed
    return inputs


def exported_qrels(config: Config, benchmark: str, pair: str, split: Split) -> dict[str, Any]:
    """The judgements of a pair."""
    return judged_by(config, benchmark, split, parse_pair(pair))


def exported_languages(config: Config, benchmark: str, pair: str) -> list[list[str]]:
    """The languages of each side of a pair."""
    every = sorted(config.benchmarks[benchmark].languages)
    return [every if code == MIXED else [code] for code in parse_pair(pair)]
