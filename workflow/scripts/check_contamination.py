"""Compare the training texts of one benchmark with the judged texts of another; stop if one is in both."""

from pathlib import Path

import polars as pl

from switchrank import tables
from switchrank.data.contamination import find_equal, listed, refuse, side_of, summarise, trained_documents
from switchrank.job import job

KINDS = {
    "passage": ("passages", tables.PASSAGES),
    "query": ("queries", tables.QUERIES),
    "title": ("titles", tables.TITLES),
}


def read_side(side, name, choose):
    """The texts of one benchmark, from the inputs `<side>_passages`, …; a side without titles has no such input."""
    files, articles = dict(snakemake.input.items()), snakemake.params.settings[f"{side}_articles"]
    texts = {
        kind: tables.read(files[f"{side}_{part}"], contract)
        for kind, (part, contract) in KINDS.items()
        if f"{side}_{part}" in files
    }
    documents = choose(tables.read(files[f"{side}_splits"], tables.SPLITS))
    return side_of(name, texts, documents, articles)


with job(snakemake.log[0], snakemake.threads):
    names, split = snakemake.wildcards, snakemake.params.settings["split"]
    relevant = tables.read(snakemake.input.trained_qrels, tables.QRELS).filter(pl.col("relevance") > 0)
    trained = read_side("trained", names.benchmark, lambda documents: trained_documents(documents, relevant))
    # a passage that belongs to every split is not judged text: a collection may be searched in all of them
    judged = read_side("judged", names.judged, lambda documents: documents.filter(pl.col("split") == split))
    found = find_equal(trained, judged)
    everything = Path(snakemake.log[0]).with_suffix(".tsv")  # not in the log, which the terminal shows as well
    everything.write_text(listed(found), encoding="utf-8")
    refuse(names.benchmark, names.judged, split, found, everything)
    tables.write(summarise(trained, judged, found), snakemake.output[0], tables.CONTAMINATION)
