"""Write the report."""

from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.files import write_text
from switchrank.job import job
from switchrank.report.page.building import Corpora, Examples, make_page
from switchrank.report.page.judged_queries import describe
from switchrank.report.page.lexicon_entries import read_entries
from switchrank.report.page.pinned import describe_origins
from switchrank.report.page.samples import read_samples
from switchrank.report.page.won_and_lost import compared_system, read_contrast


def by_folder(paths, contract):
    """Tables by the name of their folder: the corpus or lexicon."""
    return {Path(path).parent.name: tables.read(path, contract) for path in paths}


def samples_of(path, tokens, settings):
    """Corpus, pair and samples of one corpus file."""
    corpus, pair = Path(path).parent.name, Path(path).stem
    return corpus, pair, read_samples(path, tokens[settings["corpora"][corpus]["benchmark"]])


with job(snakemake.log[0], snakemake.threads):
    given, settings = snakemake.input, snakemake.params.settings
    tokens = {Path(path).parent.name: path for path in given.english}
    corpora = Corpora(
        [samples_of(path, tokens, settings) for path in given.corpora],
        by_folder(given.corpus_summaries, tables.CORPUS_SUMMARY),
        by_folder(given.lexicon_quality, tables.QUALITY),
    )
    judged = [
        describe(
            place,
            tables.read(place["candidates"], tables.CANDIDATES) if place["candidates"] else None,
            of_queries(
                tables.read(place["qrels"], tables.QRELS),
                [tables.read(path, tables.QUERIES) for path in place["queries"]],
            ),
        )
        for place in snakemake.params.judged
    ]
    summary = tables.read(given.summary, tables.SUMMARY)
    compared = [
        (place, compared_system(summary, settings, place["benchmark"], place["pair"]))
        for place in snakemake.params.contrasted
    ]
    examples = Examples(
        [read_contrast(place, system, settings) for place, system in compared if system],
        [read_entries(path, settings["page"]["entries"]) for path in given.lexicons],
    )
    project, constraints = (Path(path).read_text(encoding="utf-8") for path in (given.project, given.constraints))
    page = make_page(
        [Path(path).read_text(encoding="utf-8") for path in given.tables],
        {Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.figures},
        summary,
        tables.read(given.significance, tables.SIGNIFICANCE).filter(
            pl.col("baseline") == settings["evaluation"]["significance"]["baseline"]
        ),
        corpora,
        judged,
        examples,
        describe_origins(project, constraints, settings, snakemake.params.sources),
        settings,
    )
    write_text(page, snakemake.output[0])
