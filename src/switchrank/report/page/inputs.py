"""What the page shows of a run, and where it is read. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchrank.config.derived import (
    corpora_of_pairs,
    corpus_of_system,
    lexicon_languages,
    pairs_of_system,
    ranker_pair,
    systems_of_kind,
    trained_system,
    used_entries,
)
from switchrank.config.models import Config, DenseSystem, TranslateTest
from switchrank.corpus.settings import SWITCHED
from switchrank.encoder.settings import LEXICON_PAIRS, Contrastive
from switchrank.languages import MIXED, parse_pair
from switchrank.paths.benchmark import (
    candidates_file,
    judged_benchmarks,
    judged_by,
    mixed_file,
    passage_files,
    query_files,
)
from switchrank.report.page.won_and_lost import shown_pairs
from switchrank.results import corpus_summary, lexicon_quality, run_file


def page_inputs(config: Config) -> dict[str, Any]:
    """The results that the page shows: paths, lists and mappings of them, by the names that `read_page` uses."""
    switched = switched_corpora(config)
    return {
        "tables": [f"results/table/{table}.html" for table in measured_entries(config, "tables")],
        "figures": {figure: f"results/figure/{figure}.svg" for figure in measured_entries(config, "figures")},
        "summary": "results/summary.parquet",
        "significance": "results/significance.parquet",
        "corpora": _samples(config),
        "corpus_summaries": {corpus: corpus_summary(corpus) for corpus in switched},
        "lexicon_quality": {lexicon: lexicon_quality(lexicon) for lexicon in used_lexicons(config)},
        "judged": _judged(config),
        "lexicons": list(dict.fromkeys(_lexicons(config))),
        "contrasts": list(_contrasts(config)),
    }


def measured_entries(config: Config, section: str) -> list[str]:
    """Tables or figures that can be made: those that show no benchmark without judgements.

    Args:
        config: whose entries they are.
        section: `tables` or `figures`.
    """
    left_out = set(config.run.benchmarks) - set(judged_benchmarks(config))
    entries: dict[str, Any] = getattr(config, section)
    tables = {name: config.tables.get(getattr(entry, "table", None) or "") for name, entry in entries.items()}
    return [
        name
        for name, entry in entries.items()
        if not {getattr(entry, "benchmark", None), getattr(tables[name], "benchmark", None)} & left_out
    ]


def page_settings(config: Config) -> dict[str, Any]:
    """The configuration of what the page shows, as plain values: without the benchmarks that are not measured, which
    `run.unjudged` names, and their tables. `configuration` is the whole one, which the page prints."""
    settings, judged = used_entries(config), judged_benchmarks(config)
    unjudged = [name for name in config.run.benchmarks if name not in judged]
    measured: dict[str, Any] = {"run": settings["run"] | {"benchmarks": judged, "unjudged": unjudged}}
    for section in ("tables", "figures"):
        shown = measured_entries(config, section)
        measured[section] = {name: entry for name, entry in settings[section].items() if name in shown}
    return settings | measured | {"configuration": settings}


def switched_corpora(config: Config) -> list[str]:
    """Switched corpora that rankers of the run are trained on, sorted."""
    corpora = {corpus_of_system(config, system) for system in config.run.systems} - {None}
    return sorted(str(corpus) for corpus in corpora if isinstance(config.corpora[str(corpus)], SWITCHED))


def used_lexicons(config: Config) -> list[str]:
    """Lexicons of the run, sorted: of rankers' and encoders' corpora, of encoders' pairs, and of Translate Test."""
    return sorted({*_switching(config), *_translating(config).values()})


def _switching(config: Config) -> set[str]:
    """Lexicons that texts for training are made with."""
    systems: list[Any] = [config.systems[trained_system(config, system)] for system in config.run.systems]
    encoders = [entry for system in systems if isinstance(entry := config.encoders[system.encoder], Contrastive)]
    names = [*switched_corpora(config), *(corpus for encoder in encoders for corpus in corpora_of_pairs(encoder))]
    corpora = [corpus for name in names if isinstance(corpus := config.corpora[name], SWITCHED)]
    pairs = [entry for encoder in encoders for entry in encoder.every_pairs if isinstance(entry, LEXICON_PAIRS)]
    return {entry.lexicon for entry in (*corpora, *pairs)}


