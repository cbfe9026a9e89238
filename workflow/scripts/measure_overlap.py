"""Measure every system by the share of words that queries have in common with their relevant passages."""

from functools import cache

import polars as pl

from switchrank import tables
from switchrank.evaluation.lexical_overlap import measure_overlap, overlaps, shown_words, words_of
from switchrank.evaluation.query_values import read_measures
from switchrank.job import job
from switchrank.languages import parse_pair

SIDES = {"queries": ("query_id", tables.QUERIES), "passages": ("doc_id", tables.PASSAGES)}

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    qrels = {benchmark: tables.read(path, tables.QRELS) for benchmark, path in params.qrels.items()}

    @cache
    def words(path, side, benchmark):
        key, contract = SIDES[side]
        pieces = (pl.DataFrame(piece) for piece in tables.row_groups(path, contract))
        return words_of(pieces, key, qrels[benchmark][key].unique(maintain_order=True))

    shares = {}
    for entry in params.texts:
        benchmark = entry["benchmark"]
        mixed = {side: tables.read(path, tables.MIXED) if (path := entry[f"mixed_{side}"]) else None for side in SIDES}
        shown = {side: {code: words(path, side, benchmark) for code, path in entry[side].items()} for side in SIDES}
        for name in entry["pairs"]:
            pair = parse_pair(name)
            shares[entry["system"], benchmark, name] = overlaps(
                shown_words(shown["queries"], pair.query, mixed["queries"]),
                shown_words(shown["passages"], pair.passage, mixed["passages"]),
                qrels[benchmark],
                f"{benchmark} {name}",
            )
    measures = read_measures(snakemake.input.measures, snakemake.params.runs)
    found = measure_overlap(measures, params.runs, shares, params.settings)
    tables.write(found, snakemake.output[0], tables.OVERLAP)
