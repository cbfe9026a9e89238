"""Build the queries of every split in one language."""

from switchrank import tables
from switchrank.data.reading import open_reader
from switchrank.data.texts import build_queries, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    language = snakemake.wildcards.language
    documents = tables.read(snakemake.input.splits, tables.SPLITS)
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    with open_reader(snakemake.params.settings) as reader:
        for split, path in snakemake.output.items():
            queries = build_queries(reader, split, language, documents, snakemake.params.judged_in)
            tables.write(without(queries, left_out) if split == "train" else queries, path, tables.QUERIES)
