"""Plot a figure."""

from functools import partial

from switchrank import tables
from switchrank.files import write_bytes, write_text
from switchrank.job import job
from switchrank.report.figures.by_overlap import draw_overlap
from switchrank.report.figures.curves import curves_of_diagnostics, curves_of_training, draw_curves
from switchrank.report.figures.files import make_figure
from switchrank.report.figures.plots import draw

params, files = snakemake.params, snakemake.input


def of_seeds(contract):
    """Tables of all seeds by the name of each file in the rule."""
    found = {}
    for name, path in zip(params.names, files.tables, strict=True):
        found.setdefault(name, []).append(tables.read(path, contract))
    return found


def drawing():
    """The function that draws the figure."""
    match params.settings["kind"]:
        case "diagnostics":
            curves = curves_of_diagnostics(of_seeds(tables.DIAGNOSTICS), params.settings["measures"])
            return partial(draw_curves, curves, params.settings)
        case "training":
            return partial(draw_curves, curves_of_training(of_seeds(tables.TRAINING)), params.settings)
        case "overlap":
            (path,) = files.tables
            return partial(draw_overlap, tables.read(path, tables.OVERLAP), params.settings)
        case _:
            (path,) = files.tables
            cells = tables.read(path, tables.CELLS)
            return partial(draw, cells, params.settings, params.table, params.significance)


with job(snakemake.log[0], snakemake.threads):
    svg, pdf = make_figure(drawing(), params.settings["caption"], files.style)
    write_text(svg, snakemake.output.svg)
    write_bytes(pdf, snakemake.output.pdf)
