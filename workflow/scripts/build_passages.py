"""Build the passages of one language."""

from switchrank import tables
from switchrank.data.reading import open_reader
from switchrank.data.texts import build_passages, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    with open_reader(snakemake.params.settings) as reader:
        passages = build_passages(reader, snakemake.wildcards.language)
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    tables.write(without(passages, left_out), snakemake.output[0], tables.PASSAGES)
