"""Build the queries of every split in one language."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.data.texts import build_queries, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    splits = tables.read(snakemake.input.splits, tables.SPLITS)
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    for split, path in snakemake.output.items():
        queries = build_queries(
            wheel,
            snakemake.wildcards.language,
            splits.filter(splits["split"] == split)["doc_id"],
            Filter(**snakemake.params.settings["train" if split == "train" else "judged"]),
        )
        tables.write(without(queries, left_out), path, tables.QUERIES)
