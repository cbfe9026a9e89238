from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.report.libraries import libraries_of
from switchrank.report.manifest import make_manifest

with job(snakemake.log[0], snakemake.threads):
    records, written = snakemake.params.records, Path(snakemake.output[0])
    libraries = {
        rule: libraries_of(f"workflow/scripts/{rule}.py", "src") for rule in {rule for _, rule, _, _ in records}
    }
    tables.write(make_manifest(records, libraries, written), written, tables.MANIFEST)
