"""Divide a benchmark's documents into train, dev and test."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter, Shares
from switchrank.data.splits import split_documents
from switchrank.data.texts import list_documents
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    settings = snakemake.params.settings
    documents = list_documents(wheel, Filter(**settings["train"]), Filter(**settings["judged"]))
    tables.write(split_documents(documents, Shares(**settings["shares"])), snakemake.output[0], tables.SPLITS)
