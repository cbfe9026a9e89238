"""Divide a benchmark's documents into train, dev and test."""

from switchrank import tables
from switchrank.data.reading import joined, open_reader
from switchrank.data.settings import Shares
from switchrank.data.splits import split_documents
from switchrank.data.texts import refuse_repeated_passages
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    settings = snakemake.params.settings
    shares = settings["shares"] and Shares(**settings["shares"])
    with open_reader(settings["source"]) as reader:
        if not reader.source.parallel:
            refuse_repeated_passages(reader, settings["languages"])
        documents = joined(reader.documents(settings["languages"]), "doc_id", "group", "split")
    tables.write(split_documents(documents, shares), snakemake.output[0], tables.SPLITS)
