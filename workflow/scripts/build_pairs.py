"""Build the contrastive pairs of an encoder."""

from switchrank import tables
from switchrank.encoder.building_pairs import build_pairs
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    found = build_pairs(snakemake.params.settings, dict(snakemake.input.items()))
    tables.write(found.pairs, snakemake.output.pairs, tables.PAIRS)
    tables.write(found.negatives, snakemake.output.negatives, tables.NEGATIVES)
