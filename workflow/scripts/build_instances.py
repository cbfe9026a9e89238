"""Build the training instances with BM25 negatives."""

from switchrank import tables
from switchrank.data.instances import build_instances
from switchrank.data.qrels import of_queries
from switchrank.data.settings import Negatives
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    queries = tables.read(snakemake.input.queries, tables.QUERIES)
    instances = build_instances(
        queries,
        tables.read(snakemake.input.passages, tables.PASSAGES),
        of_queries(tables.read(snakemake.input.qrels, tables.QRELS), [queries]),
        tables.read(snakemake.input.splits, tables.SPLITS),
        Negatives(**snakemake.params.settings["negatives"]),
    )
    tables.write(instances, snakemake.output[0], tables.INSTANCES)
