"""Test every system against the baseline."""

import polars as pl

from switchrank import tables
from switchrank.evaluation.clusters import groups_of_queries
from switchrank.evaluation.query_values import read_measures
from switchrank.evaluation.significance import compare
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    measures = read_measures(snakemake.input.measures, snakemake.params.runs)
    clusters = {
        name: groups_of_queries(
            pl.concat(tables.read(path, tables.QRELS) for path in qrels), tables.read(splits, tables.SPLITS)
        )
        for name, (*qrels, splits) in snakemake.params.clusters.items()
    }
    comparisons = compare(measures, snakemake.params.runs, snakemake.params.settings, snakemake.params.groups, clusters)
    tables.write(comparisons, snakemake.output[0], tables.SIGNIFICANCE)
