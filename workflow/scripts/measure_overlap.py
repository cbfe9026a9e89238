"""Measure every system by the share of words that queries have in common with their relevant passages."""

from functools import cache

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.evaluation.lexical_overlap import measure_overlap, overlaps, shown_words, words_of
from switchrank.evaluation.query_values import read_measures
from switchrank.job import job
from switchrank.languages import MIXED, parse_pair

SIDES = {"queries": ("query_id", tables.QUERIES), "passages": ("doc_id", tables.PASSAGES)}

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params

    @cache
    def judged(qrels, *queries):
        return of_queries(tables.read(qrels, tables.QRELS), [tables.read(path, tables.QUERIES) for path in queries])

    @cache
    def judged_ids(benchmark, key):
        """Ids of all pairs, so that each text is divided into words once."""
        files = {
            by["qrels"] for entry in params.texts if entry["benchmark"] == benchmark for by in entry["pairs"].values()
        }
        return list(dict.fromkeys(name for path in sorted(files) for name in judged(path)[key]))

    @cache
    def words(path, side, benchmark):
        key, contract = SIDES[side]
        pieces = (pl.DataFrame(piece) for piece in tables.row_groups(path, contract))
        return words_of(pieces, key, judged_ids(benchmark, key))

    shares = {}
    for entry in params.texts:
        benchmark = entry["benchmark"]
        mixed = {side: tables.read(path, tables.MIXED) if (path := entry[f"mixed_{side}"]) else None for side in SIDES}
        for name, by in entry["pairs"].items():
            shown = []
            for side, code in zip(SIDES, parse_pair(name), strict=True):
                files = entry[side] if code == MIXED else {code: entry[side][code]}
                texts = {language: words(path, side, benchmark) for language, path in files.items()}
                shown.append(shown_words(texts, code, mixed[side]))
            qrels = judged(by["qrels"], *by["queries"])
            shares[entry["system"], benchmark, name] = overlaps(*shown, qrels, f"{benchmark} {name}")
    measures = read_measures(snakemake.input.measures, params.runs)
    found = measure_overlap(measures, params.runs, shares, params.settings)
    tables.write(found, snakemake.output[0], tables.OVERLAP)
