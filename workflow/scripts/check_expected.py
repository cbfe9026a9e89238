"""Compare the means with published values."""

from switchrank import tables
from switchrank.evaluation.expected import check_expected, read_published
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    files = snakemake.input
    summary = tables.read(files.summary, tables.SUMMARY)
    found = check_expected(read_published(files.published), summary, snakemake.params.settings, files.published)
    tables.write(found, snakemake.output[0], tables.EXPECTED)
