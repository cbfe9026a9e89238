"""The report: one self-contained page, readable without network or script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from switchrank.report.figures.files import inline
from switchrank.report.numbers import number, p_text, signed
from switchrank.report.page.findings import Block, Finding, find
from switchrank.report.page.judged_queries import Judged
from switchrank.report.page.lexicon_entries import Excerpt
from switchrank.report.page.pinned import Origins
from switchrank.report.page.samples import Sample
from switchrank.report.page.won_and_lost import Contrast
from switchrank.report.tables.cells import MEAN, REGIMES

_HALF_WIDTH = 60.0
"""Pixels from the zero line of an interval plot to its end."""


@dataclass(frozen=True)
class Corpora:
    """The parts of the report on the training text.

    Attributes:
        corpora: (corpus, pair, samples), in the order to be shown.
        summaries: CORPUS_SUMMARY table by corpus.
        quality: QUALITY table by lexicon.
    """

    corpora: Sequence[tuple[str, str, Sequence[Sample]]]
    summaries: Mapping[str, pl.DataFrame]
    quality: Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Examples:
    """The parts of the report on single texts.

    Attributes:
        contrasts: queries that were won and lost, one item per pair.
        excerpts: entries of the lexicons.
    """

    contrasts: Sequence[Contrast]
    excerpts: Sequence[Excerpt]


def make_page(
    fragments: Sequence[str],
    figures: Mapping[str, str],
    summary: pl.DataFrame,
    significance: pl.DataFrame,
    corpora: Corpora,
    judged: Sequence[Judged],
    examples: Examples,
    origins: Origins,
    settings: Mapping[str, Any],
) -> str:
    """Write the page.

    Args:
        fragments: tables made by `render.to_html`.
        figures: SVG files made by `figures.make_figure`, by the name of their entry.
        summary: a SUMMARY table.
        significance: a SIGNIFICANCE table.
        corpora: samples, counts and lexicon quality.
        judged: queries and candidates of each benchmark.
        examples: single queries and lexicon entries.
        origins: packages and downloads.
        settings: see `inputs.page_settings`.

    Returns:
        HTML. It contains no time, host or path: equal inputs give equal pages.
    """
    blocks = find(summary, significance, settings)
    counts = [(name, row) for name, table in sorted(corpora.summaries.items()) for row in _sorted_rows(table)]
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=PackageLoader("switchrank.report", "page"),
    )
    environment.filters |= {"percent": _percent, "number": _number, "p": _p, "points": signed}
    return environment.get_template("page.html").render(
        style=_beside("page.css"),
        script=_beside("page.js"),
        run=settings["run"],
        pairs=_pairs(settings["run"]["pairs"]),
        significance=settings["evaluation"]["significance"],
        judged=judged,
        precisions=precisions(settings),
        systems=[_described(name, settings) for name in settings["run"]["systems"]],
        blocks=[(block, _intervals(block)) for block in blocks],
        tables=[Markup(fragment) for fragment in fragments],
        figures=[(inline(svg, name), settings["figures"][name]["caption"]) for name, svg in figures.items()],
        overviews=[_overview(summary, name, settings) for name in settings["run"]["benchmarks"]],
        corpora=corpora.corpora,
        counts=counts,
        content=any(row["content"] is not None for _, row in counts),
        quality=_wide(corpora.quality),
        contrasts=examples.contrasts,
        lexicons=_by_lexicon(examples.excerpts),
        origins=origins,
        configuration=yaml.safe_dump(settings["configuration"], sort_keys=False, allow_unicode=True, width=120),
    )


def _beside(name: str) -> Markup:
    """The text of a file of this package."""
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _by_lexicon(excerpts: Sequence[Excerpt]) -> dict[str, list[Excerpt]]:
    names = dict.fromkeys(excerpt.lexicon for excerpt in excerpts)
    return {name: [excerpt for excerpt in excerpts if excerpt.lexicon == name and excerpt.entries] for name in names}


def _pairs(pairs: Sequence[str] | Mapping[str, Sequence[str]]) -> list[str]:
    """Pairs of the run, on any benchmark."""
    lists = pairs.values() if isinstance(pairs, Mapping) else [pairs]
    return list(dict.fromkeys(pair for listed in lists for pair in listed))


def _described(name: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """A system in words: what is trained on what, or whose rankers are used."""
    entry = settings["systems"][name]
    translated = "system" in entry
    trained = settings["systems"][entry["system"]] if translated else entry
    judged = entry.get("pairs")
    corpus = trained.get("corpus")
    return {
        "name": name,
        "encoder": trained["encoder"],
        "corpus": corpus or "–",
        "recipe": settings["corpora"][corpus]["recipe"] if corpus else "no ranker: dense retrieval",
        "translation": f"by {entry['lexicon']}, with the rankers of {entry['system']}" if translated else "",
        "pairs": "all" if judged is None else ", ".join(judged),
    }


def precisions(settings: Mapping[str, Any]) -> dict[str, str]:
    """The precision in which each stage of the run multiplies: "fp32", or, where entries differ, "fp32 (a, b), auto
    (c)"."""
    entries = [(name, settings["systems"][name]) for name in settings["run"]["systems"]]
    entries = [(entry.get("system", name), settings["systems"][entry.get("system", name)]) for name, entry in entries]
    encoders = {entry["encoder"]: settings["encoders"][entry["encoder"]] for _, entry in entries}
    found = {
        "training of encoders": {name: e["precision"] for name, e in encoders.items() if e["method"] == "contrastive"},
        "training of rankers": {name: entry["training"]["precision"] for name, entry in entries if "training" in entry},
        "retrieval": {name: entry["retrieval"]["precision"] for name, entry in entries if "retrieval" in entry},
    }
    if found["training of rankers"]:
        found["scoring"] = {"all": settings["scoring"]["precision"]}
    return {stage: _in_words(named) for stage, named in found.items() if named}


