"""Add up the cost of the run's jobs."""

from switchrank import tables
from switchrank.job import job
from switchrank.report.costs import Job, gather_costs

with job(snakemake.log[0], snakemake.threads):
    gpus = dict(part.split("=") for part in snakemake.resources.gpus.split())
    jobs = [Job(stage, rule, record, int(gpus.get(rule, 0))) for stage, rule, record in snakemake.params.jobs]
    tables.write(gather_costs(jobs), snakemake.output[0], tables.COST)
