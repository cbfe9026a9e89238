from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.libraries import libraries_by_rule
from switchrank.manifest import make_manifest

with job(snakemake.log[0], snakemake.threads):
    records, manifest = snakemake.params.records, Path(snakemake.output[0])
    libraries = libraries_by_rule((rule for _, rule, _, _ in records), Path(snakemake.scriptdir).resolve().parents[1])
    tables.write(make_manifest(records, libraries, manifest), manifest, tables.MANIFEST)
