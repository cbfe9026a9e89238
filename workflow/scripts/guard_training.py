"""Find the titles, train queries and train passages that equal a text judged in dev or test."""

import sys

from switchrank import tables
from switchrank.data.guard import guard_training
from switchrank.data.reading import open_reader
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    documents = tables.read(snakemake.input.splits, tables.SPLITS)
    with open_reader(params.settings) as reader:
        found = guard_training(reader, params.languages, documents, params.judged_in, params.exclude)
    sys.stderr.write(f"guard_training: {found}\n")
    tables.write(found.left_out, snakemake.output[0], tables.LEFT_OUT)