def _translating(config: Config) -> dict[str, str]:
    """Lexicons of the systems under Translate Test."""
    entries = {system: config.systems[system] for system in config.run.systems}
    return {system: entry.lexicon for system, entry in entries.items() if isinstance(entry, TranslateTest)}


def _samples(config: Config) -> list[dict[str, str]]:
    """One file of each switched corpus, the first pair in which it was made, with the English texts."""
    found = {}
    for system in config.run.systems:
        corpus = corpus_of_system(config, system)
        if corpus in switched_corpora(config) and corpus not in found:
            pair = str(ranker_pair(config, system, pairs_of_system(config, system)[-1]))
            tokens = f"results/corpus/tokens/{config.corpora[corpus].benchmark}/tokens.parquet"
            path = f"results/corpus/{corpus}/{pair}.parquet"
            found[corpus] = {"corpus": corpus, "pair": pair, "path": path, "english": tokens}
    return list(found.values())


def _judged(config: Config) -> list[dict[str, Any]]:
    """For each benchmark of the run its judged split, and files of candidates and judgements with the pairs that they
    serve; no candidates for pairs in which all systems retrieve from all passages."""
    found, scoring = [], sorted(set(config.run.systems) - set(systems_of_kind(config, DenseSystem)))
    for benchmark in judged_benchmarks(config):
        scored = {pair for system in scoring for pair in pairs_of_system(config, system, benchmark)}
        split = config.benchmarks[benchmark].judge
        served: dict[tuple[str | None, ...], list[str]] = {}
        for pair in map(parse_pair, config.run.pairs_on(benchmark)):
            by = judged_by(config, benchmark, split, pair)
            candidates = candidates_file(config, benchmark, split, pair) if pair in scored else None
            served.setdefault((candidates, str(by["qrels"]), *by["queries"]), []).append(str(pair))
        for (candidates, qrels, *queries), pairs in served.items():
            shown = [] if len(served) == 1 else pairs  # all share them
            origin = config.benchmarks[benchmark].candidates.origin
            place = {"benchmark": benchmark, "split": split, "pairs": shown, "origin": origin}
            found.append(place | {"candidates": candidates, "qrels": qrels, "queries": queries})
    return found


def _lexicons(config: Config) -> Iterator[str]:
    """Lexicons in the directions that the run uses: out of English to switch, into it to translate."""
    for name in sorted(_switching(config)):
        yield from (
            f"results/lexicon/{name}/en-{code}.parquet" for code in lexicon_languages(config, name) if code != "en"
        )
    for system, name in _translating(config).items():
        for benchmark in judged_benchmarks(config):
            shown = {code for pair in pairs_of_system(config, system, benchmark) for code in pair}
            shown |= set(config.benchmarks[benchmark].languages) if MIXED in shown else set()
            yield from (f"results/lexicon/{name}/{code}-en.parquet" for code in sorted(shown - {"en", MIXED}))


def _contrasts(config: Config) -> Iterator[dict[str, Any]]:
    """The files of queries won and lost: for each benchmark and shown pair those of all systems judged there, since
    their means later decide which one is shown."""
    seeds = config.run.seeds
    for benchmark in judged_benchmarks(config):
        split = config.benchmarks[benchmark].judge
        for pair in map(parse_pair, shown_pairs(config.run.pairs_on(benchmark), config.page.pairs)):
            systems = [name for name in config.run.systems if pair in pairs_of_system(config, name, benchmark)]
            yield {
                "benchmark": benchmark,
                "pair": str(pair),
                "seed": seeds[0],
                "qrels": judged_by(config, benchmark, split, pair)["qrels"],
                "measures": {name: [run_file("measure", name, seed, benchmark) for seed in seeds] for name in systems},
                "runs": {name: run_file("run", name, seeds[0], benchmark) for name in systems},
                "queries": _by_language(query_files(config, benchmark, split, pair.query)),
                "mixed_queries": mixed_file(config, benchmark, split, "queries", [pair]),
                "passages": _by_language(passage_files(config, benchmark, pair.passage)),
                "mixed_passages": mixed_file(config, benchmark, split, "passages", [pair]),
            }


def _by_language(paths: list[str]) -> dict[str, str]:
    return {path.rpartition("/")[2].removesuffix(".parquet"): path for path in paths}