def _in_words(named: Mapping[str, str]) -> str:
    kinds = sorted(set(named.values()))
    if len(kinds) == 1:
        return kinds[0]
    return ", ".join(f"{kind} ({', '.join(name for name, own in named.items() if own == kind)})" for kind in kinds)


def _overview(summary: pl.DataFrame, benchmark: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every measure's regime means with deviation, one row per system."""
    means = summary.filter((pl.col("benchmark") == benchmark) & (pl.col("pair") == MEAN))
    found = {(row["system"], row["regime"], row["measure"]): row for row in means.iter_rows(named=True)}
    shown = [regime for regime in REGIMES if any(key[1] == regime for key in found)]
    columns = [(measure, regime) for measure in settings["evaluation"]["measures"] for regime in shown]
    return {
        "benchmark": benchmark,
        "regimes": shown,
        "measures": settings["evaluation"]["measures"],
        "columns": columns,
        "rows": [
            (system, [found.get((system, regime, measure)) for measure, regime in columns])
            for system in settings["run"]["systems"]
        ],
    }


def _intervals(block: Block) -> list[tuple[Finding, dict[str, float] | None]]:
    """Findings with the positions of difference and interval on a line of 2 × 60 pixels, zero in the middle."""
    bounds = [abs(bound) for f in block.findings for bound in (f.low, f.high, f.difference) if bound is not None]
    scale = _HALF_WIDTH / max([*bounds, 1e-9])

    def place(points: float) -> float:
        return round(_HALF_WIDTH + points * scale, 1)

    return [
        (f, None)
        if f.low is None or f.high is None
        else (f, {"low": place(f.low), "high": place(f.high), "at": place(f.difference)})
        for f in block.findings
    ]


def _sorted_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    return table.sort("pair", "side", descending=[False, True]).to_dicts()


def _wide(quality: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """One row per lexicon and language pair, one column per measure."""
    cells = {
        (lexicon, row["source"], row["target"], row["measure"]): row["value"]
        for lexicon, table in sorted(quality.items())
        for row in table.sort("source", "target", "measure").iter_rows(named=True)
    }
    measures = sorted({key[3] for key in cells})
    rows = list(dict.fromkeys(key[:3] for key in cells))
    return {"measures": measures, "rows": [(row, [cells.get((*row, name)) for name in measures]) for row in rows]}


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _p(value: float) -> str:
    """In a column headed p, only a bound needs its sign."""
    return p_text(value).removeprefix("= ")


def _number(value: float | None) -> str:
    return "–" if value is None else number(value)
