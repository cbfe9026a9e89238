"""Reads what the page shows, and writes the page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.report.page.building import Corpora, Examples, make_page
from switchrank.report.page.judged_queries import Judged, describe
from switchrank.report.page.lexicon_entries import read_entries
from switchrank.report.page.pinned import Origins
from switchrank.report.page.samples import read_samples
from switchrank.report.page.won_and_lost import compared_system, read_contrast


def read_page(inputs: Mapping[str, Any], origins: Origins, settings: Mapping[str, Any]) -> str:
    """The page of a run.

    Args:
        inputs: as `inputs.page_inputs`.
        origins: packages and downloads.
        settings: the whole configuration as plain values, used entries only.

    Returns:
        HTML, as `building.make_page`.

    Raises:
        SwitchRankError: a file is missing, truncated or of another contract, or lacks a text that is shown.
    """
    baseline = settings["evaluation"]["significance"]["baseline"]
    summary = tables.read(inputs["summary"], tables.SUMMARY)
    tests = tables.read(inputs["significance"], tables.SIGNIFICANCE).filter(pl.col("baseline") == baseline)
    return make_page(
        [_text(path) for path in inputs["tables"]],
        {name: _text(path) for name, path in inputs["figures"].items()},
        summary,
        tests,
        _corpora(inputs),
        [_judged(place) for place in inputs["judged"]],
        _examples(inputs, summary, settings),
        origins,
        settings,
    )


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _corpora(inputs: Mapping[str, Any]) -> Corpora:
    return Corpora(
        [(one["corpus"], one["pair"], read_samples(one["path"], one["english"])) for one in inputs["corpora"]],
        {name: tables.read(path, tables.CORPUS_SUMMARY) for name, path in inputs["corpus_summaries"].items()},
        {name: tables.read(path, tables.QUALITY) for name, path in inputs["lexicon_quality"].items()},
    )


def _judged(place: Mapping[str, Any]) -> Judged:
    candidates = tables.read(place["candidates"], tables.CANDIDATES) if place["candidates"] else None
    queries = [tables.read(path, tables.QUERIES) for path in place["queries"]]
    return describe(place, candidates, of_queries(tables.read(place["qrels"], tables.QRELS), queries))


def _examples(inputs: Mapping[str, Any], summary: pl.DataFrame, settings: Mapping[str, Any]) -> Examples:
    compared = [
        (place, compared_system(summary, settings, place["benchmark"], place["pair"])) for place in inputs["contrasts"]
    ]
    return Examples(
        [read_contrast(place, system, settings) for place, system in compared if system],
        [read_entries(path, settings["page"]["entries"]) for path in inputs["lexicons"]],
    )
