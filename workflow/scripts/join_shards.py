from switchrank.corpus.files import join_shards
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    join_shards(snakemake.input, snakemake.output[0])
