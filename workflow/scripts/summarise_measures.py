"""Average the measures over queries, seeds and pairs."""

from switchrank import tables
from switchrank.evaluation.query_values import read_measures
from switchrank.evaluation.summary import summarise
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    measures = read_measures(snakemake.input.measures, snakemake.params.runs)
    tables.write(
        summarise(measures, snakemake.params.runs, snakemake.params.groups), snakemake.output[0], tables.SUMMARY
    )
