"""Build the cells of a table."""

from switchrank import tables
from switchrank.job import job
from switchrank.report.tables.kind import make_cells
from switchrank.report.tables.sources import trace

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    cells = trace(make_cells(params.settings, params.inputs), params.files, params.seeds, params.command)
    tables.write(cells, snakemake.output[0], tables.CELLS)
