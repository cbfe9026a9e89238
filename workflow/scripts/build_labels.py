"""Build the labels of a benchmark's queries, such as their intents."""

import polars as pl

from switchrank import tables
from switchrank.data.reading import open_reader
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    with open_reader(snakemake.params.settings) as reader:
        none = pl.DataFrame(schema=tables.LABELS.schema)
        labels = pl.concat([none, *(piece.select(none.columns) for piece in reader.labels())])
    tables.write(labels.sort(tables.LABELS.key), snakemake.output[0], tables.LABELS)
