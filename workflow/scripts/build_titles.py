"""Build the parallel titles of one language, from groups that are in neither dev nor test."""

from switchrank import tables
from switchrank.data.reading import open_reader
from switchrank.data.texts import build_titles, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    documents = tables.read(snakemake.input.splits, tables.SPLITS)
    with open_reader(snakemake.params.settings) as reader:
        titles = build_titles(reader, snakemake.wildcards.language, documents)
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    tables.write(without(titles, left_out), snakemake.output[0], tables.TITLES)
