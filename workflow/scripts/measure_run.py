"""Measure the runs of one system and seed on one benchmark."""

from switchrank import tables
from switchrank.job import job
from switchrank.measures.computing import measure_file
from switchrank.measures.judgements import judgements_of, refuse_unknown

with job(snakemake.log[0], snakemake.threads):
    files = snakemake.input
    qrels = tables.read(files.qrels, tables.QRELS)
    refuse_unknown(
        qrels,
        tables.values_of(files.queries, tables.QUERIES, "query_id"),
        tables.values_of(files.passages, tables.PASSAGES, "doc_id"),
        files.qrels,
    )
    judgements = judgements_of(qrels, files.qrels)
    measured = measure_file(files.runs, judgements, snakemake.params.settings["measures"])
    tables.write(measured, snakemake.output[0], tables.MEASURES)
