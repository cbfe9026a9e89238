from switchrank.evaluation.runs import join_runs
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    join_runs(snakemake.input, snakemake.output[0])
