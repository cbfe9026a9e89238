"""Render a table in every format."""

from switchrank import tables
from switchrank.files import write_text
from switchrank.job import job
from switchrank.report.tables.kind import make_grid
from switchrank.report.tables.render import to_csv, to_html, to_latex, to_markdown

with job(snakemake.log[0], snakemake.threads):
    cells = tables.read(snakemake.input[0], tables.CELLS)
    grid = make_grid(cells, snakemake.params.settings, snakemake.params.significance)
    write_text(to_markdown(grid), snakemake.output.md)
    write_text(to_latex(grid), snakemake.output.tex)
    write_text(to_html(grid), snakemake.output.html)
    write_text(to_csv(grid), snakemake.output.csv)
