"""Write the report."""

from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.report.files import write_text
from switchrank.report.judged import describe
from switchrank.report.page import Corpora, make_page


def by_folder(paths, contract):
    """Tables by the name of the folder they lie in: the corpus, lexicon or benchmark."""
    return {Path(path).parent.name: tables.read(path, contract) for path in paths}


with job(snakemake.log[0], snakemake.threads):
    given = snakemake.input
    corpora = Corpora(
        [(Path(path).parent.name, Path(path).stem, tables.read(path, tables.CORPUS)) for path in given.corpora],
        by_folder(given.corpus_summaries, tables.CORPUS_SUMMARY),
        by_folder(given.lexicon_quality, tables.QUALITY),
        by_folder([path for path in given.english if Path(path).stem == "queries"], tables.TOKENS),
        by_folder([path for path in given.english if Path(path).stem == "passages"], tables.TOKENS),
    )
    judged = [
        describe(name, split, tables.read(candidates, tables.CANDIDATES), tables.read(qrels, tables.QRELS))
        for (name, split), candidates, qrels in zip(snakemake.params.judged, given.candidates, given.qrels, strict=True)
    ]
    page = make_page(
        [Path(path).read_text(encoding="utf-8") for path in given.tables],
        tables.read(given.summary, tables.SUMMARY),
        tables.read(given.significance, tables.SIGNIFICANCE),
        corpora,
        judged,
        snakemake.params.settings,
    )
    write_text(page, snakemake.output[0])
