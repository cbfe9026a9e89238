"""Every system against the baseline, by a paired test, corrected within families."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.evaluation.corrections import adjusted
from switchrank.evaluation.crossed import compare_crossed
from switchrank.evaluation.paired import Comparison, compare_paired
from switchrank.evaluation.places import Clusters, Place, on_means, on_pairs
from switchrank.evaluation.power import p_of_equivalence, smallest_effect
from switchrank.evaluation.query_values import MEAN, Groups, gather
from switchrank.evaluation.settings import Significance
from switchrank.tables import SIGNIFICANCE


def compare(
    measures: Iterable[pl.DataFrame],
    runs: Sequence[Sequence[str | int]],
    settings: Mapping[str, Any],
    groups: Groups | None = None,
    clusters: Clusters | None = None,
) -> pl.DataFrame:
    """Test every system against the baseline, on each pair and on the averages of regimes and groups.

    The sample is the queries, each averaged over seeds; or (`over: seeds`) the seeds, each averaged over queries and
    paired by their number; or (`over: both`) both, see `crossed`. A row with pair "mean" averages query by query over
    the regime's pairs too, on the queries that all these pairs hold; it exists for systems judged on all of them.

    Args:
        measures: of each run the rows of a MEASURES table, in the order of `runs`.
        runs: (system, seed, benchmark, pair) of each.
        settings: a Significance entry.
        groups: pairs of each group that has means of its own.
        clusters: needed by `clusters: group`, for every benchmark.

    Returns:
        A SIGNIFICANCE table, without rows for the baseline. `low` and `high` bound the difference at
        confidence 1 − level, uncorrected; `family` names the comparisons corrected together. What cannot be computed
        (one seed, one query, no variation) is null, and `reason` says why. A row that is over the same pairs as another
        has its test, and names it in `repeats`; it is not counted again. A system whose values are all the baseline's
        own is in no family: no sign or order of differences of 0 could reject, so it costs nothing to leave it out
        (Tarone 1990, Biometrics 46). `detectable` is the smallest effect, see `power`, at the level that every
        correction grants whatever the other p-values: level over the number of comparisons in the family (level itself
        without correction). `by_seed` is empty where the baseline has other seeds.

    Raises:
        SwitchRankError: the baseline lacks a pair, or has other queries or (over seeds or both) other seeds on it; see
            also `values.gather`.
    """
    asked = Significance(**settings)
    gathered = gather(measures, runs)
    measured = sorted({key.system for key in gathered})
    for baseline in (asked.baseline, *asked.others):
        if baseline not in measured:
            raise SwitchRankError(
                f"evaluation.significance, baselines: found {baseline!r}, which has no run; runs: {', '.join(measured)}"
            )
    against = {asked.baseline: measured} | {name: rest for name, rest in asked.others.items() if name != asked.baseline}
    kinds = (clusters or {}) if asked.clusters == "group" and asked.over != "seeds" else None
    places = [place for baseline in against for place in on_pairs(gathered, baseline, against[baseline], kinds)]
    for baseline, systems in against.items():
        places += on_means(gathered, baseline, systems, groups or {}, kinds)
    firsts: dict[tuple[str, ...], Place] = {}
    for place in sorted(places, key=lambda place: place.rank):
        firsts.setdefault(place.hypothesis, place)
    tested = dict(zip(firsts, _tested(list(firsts.values()), asked), strict=True))
    rows = [_row(place, firsts[place.hypothesis], tested[place.hypothesis], asked) for place in places]
    return pl.DataFrame(rows, schema=SIGNIFICANCE.schema, orient="row")


class _Tested(NamedTuple):
    """A comparison, and what depends on the others of its family."""

    comparison: Comparison
    family: str | None
    p_adjusted: float | None
    detectable: float | None
    p_equivalent: float | None


def _tested(places: Sequence[Place], asked: Significance) -> list[_Tested]:
    """The results of different comparisons, in their order."""
    compared = [_compare(place, asked) for place in places]
    families = [_family(place, asked.family) for place in places]
    counted = [at for at, place in enumerate(places) if not place.equal]
    sizes = Counter(families[at] for at in counted)

    def corrected(p_values: list[float | None]) -> dict[int, float | None]:
        found = adjusted([p_values[at] for at in counted], [families[at] for at in counted], asked.correction)
        return dict(zip(counted, found, strict=True))

    p_values = corrected([comparison.p_value for comparison in compared])
    p_equivalent = corrected([_equivalence(comparison, asked) for comparison in compared])
    return [
        _Tested(
            comparison,
            family if at in p_values else None,
            p_values.get(at),
            _detectable(comparison, asked, sizes[family]),
            p_equivalent.get(at),
        )
        for at, (comparison, family) in enumerate(zip(compared, families, strict=True))
    ]


def _compare(place: Place, asked: Significance) -> Comparison:
    differences = _differences(place, asked)
    if place.equal:
        units = _units(place, asked)
        return Comparison(0.0, units, reason=f"no comparison: equal to {place.baseline} on every query")
    if asked.over == "both":
        return compare_crossed(differences, asked.level, place.clusters)
    return compare_paired(differences, asked, *place.key, place.regime, clusters=place.clusters)


def _units(place: Place, asked: Significance) -> int:
    """How many independent parts a sample has that was not tested."""
    if asked.over == "seeds":
        return len(place.ours.seeds)
    return place.ours.query_ids.len() if place.clusters is None else len(np.unique(place.clusters))


def _detectable(comparison: Comparison, asked: Significance, size: int) -> float | None:
    if comparison.error is None or comparison.degrees is None:
        return None
    level = asked.level if asked.correction == "none" else asked.level / size
    return smallest_effect(comparison.error, comparison.degrees, level)


def _equivalence(comparison: Comparison, asked: Significance) -> float | None:
    if asked.margin is None or comparison.error is None or comparison.degrees is None:
        return None
    return p_of_equivalence(comparison.difference, comparison.error, comparison.degrees, asked.margin)


def _differences(place: Place, asked: Significance) -> NDArray[np.float64]:
    """System minus baseline, float64[queries], float64[seeds] or float64[seeds, queries]."""
    ours, base, key = place.ours, place.theirs, place.key
    if asked.over == "queries":
        by_query: NDArray[np.float64] = ours.values.mean(axis=0) - base.values.mean(axis=0)
        return by_query
    if ours.seeds != base.seeds:
        raise SwitchRankError(
            f"measures of {key.system!r} and {place.baseline!r} on {key.benchmark} {key.pair}: found seeds "
            f"{list(ours.seeds)} and {list(base.seeds)}; a test over seeds needs the same"
        )
    return _by_seed(place) if asked.over == "seeds" else ours.values - base.values


def _by_seed(place: Place) -> NDArray[np.float64]:
    """System minus baseline, float64[seeds]; empty where they have not the same seeds."""
    by_seed: NDArray[np.float64] = (
        place.ours.values.mean(axis=1) - place.theirs.values.mean(axis=1)
        if place.ours.seeds == place.theirs.seeds
        else np.empty(0)
    )
    return by_seed


def _family(place: Place, kind: str) -> str:
    key = place.key
    name = (
        f"{key.benchmark} {key.measure}"
        + {
            "measure": "",
            "regime": f" {place.regime.split()[0]}",
            "system": f" {key.system}",
        }[kind]
    )
    return name + (" group means" if place.grouped else " means" if key.pair == MEAN else "")


def _row(place: Place, first: Place, tested: _Tested, asked: Significance) -> tuple[object, ...]:
    key, compared = place.key, tested.comparison
    return (
        key.system,
        place.baseline,
        key.benchmark,
        place.regime,
        key.pair,
        key.measure,
        compared.difference,
        compared.low,
        compared.high,
        compared.statistic,
        compared.p_value,
        tested.p_adjusted,
        asked.correction,
        tested.family,
        place.ours.query_ids.len(),
        len(place.ours.seeds),
        asked.test,
        asked.over,
        "none" if place.clusters is None else asked.clusters,
        compared.units,
        compared.effect,
        compared.reason,
        compared.error,
        compared.degrees,
        tested.detectable,
        tested.p_equivalent,
        _by_seed(place).tolist(),
        None if place is first else f"{first.regime} {first.key.pair}",
    )
