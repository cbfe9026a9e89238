"""Build the training instances with BM25 negatives."""

from switchrank import tables
from switchrank.data.instances import build_instances
from switchrank.data.settings import Negatives
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    instances = build_instances(
        tables.read(snakemake.input.queries, tables.QUERIES),
        tables.read(snakemake.input.passages, tables.PASSAGES),
        tables.read(snakemake.input.qrels, tables.QRELS),
        tables.read(snakemake.input.splits, tables.SPLITS),
        Negatives(**snakemake.params.settings["negatives"]),
    )
    tables.write(instances, snakemake.output[0], tables.INSTANCES)
