"""The queries with the largest gains and losses of a system against the baseline, and what both rank first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, parse_pair
from switchrank.report.page.excerpts import read_rows
from switchrank.report.page.findings import switched_like_baseline
from switchrank.report.page.samples import Text

_SIDES = {"queries": ("query_id", tables.QUERIES), "passages": ("doc_id", tables.PASSAGES)}


@dataclass(frozen=True)
class Ranked:
    """A passage and its rank in a system."""

    rank: int
    text: Text
    relevant: bool


@dataclass(frozen=True)
class Answer:
    """The result of one system on a query.

    Attributes:
        system: its name.
        value: of the measure, mean over seeds.
        passages: the first ones; after them the first relevant one if it is not among them.
        found: whether any relevant passage is ranked at all.
    """

    system: str
    value: float
    passages: list[Ranked]
    found: bool


@dataclass(frozen=True)
class Query:
    """A query, and the results of the baseline and the other system."""

    text: Text
    baseline: Answer
    other: Answer


@dataclass(frozen=True)
class Contrast:
    """Two systems on one pair: queries with the largest gain and the largest loss, the largest first."""

    benchmark: str
    pair: str
    measure: str
    baseline: str
    system: str
    seed: int
    gains: list[Query]
    losses: list[Query]


def shown_pairs(pairs: Sequence[str], number: int) -> list[str]:
    """Choose pairs of all settings: the first of each, then the second of each, and so on.

    Args:
        pairs: of the run.
        number: the largest number.

    Returns:
        Those chosen, in the order of the run.
    """
    places: dict[str, int] = {}
    turns: list[tuple[int, int]] = []
    for place, pair in enumerate(pairs):
        regime = parse_pair(pair).regime
        places[regime] = places.get(regime, 0) + 1
        turns.append((places[regime], place))
    return [pairs[place] for place in sorted(place for _, place in sorted(turns)[:number])]


def compared_system(summary: pl.DataFrame, settings: Mapping[str, Any], benchmark: str, pair: str) -> str | None:
    """The system to compare with the baseline: by the first measure the best of those that differ from it only by
    code-switched training text; if none was judged there, the best of all others.

    Args:
        summary: a SUMMARY table.
        settings: the whole configuration as plain values.
        benchmark, pair: of the comparison.

    Returns:
        Its name, the first of `run.systems` among equals; None if the baseline is alone or was not judged there.
    """
    where = (pl.col("benchmark") == benchmark) & (pl.col("pair") == pair)
    judged = summary.filter(where & (pl.col("measure") == settings["evaluation"]["measures"][0]))
    means = dict(judged.select("system", "mean").iter_rows())
    baseline = settings["evaluation"]["significance"]["baseline"]
    others = [name for name in settings["run"]["systems"] if name in means and name != baseline]
    if baseline not in means:
        return None
    switched = [name for name in switched_like_baseline(settings) if name in others]
    return max(switched or others, key=lambda name: means[name], default=None)


def read_contrast(place: Mapping[str, Any], system: str, settings: Mapping[str, Any]) -> Contrast:
    """Read only what is shown of one pair.

    Args:
        place: benchmark, pair and seed, and paths: of measures (by system a list, one per seed) and runs (by system,
            of that seed), of qrels, of queries and passages by language, and mixed_queries and mixed_passages
            (None if no language is drawn; without one, `xx` shows the texts of all languages).
        system: the one to compare with the baseline.
        settings: the whole configuration as plain values.

    Raises:
        SwitchRankError: a file is missing, truncated or of another contract, or lacks a text.
    """
    measure = settings["evaluation"]["measures"][0]
    baseline, page = settings["evaluation"]["significance"]["baseline"], settings["page"]
    values = [mean_values(place["measures"][name], place["pair"], measure) for name in (baseline, system)]
    gained, lost = extremes(values[0], values[1], page["queries"])
    chosen = [*gained, *lost]
    judged = read_rows(place["qrels"], tables.QRELS, "query_id", chosen, ["query_id", "doc_id", "relevance"])
    relevant = set(judged.filter(pl.col("relevance") > 0).select("query_id", "doc_id").iter_rows())
    pair, top = place["pair"], page["passages"]
    ranks = {name: _top(place["runs"][name], pair, chosen, relevant, top) for name in (baseline, system)}
    shown = {doc_id for rows in ranks.values() for found in rows.values() for _, doc_id in found}
    queries, passages = _texts(place, "queries", chosen), _texts(place, "passages", shown)
    means = {name: dict(table.iter_rows()) for name, table in zip((baseline, system), values, strict=True)}

    def answer(name: str, query: str) -> Answer:
        found = [Ranked(rank, passages[doc], (query, doc) in relevant) for rank, doc in ranks[name].get(query, [])]
        return Answer(name, means[name][query], found, any(passage.relevant for passage in found))

    shown_queries = {query: Query(queries[query], answer(baseline, query), answer(system, query)) for query in chosen}
    return Contrast(
        place["benchmark"], place["pair"], measure, baseline, system, place["seed"],
        [shown_queries[query] for query in gained], [shown_queries[query] for query in lost],
    )  # fmt: skip


def mean_values(paths: Sequence[str], pair: str, measure: str) -> pl.DataFrame:
    """query_id and value of a pair and measure, mean over seeds, added in their order: equal files give equal bits."""
    columns = ["query_id", "value"]
    seeds = [read_rows(path, tables.MEASURES, "measure", [measure], columns, pair=pair) for path in paths]
    for path, table in zip(paths, seeds, strict=True):
        if not table["query_id"].equals(seeds[0]["query_id"]):
            raise SwitchRankError(f"{path}: other queries than {paths[0]}; seeds are judged on the same ones")
    return seeds[0].with_columns(value=sum((table["value"] for table in seeds[1:]), seeds[0]["value"]) / len(seeds))


def extremes(baseline: pl.DataFrame, system: pl.DataFrame, number: int) -> tuple[list[str], list[str]]:
    """The queries with the largest gain and with the largest loss of a system, the largest first; of equals the
    first query_id. A query on which both are equal is neither.

    Args:
        baseline, system: query_id and value.
        number: the largest number of each.
    """
    joined = baseline.join(system, on="query_id", suffix="_system", maintain_order="left")
    gaps = joined.select("query_id", gap=pl.col("value_system") - pl.col("value")).filter(pl.col("gap") != 0)
    gains = gaps.filter(pl.col("gap") > 0).sort("gap", "query_id", descending=[True, False])
    losses = gaps.filter(pl.col("gap") < 0).sort("gap", "query_id")
    return gains["query_id"].head(number).to_list(), losses["query_id"].head(number).to_list()


def _top(
    path: str, pair: str, queries: Collection[str], relevant: Collection[tuple[str, str]], number: int
) -> dict[str, list[tuple[int, str]]]:
    """Rank and doc_id of the first passages of each query, and of the first relevant one."""
    found: dict[str, list[tuple[int, str]]] = {}
    missing = set(queries)
    rows = read_rows(path, tables.RUN, "query_id", queries, ["query_id", "doc_id", "rank"], pair=pair)
    for query, doc, rank in rows.iter_rows():
        if rank <= number or (query in missing and (query, doc) in relevant):
            found.setdefault(query, []).append((rank, doc))
        if (query, doc) in relevant:
            missing.discard(query)
    return found


def _texts(place: Mapping[str, Any], side: str, ids: Collection[str]) -> dict[str, Text]:
    """The texts in the languages of the pair, by id."""
    key, contract = _SIDES[side]
    pair = parse_pair(place["pair"])
    wanted = pair.query if side == "queries" else pair.passage
    languages: dict[str, str] | None = None  # an id is in one language
    if wanted == MIXED and place[f"mixed_{side}"]:
        drawn = read_rows(place[f"mixed_{side}"], tables.MIXED, "id", ids, ["id", "language"])
        languages = dict(drawn.iter_rows())
    elif wanted != MIXED:
        languages = dict.fromkeys(ids, wanted)
    found: dict[str, Text] = {}
    for code in sorted(place[side] if languages is None else set(languages.values())):
        here = list(ids) if languages is None else [i for i in ids if languages.get(i) == code]
        rows = read_rows(place[side][code], contract, key, here, [key, "text"])
        found.update({name: Text(text, code) for name, text in rows.iter_rows()})
    if missing := sorted(set(ids) - set(found)):
        raise SwitchRankError(f"{place['benchmark']} {place['pair']}, {side}: no text of {key} {missing[0]!r}")
    return found
