"""Plot a figure."""

from functools import partial

from switchrank.files import write_bytes, write_text
from switchrank.job import job
from switchrank.report.figures.files import make_figure
from switchrank.report.figures.kind import draw, read_drawn

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    data = read_drawn(params.settings, params.inputs)
    drawing = partial(draw, data, params.settings, params.table, params.significance)
    svg, pdf = make_figure(drawing, params.settings["caption"], snakemake.input.style)
    write_text(svg, snakemake.output.svg)
    write_bytes(pdf, snakemake.output.pdf)
