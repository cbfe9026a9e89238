"""Build the queries of every split in one language."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.data.texts import build_queries
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    splits = tables.read(snakemake.input.splits, tables.SPLITS)
    for split, path in snakemake.output.items():
        queries = build_queries(
            wheel,
            snakemake.wildcards.language,
            splits.filter(splits["split"] == split)["doc_id"],
            Filter(**snakemake.params.settings["train" if split == "train" else "judged"]),
        )
        tables.write(queries, path, tables.QUERIES)
