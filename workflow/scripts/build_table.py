"""Build the cells of a table."""

from switchrank import tables
from switchrank.job import job
from switchrank.report.cells import build_cells

with job(snakemake.log[0], snakemake.threads):
    cells = build_cells(
        tables.read(snakemake.input.summary, tables.SUMMARY),
        tables.read(snakemake.input.significance, tables.SIGNIFICANCE),
        snakemake.params.settings,
        snakemake.params.systems,
        snakemake.params.pairs,
        snakemake.params.level,
    )
    tables.write(cells, snakemake.output[0], tables.CELLS)
