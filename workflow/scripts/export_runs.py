"""Export runs and judgements as TREC files."""

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.evaluation.exports import write_trec_qrels, write_trec_run
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    given, made = snakemake.input, snakemake.output
    targets = dict(zip(map(tuple, snakemake.params.runs), made.runs, strict=True))
    for source, (system, seed, benchmark) in zip(given.runs, dict.fromkeys(run[:3] for run in targets), strict=True):
        for pair, pieces in tables.by_value(tables.row_groups(source, tables.RUN), "pair"):
            target = targets[system, seed, benchmark, pair]
            write_trec_run(map(pl.DataFrame, pieces), target, f"{system}-seed{seed}")
    for by, target in zip(snakemake.params.judged_by, made.qrels, strict=True):
        asked = [tables.read(path, tables.QUERIES) for path in by["queries"]]
        write_trec_qrels(of_queries(tables.read(by["qrels"], tables.QRELS), asked), target)
