"""Write the report."""

from pathlib import Path

from switchrank.files import write_text
from switchrank.job import job
from switchrank.report.page.pinned import describe_origins
from switchrank.report.page.reading import read_page

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    pinned = [Path(path).read_text(encoding="utf-8") for path in (snakemake.input.project, snakemake.input.constraints)]
    origins = describe_origins(*pinned, params.settings, params.sources)
    write_text(read_page(params.inputs, origins, params.settings), snakemake.output[0])
