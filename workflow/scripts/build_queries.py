"""Build the queries of one split in one language."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.data.texts import build_queries
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    split = snakemake.wildcards.split
    splits = tables.read(snakemake.input.splits, tables.SPLITS)
    rule = snakemake.params.settings["train" if split == "train" else "judged"]
    queries = build_queries(
        wheel,
        snakemake.wildcards.language,
        splits.filter(splits["split"] == split)["doc_id"],
        Filter(**rule),
    )
    tables.write(queries, snakemake.output[0], tables.QUERIES)
