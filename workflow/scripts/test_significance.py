"""Test every system against the baseline."""

from switchrank import tables
from switchrank.evaluation.significance import compare
from switchrank.evaluation.values import read_measures
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    measures = read_measures(snakemake.input.measures, snakemake.params.runs)
    clusters = {
        benchmark: dict(tables.read(path, tables.SPLITS).select("doc_id", "group").iter_rows())
        for benchmark, path in snakemake.params.splits.items()
    }
    comparisons = compare(measures, snakemake.params.runs, snakemake.params.settings, snakemake.params.groups, clusters)
    tables.write(comparisons, snakemake.output[0], tables.SIGNIFICANCE)
