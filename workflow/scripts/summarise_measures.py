"""Average the measures over queries, seeds and pairs."""

from switchrank import tables
from switchrank.evaluation.summary import summarise
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    measures = (tables.read(path, tables.MEASURES) for path in snakemake.input.measures)
    tables.write(
        summarise(measures, snakemake.params.runs, snakemake.params.groups), snakemake.output[0], tables.SUMMARY
    )
