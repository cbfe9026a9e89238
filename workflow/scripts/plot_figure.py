"""Plot a figure."""

from switchrank import tables
from switchrank.job import job
from switchrank.report.figures import make_figure
from switchrank.report.files import write_bytes, write_text

with job(snakemake.log[0], snakemake.threads):
    svg, pdf = make_figure(
        tables.read(snakemake.input.cells, tables.CELLS),
        snakemake.params.settings,
        snakemake.params.table,
        snakemake.params.significance,
        snakemake.input.style,
    )
    write_text(svg, snakemake.output.svg)
    write_bytes(pdf, snakemake.output.pdf)
