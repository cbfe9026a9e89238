"""Published values compared with ours, if data and settings are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from switchrank.csv_tables import ANY_TEXT, NUMBER, SOME_TEXT, Shape, read_csv
from switchrank.errors import SwitchRankError
from switchrank.evaluation.query_values import MEAN
from switchrank.evaluation.settings import Counterpart, Expected
from switchrank.languages import Pair, parse_pair
from switchrank.measures.registry import parsed
from switchrank.tables import EXPECTED

OK, CLOSE, OFF, NOT_COMPARABLE = "ok", "close", "off", "not comparable"
_CLOSE = 2
"""Close: within this many tolerances."""
_SOURCES = {"P": "the paper's text", "C": "its code or card", "S": "second-hand"}
_PAIR = r"[a-z]{2}-[a-z]{2}"
_POSITIVE = Shape(r"(?=.*[1-9])([0-9]+(\.[0-9]+)?|\.[0-9]+)", "a number above 0 with a decimal point")
_SHAPES = {
    "reference": SOME_TEXT,
    "source": Shape("[PCS]", "P, C or S"),
    "benchmark": SOME_TEXT,
    "encoder": SOME_TEXT,
    "training": SOME_TEXT,
    "system": SOME_TEXT,
    "against": ANY_TEXT,
    "regime": Shape("MoIR|CLIR|MLIR", "MoIR, CLIR or MLIR"),
    "pair": SOME_TEXT,
    "pairs": Shape(
        rf"(all:( [a-z]{{2}})+|{_PAIR}( {_PAIR})*)?",
        "nothing, pairs such as 'en-de en-it', or 'all: en de it' for all pairs of these languages",
    ),
    "measure": SOME_TEXT,
    "scale": _POSITIVE,
    "published": NUMBER,
    "tolerance": _POSITIVE,
}
_KEY = ("reference", "benchmark", "encoder", "training", "system", "against", "regime", "pair", "pairs", "measure")


@dataclass(frozen=True)
class Published:
    """A row of the table of published values.

    Attributes:
        row: its number, from 1, without the header.
        reference: paper and place in it.
        source: P the paper's text, C its code or card, S second-hand.
        benchmark, encoder, training, system: what the value is for, in the paper's words.
        against: the system that a difference is taken to; empty for a plain value.
        regime, pair: as in SUMMARY; pair "mean" averages over `pairs`.
        pairs: the pairs of a mean, sorted; empty when not known.
        measure: an ir_measures string, or a name that no measure of ours has.
        published, tolerance: both in the measure's own scale, 0 … 1 for most.
    """

    row: int
    reference: str
    source: str
    benchmark: str
    encoder: str
    training: str
    system: str
    against: str
    regime: str
    pair: str
    pairs: tuple[str, ...]
    measure: str
    published: float
    tolerance: float


@dataclass(frozen=True)
class _Ours:
    """Our value for a published one; `reason` says why there is none."""

    counterpart: Counterpart | None = None
    value: float | None = None
    reason: str | None = None


def read_published(path: str | Path) -> list[Published]:
    """Read a table of published values.

    Its columns are those of `Published` in this order, without `row` and with `scale` before `published`: values and
    tolerances are as printed and are divided by it. `pairs` lists pairs, or is `all: de en …` for all pairs of these
    languages that belong to the regime.

    Raises:
        SwitchRankError: see `read_csv`; also for a pair of another regime.
    """
    rows = read_csv(path, _SHAPES, _KEY)
    return [_published(number, row, f"{path}, line {line}") for number, (line, row) in enumerate(rows, start=1)]


def _published(number: int, row: Mapping[str, str], where: str) -> Published:
    if re.fullmatch(_PAIR, row["pair"]) and (regime := Pair(*row["pair"].split("-")).regime) != row["regime"]:
        raise SwitchRankError(f"{where}, column regime: found {row['regime']!r} of {row['pair']}; expected {regime}")
    scale = float(row["scale"])
    return Published(
        row=number,
        pairs=_pairs(row["pairs"], row["regime"]),
        published=float(row["published"]) / scale,
        tolerance=float(row["tolerance"]) / scale,
        **{column: row[column] for column in ("source", *_KEY) if column != "pairs"},
    )


def _pairs(text: str, regime: str) -> tuple[str, ...]:
    if not text.startswith("all:"):
        return tuple(sorted(text.split()))
    codes = text.removeprefix("all:").split()
    return tuple(sorted(f"{q}-{p}" for q in codes for p in codes if (q == p) == (regime == "MoIR")))


def check_expected(
    published: Sequence[Published], summary: pl.DataFrame, settings: Mapping[str, Any], where: str
) -> pl.DataFrame:
    """Compare our means with published values.

    A value is compared only if a system of ours is named as its counterpart (same data, encoder and training), was
    judged on its pair by its measure, and, for a mean, over the same pairs.

    Args:
        published: the published values.
        summary: a SUMMARY table.
        settings: an Expected entry.
        where: the path of the published values, for messages.

    Returns:
        An EXPECTED table: every published value, with ours or with the reason why it is not comparable.
        Verdicts: ok within the tolerance, close within twice the tolerance, off, not comparable.

    Raises:
        SwitchRankError: a counterpart names a published system, benchmark and encoder that no row has.
    """
    counterparts = _counterparts(published, Expected(**settings), where)
    rows = [_row(value, _ours(value, summary, counterparts)) for value in published]
    return pl.DataFrame(rows, schema=EXPECTED.schema, orient="row")


_Place = tuple[str, str, str]


def _counterparts(published: Sequence[Published], settings: Expected, where: str) -> dict[_Place, Counterpart]:
    known = {(value.system, value.benchmark, value.encoder) for value in published}
    known |= {(value.against, value.benchmark, value.encoder) for value in published if value.against}
    found: dict[_Place, Counterpart] = {}
    for counterpart in settings.counterparts:
        place = (counterpart.published_system, counterpart.published_benchmark, counterpart.encoder)
        if place not in known:
            listed = "; ".join(sorted(" / ".join(names) for names in known))
            raise SwitchRankError(
                f"evaluation.expected.counterparts: found {' / '.join(place)!r} (system / benchmark / encoder), of "
                f"which {where} has no value; allowed: {listed}"
            )
        found[place] = counterpart
    return found


def _ours(value: Published, summary: pl.DataFrame, counterparts: Mapping[_Place, Counterpart]) -> _Ours:
    named = [name for name in (value.system, value.against) if name]
    found = [counterparts.get((name, value.benchmark, value.encoder)) for name in named]
    ours = [counterpart for counterpart in found if counterpart is not None]
    if len(ours) < len(named):
        missing = named[found.index(None)]
        return _Ours(reason=f"no system of this run has the data, encoder and training of {missing!r}")
    if parsed(value.measure) is None:
        return _Ours(ours[0], reason=f"{value.measure!r} is not among our measures")
    if len({counterpart.benchmark for counterpart in ours}) > 1:
        return _Ours(ours[0], reason="the two systems of the difference are on different benchmarks of this run")
    reasons = [_other_pairs(value, summary, counterpart) for counterpart in ours]
    if any(reasons):
        return _Ours(ours[0], reason=next(filter(None, reasons)))
    means = [_mean(value, summary, counterpart) for counterpart in ours]
    if any(mean is None for mean in means):
        return _Ours(ours[0], reason=f"not judged on {value.regime} {value.pair} by {value.measure} in this run")
    first, *other = [mean for mean in means if mean is not None]
    return _Ours(ours[0], first - sum(other))


def _other_pairs(value: Published, summary: pl.DataFrame, counterpart: Counterpart) -> str | None:
    """Why our mean of the regime is not over the pairs of the published one; None if it is, or if there is no mean."""
    if value.pair != MEAN:
        return None
    if not value.pairs:
        return "the pairs of the published mean are not known"
    judged = summary.filter(
        (pl.col("system") == counterpart.system)
        & (pl.col("benchmark") == counterpart.benchmark)
        & (pl.col("measure") == value.measure)
        & (pl.col("pair") != MEAN)
    )["pair"]
    found = sorted(pair for pair in judged if parse_pair(pair).regime == value.regime)
    if tuple(found) == value.pairs:
        return None
    return f"the published mean is over {len(value.pairs)} pairs, ours over {len(found)}, not the same ones"


def _mean(value: Published, summary: pl.DataFrame, counterpart: Counterpart) -> float | None:
    found = summary.filter(
        (pl.col("system") == counterpart.system)
        & (pl.col("benchmark") == counterpart.benchmark)
        & (pl.col("regime") == value.regime)
        & (pl.col("pair") == value.pair)
        & (pl.col("measure") == value.measure)
    )["mean"]
    return float(found[0]) if found.len() else None


def _row(value: Published, ours: _Ours) -> Iterable[object]:
    difference = None if ours.value is None else ours.value - value.published
    return (
        value.row,
        value.reference,
        value.source,
        value.benchmark,
        value.encoder,
        value.training,
        value.system,
        value.against or None,
        value.regime,
        value.pair,
        value.measure,
        value.published,
        value.tolerance,
        ours.counterpart.system if ours.counterpart else None,
        ours.counterpart.benchmark if ours.counterpart else None,
        ours.value,
        difference,
        _verdict(difference, value.tolerance),
        ours.reason,
    )


def _verdict(difference: float | None, tolerance: float) -> str:
    if difference is None:
        return NOT_COMPARABLE
    # a difference of exactly the tolerance is within it, despite rounding
    share = round(abs(difference) / tolerance, 9)
    return OK if share <= 1 else CLOSE if share <= _CLOSE else OFF
