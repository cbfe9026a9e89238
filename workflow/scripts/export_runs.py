"""Export runs and judgements as TREC files."""

import polars as pl

from switchrank import tables
from switchrank.evaluation.exports import write_trec_qrels, write_trec_run
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    given, made = snakemake.input, snakemake.output
    for source, target, tag in zip(given.runs, made.runs, snakemake.params.tags, strict=True):
        write_trec_run((pl.DataFrame(piece) for piece in tables.row_groups(source, tables.RUN)), target, tag)
    for source, target in zip(given.qrels, made.qrels, strict=True):
        write_trec_qrels(tables.read(source, tables.QRELS), target)
