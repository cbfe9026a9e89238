"""Measure the runs of one system and seed on one benchmark, pair by pair."""

from switchrank import tables
from switchrank.evaluation.measures import measure
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    qrels = tables.read(snakemake.input.qrels, tables.QRELS)
    for source, target in zip(snakemake.input.runs, snakemake.output, strict=True):
        run = tables.read(source, tables.RUN)
        measured = measure(run, qrels, snakemake.params.settings["measures"], source)
        tables.write(measured, target, tables.MEASURES)
