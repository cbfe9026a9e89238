from switchrank import tables
from switchrank.job import job
from switchrank.report.manifest import make_manifest

with job(snakemake.log[0], snakemake.threads):
    tables.write(make_manifest(snakemake.params.records), snakemake.output[0], tables.MANIFEST)
