from switchrank import tables
from switchrank.encoder.pairs import build_pairs
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    pairs = build_pairs(
        tables.read(snakemake.input.corpus, tables.CORPUS),
        tables.read(snakemake.input.tokens, tables.TOKENS),
        snakemake.params.settings["versions"],
    )
    tables.write(pairs, snakemake.output[0], tables.PAIRS)
