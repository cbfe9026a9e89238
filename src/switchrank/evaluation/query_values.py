"""Per-query values of many runs together, for the summary and the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.languages import parse_pair

MEAN = "mean"
"""The value of the column `pair` for the average over a regime's pairs."""


class RunKey(NamedTuple):
    """What is measured."""

    system: str
    seed: int
    benchmark: str
    pair: str


class Key(NamedTuple):
    """What seeds are averaged within."""

    system: str
    benchmark: str
    pair: str
    measure: str


@dataclass(frozen=True)
class Values:
    """One system on one pair by one measure.

    Attributes:
        seeds: in ascending order.
        query_ids: sorted strings.
        values: float64[seeds, queries].
    """

    seeds: tuple[int, ...]
    query_ids: pl.Series
    values: NDArray[np.float64]


Gathered = Mapping[Key, Values]
Groups = Mapping[str, Sequence[str]]
"""Pairs by the name of their group; a pair may be in several groups."""


class Mean(NamedTuple):
    """What a row with pair "mean" averages over.

    Attributes:
        regime: MoIR, CLIR or MLIR; for a group of its pairs with the name of the group, as `CLIR distant`.
        pairs: sorted.
        grouped: whether they are a group of the regime.
    """

    regime: str
    pairs: list[str]
    grouped: bool


def read_measures(paths: Iterable[str | Path], runs: Iterable[Sequence[str | int]]) -> Iterator[pl.DataFrame]:
    """The measures of each run, one file in memory at a time.

    Args:
        paths: of MEASURES tables, one for each system, seed and benchmark, in the order of `runs`.
        runs: (system, seed, benchmark, pair); those of one file are adjacent.

    Yields:
        The rows of each run's pair, in the order of `runs`.

    Raises:
        SwitchRankError: see `tables.read`; or a file has no rows of a pair.
    """
    for path, (_, pairs) in zip(paths, groupby(runs, key=lambda run: tuple(run[:3])), strict=True):
        table = tables.read(path, tables.MEASURES)
        for *_, pair in pairs:
            rows = table.filter(pl.col("pair") == pair)
            if rows.is_empty():
                raise SwitchRankError(
                    f"{path}: has no rows of {pair}, on which the system is judged; delete the file and run again"
                )
            yield rows


def gather(measures: Iterable[pl.DataFrame], runs: Sequence[Sequence[str | int]]) -> Gathered:
    """Bring the tables of all seeds together.

    Args:
        measures: of each run the rows of a MEASURES table; an iterator is fine, one table is held at a time.
        runs: (system, seed, benchmark, pair) of each.

    Raises:
        SwitchRankError: a run is given twice; two seeds of a system have different queries, or two of its
            pairs different seeds.
    """
    parts: dict[Key, dict[int, tuple[pl.Series, NDArray[np.float64]]]] = {}
    for fields, table in zip(runs, measures, strict=True):
        run = RunKey(str(fields[0]), int(fields[1]), str(fields[2]), str(fields[3]))
        by_measure = table.sort("measure", "query_id").partition_by("measure", as_dict=True, maintain_order=True)
        for (name,), part in by_measure.items():
            seeds = parts.setdefault(Key(run.system, run.benchmark, run.pair, str(name)), {})
            if run.seed in seeds:
                raise SwitchRankError(f"measures: {_named(run)} is given twice; give each run once")
            seeds[run.seed] = (part["query_id"], part["value"].to_numpy())
    gathered = {key: _stacked(key, seeds) for key, seeds in sorted(parts.items())}
    _refuse_other_seeds(gathered)
    return gathered


def pairs_by_regime(gathered: Gathered) -> dict[tuple[str, str], dict[str, list[str]]]:
    """By benchmark and measure, the pairs of each regime on which any system was judged; all sorted."""
    judged: dict[tuple[str, str], set[str]] = {}
    for key in gathered:
        judged.setdefault((key.benchmark, key.measure), set()).add(key.pair)
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for place, pairs in judged.items():
        regimes: dict[str, list[str]] = {}
        for pair in sorted(pairs):
            regimes.setdefault(parse_pair(pair).regime, []).append(pair)
        found[place] = dict(sorted(regimes.items()))
    return found


def means_of(gathered: Gathered, groups: Groups) -> dict[tuple[str, str], list[Mean]]:
    """By benchmark and measure, the averages that there are: of each regime, then of each group of its pairs."""
    found: dict[tuple[str, str], list[Mean]] = {}
    for place, regimes in pairs_by_regime(gathered).items():
        means = [Mean(regime, pairs, False) for regime, pairs in regimes.items()]
        for regime, pairs in regimes.items():
            for group, members in sorted(groups.items()):
                chosen = [pair for pair in pairs if pair in members]
                means += [Mean(f"{regime} {group}", chosen, True)] * bool(chosen)
        found[place] = means
    return found


def of_all_pairs(gathered: Gathered, key: Key, pairs: Sequence[str]) -> list[Values] | None:
    """The system's values on each of the pairs; None if it was not judged on one of them."""
    found = [gathered.get(key._replace(pair=pair)) for pair in pairs]
    return [values for values in found if values is not None] if None not in found else None


def systems_measured(gathered: Gathered) -> list[Key]:
    """Each (system, benchmark, measure) once, with `pair` = "mean", sorted."""
    return sorted({key._replace(pair=MEAN) for key in gathered})


def _named(run: RunKey) -> str:
    return f"system {run.system!r}, seed {run.seed}, benchmark {run.benchmark!r}, pair {run.pair!r}"


def _stacked(key: Key, seeds: dict[int, tuple[pl.Series, NDArray[np.float64]]]) -> Values:
    order = sorted(seeds)
    query_ids = seeds[order[0]][0]
    for seed in order[1:]:
        refuse_other_queries(query_ids, seeds[seed][0], f"{key}: seeds {order[0]} and {seed}")
    return Values(tuple(order), query_ids, np.stack([seeds[seed][1] for seed in order]))


def refuse_other_queries(one: pl.Series, other: pl.Series, who: str) -> None:
    """Raise SwitchRankError, naming a query, unless both have the same sorted query ids."""
    if not one.equals(other):
        odd = sorted(set(one.to_list()) ^ set(other.to_list()))
        raise SwitchRankError(
            f"measures of {who} have other queries: {one.len()} and {other.len()}, {odd[0]!r} is in one only; "
            "values are compared query by query, so both must hold the same"
        )


def _refuse_other_seeds(gathered: Gathered) -> None:
    first: dict[tuple[str, str], Key] = {}
    for key, values in gathered.items():
        other = first.setdefault((key.system, key.benchmark), key)
        if gathered[other].seeds != values.seeds:
            raise SwitchRankError(
                f"measures of system {key.system!r} on {key.benchmark!r}: "
                f"{other.pair} {other.measure} has seeds {list(gathered[other].seeds)}, "
                f"{key.pair} {key.measure} has {list(values.seeds)}; they must be the same"
            )
