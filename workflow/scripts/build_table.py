"""Build the cells of a table."""

from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.job import job
from switchrank.report.tables.ablation import build_ablation
from switchrank.report.tables.cells import build_cells
from switchrank.report.tables.costs import build_cost
from switchrank.report.tables.lexicons import build_lexicons
from switchrank.report.tables.pool import build_pool
from switchrank.report.tables.sources import trace


def by_folder(paths, contract):
    """Tables by the name of their folder: the corpus or the lexicon."""
    return {Path(path).parent.name: tables.read(path, contract) for path in paths}


def ranks_by_system(paths):
    """POOL tables of all seeds by system; they are in {system}/seed{seed}/."""
    found = {}
    for path in paths:
        found.setdefault(Path(path).parent.parent.name, []).append(tables.read(path, tables.POOL))
    return found


def judged():
    """The results of the systems, and their differences to the table's baseline."""
    tests = tables.read(snakemake.input.significance, tables.SIGNIFICANCE)
    return (
        tables.read(snakemake.input.summary, tables.SUMMARY),
        tests.filter(pl.col("baseline") == snakemake.params.baseline),
    )


with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    match params.settings["kind"]:
        case "systems":
            cells = build_cells(*judged(), params.settings, params.systems, params.columns, params.level)
        case "ablation":
            summaries = by_folder(snakemake.input.corpora, tables.CORPUS_SUMMARY)
            switched = {system: summaries[corpus] for system, corpus in params.corpora.items()}
            cells = build_ablation(*judged(), params.settings, switched, params.level)
        case "lexicons":
            cells = build_lexicons(by_folder(snakemake.input.quality, tables.QUALITY), params.settings)
        case "pool":
            cells = build_pool(ranks_by_system(snakemake.input.ranks), params.settings)
        case "cost":
            cells = build_cost(tables.read(snakemake.input.cost, tables.COST), params.settings)
    cells = trace(cells, params.files, params.seeds, params.command)
    tables.write(cells, snakemake.output[0], tables.CELLS)
