"""The findings of the tables in words, with the numbers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from switchrank.report.numbers import p_text, signed
from switchrank.report.tables.cells import MEAN, REGIMES

_SWITCHED = ("bilingual", "multilingual", "titles")
_MEANING = {
    "MoIR": "query and passage in one language",
    "CLIR": "query and passage in two languages",
    "MLIR": "languages mixed within a side",
}


@dataclass(frozen=True)
class Finding:
    """A system compared with the baseline on one regime's mean.

    Attributes:
        value, baseline_value: means, 0 … 1.
        difference, low, high: in points (hundredths); the bounds are None if they could not be computed.
        p_adjusted: None if no test could be computed.
        significant: p_adjusted is below the level.
        corrected: p_adjusted is corrected for the number of comparisons.
        reason: why something is None.
        detectable: the smallest effect that the design finds with power .8, in points; None if there was no test.
        margin: the largest difference that counts as none, in points; None without a test of equivalence.
        p_equivalent: of that test.
        equivalent: p_equivalent is below the level.
        by_seed: the difference of each seed, in points; empty if the baseline has other seeds.
    """

    system: str
    regime: str
    value: float
    baseline_value: float
    difference: float
    low: float | None
    high: float | None
    p_adjusted: float | None
    significant: bool
    corrected: bool
    reason: str | None = None
    detectable: float | None = None
    margin: float | None = None
    p_equivalent: float | None = None
    equivalent: bool = False
    by_seed: tuple[float, ...] = ()

    @property
    def verdict(self) -> str:
        """What the tests say; why not, if there is none."""
        if self.p_adjusted is None:
            return self.reason or ""
        if self.significant:
            return "significant"
        words = "not significant"
        if self.margin is not None and self.p_equivalent is not None:
            name = "equal" if self.equivalent else "not shown to be equal"
            words += f", {name} within ±{self.margin:g} (p {p_text(self.p_equivalent)})"
        return words

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if self.p_adjusted is None:
            return f"{self.system} {signed(self.difference)} points ({self.reason})"
        name = "adjusted p" if self.corrected else "p"
        interval = (
            self.reason if self.low is None or self.high is None else f"{signed(self.low)} to {signed(self.high)}"
        )
        found = f"{interval}, {name} {p_text(self.p_adjusted)}: {self.verdict}"
        if not self.significant and self.detectable is not None:
            found += f"; smallest detectable effect {self.detectable:.1f}"
        return f"{self.system} {signed(self.difference)} points ({found})"


@dataclass(frozen=True)
class Block:
    """All findings of one benchmark and measure.

    Attributes:
        headlines: whether code-switching beat the baseline, one sentence per regime.
        findings: by regime, then in the order of the systems.
        unjudged: sentences on systems that have no mean of a regime.
    """

    benchmark: str
    measure: str
    headlines: list[str]
    findings: list[Finding]
    unjudged: list[str]


def find(summary: pl.DataFrame, significance: pl.DataFrame, settings: Mapping[str, Any]) -> list[Block]:
    """Compare every system with the baseline, for each benchmark and measure that a table shows (the
    first measure of every benchmark if no table shows one).

    Args:
        summary: a SUMMARY table.
        significance: a SIGNIFICANCE table.
        settings: the whole configuration as plain values.
    """
    shown = [(table["benchmark"], table["measure"]) for table in settings["tables"].values() if "measure" in table]
    shown = shown or [(name, settings["evaluation"]["measures"][0]) for name in settings["run"]["benchmarks"]]
    return [_block(summary, significance, settings, *pair) for pair in dict.fromkeys(shown)]


def _block(
    summary: pl.DataFrame, significance: pl.DataFrame, settings: Mapping[str, Any], benchmark: str, measure: str
) -> Block:
    systems, baseline = settings["run"]["systems"], settings["evaluation"]["significance"]["baseline"]
    level, margin = (settings["evaluation"]["significance"][name] for name in ("level", "margin"))
    wanted = (pl.col("benchmark") == benchmark) & (pl.col("measure") == measure) & (pl.col("pair") == MEAN)
    means = {(r["system"], r["regime"]): r["mean"] for r in summary.filter(wanted).iter_rows(named=True)}
    tests = {(r["system"], r["regime"]): r for r in significance.filter(wanted).iter_rows(named=True)}
    findings, unjudged = [], []
    for regime in [name for name in REGIMES if any(key[1] == name for key in means)]:
        for system in [name for name in systems if name != baseline]:
            place = (system, regime)
            if place in tests and place in means and (baseline, regime) in means:
                findings.append(_finding(tests[place], means[place], means[baseline, regime], level, margin))
            elif place not in means:
                unjudged.append(f"{system} was not judged on every {regime} pair, so it has no {regime} mean.")
    switched = switched_like_baseline(settings)
    headlines = [
        _headline(regime, [f for f in findings if f.regime == regime and f.system in switched], baseline)
        for regime in dict.fromkeys(f.regime for f in findings if f.system in switched)
    ]
    return Block(benchmark, measure, headlines, findings, unjudged)


def _finding(
    test: Mapping[str, Any], value: float, baseline_value: float, level: float, margin: float | None
) -> Finding:
    points = {name: None if test[name] is None else 100 * test[name] for name in ("low", "high", "detectable")}
    return Finding(
        str(test["system"]),
        str(test["regime"]),
        value,
        baseline_value,
        100 * float(test["difference"]),
        points["low"],
        points["high"],
        test["p_adjusted"],
        test["p_adjusted"] is not None and test["p_adjusted"] < level,
        test["correction"] != "none",
        test["reason"],
        points["detectable"],
        None if margin is None else 100 * margin,
        test["p_equivalent"],
        test["p_equivalent"] is not None and test["p_equivalent"] < level,
        tuple(100 * difference for difference in test["by_seed"]),
    )


def switched_like_baseline(settings: Mapping[str, Any]) -> list[str]:
    """Systems that differ from the baseline only by code-switched training text: the same encoder, trained in the same
    way, no translation at test time. With others, the effects of other differences would count as effects of
    switching."""
    definitions = settings["systems"]
    baseline = definitions[settings["evaluation"]["significance"]["baseline"]]
    return [
        name
        for name in settings["run"]["systems"]
        if "corpus" in definitions[name]
        and all(definitions[name].get(key) == baseline.get(key) for key in ("encoder", "training"))
        and settings["corpora"][definitions[name]["corpus"]]["recipe"] in _SWITCHED
    ]


def _headline(regime: str, findings: Sequence[Finding], baseline: str) -> str:
    better = [f for f in findings if f.significant and f.difference > 0]
    worse = [f for f in findings if f.significant and f.difference < 0]
    rest = [f for f in findings if not f.significant]
    where = f"{regime} ({_MEANING[regime]})"
    if better:
        text = f"{where}: code-switching beat {baseline}: {_listed(better)}."
    elif worse:
        text = f"{where}: code-switching did not beat {baseline}; it was worse: {_listed(worse)}."
        worse = []
    else:
        text = f"{where}: code-switching did not beat {baseline} significantly: {_listed(rest)}."
        rest = []
    text += f" Worse than {baseline}: {_listed(worse)}." if worse else ""
    return text + (f" Without a significant difference: {_listed(rest)}." if rest else "")


def _listed(findings: Sequence[Finding]) -> str:
    return "; ".join(finding.sentence for finding in findings)
